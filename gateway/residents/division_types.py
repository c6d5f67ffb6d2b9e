"""Divisions: the four levels of the district."""

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from gateway.residents import client
from gateway.shared.types import Connection, Node, value
from gateway.upstream.declare import Argument
from gateway.upstream.fields import column, global_id, load_list, load_one, load_page, load_value, part

if TYPE_CHECKING:
    from gateway.residents.quarantine_types import HealthCheck, QuarantineOrder
    from gateway.residents.screening_types import ScreeningTask


from gateway.residents.grid_worker_types import GridAssignment, GridWorker
from gateway.residents.round_types import ScreeningProgress
from gateway.residents.screening_statuses import ScreeningRoundStatus
from gateway.residents.statuses import QuarantineOrderStatus, ScreeningTaskStatus
from gateway.residents.summary_types import DivisionSummary

OrderLater = Annotated["QuarantineOrder", strawberry.lazy("gateway.residents.quarantine_types")]
CheckLater = Annotated["HealthCheck", strawberry.lazy("gateway.residents.quarantine_types")]
TaskLater = Annotated["ScreeningTask", strawberry.lazy("gateway.residents.screening_types")]


@strawberry.enum(description="Level of a division (区划层级)")
class DivisionLevel(Enum):
    """The four levels."""

    DISTRICT = value("DISTRICT", "District 区, 6 digits")
    TOWN = value("TOWN", "Town 镇/街道/乡, 9 digits")
    VILLAGE = value("VILLAGE", "Village 村/社区, 12 digits")
    GRID = value("GRID", "Grid 网格, 15 digits")


@strawberry.enum(description="What a division is called by its own kind (区划类型)")
class DivisionKind(Enum):
    """Kinds."""

    DISTRICT = value("DISTRICT", "District 区")
    SUBDISTRICT = value("SUBDISTRICT", "Subdistrict 街道")
    TOWN = value("TOWN", "Town 镇")
    TOWNSHIP = value("TOWNSHIP", "Township 乡")
    VILLAGE = value("VILLAGE", "Village 村")
    COMMUNITY = value("COMMUNITY", "Community 社区")
    GRID = value("GRID", "Grid 网格")


@strawberry.enum(description="Whose list a division code stands in (区划代码体系)")
class DivisionCodeSystem(Enum):
    """The same digits may mean another town in the other list."""

    STATISTICAL = value("STATISTICAL", "The statistical list, which is ours 统计用区划代码")
    CIVIL_AFFAIRS = value("CIVIL_AFFAIRS", "The list of civil affairs 民政区划代码")


@strawberry.type(description="A division's code in another code system (区划代码对照)")
class DivisionAlias:
    """A row of the crosswalk."""

    code_system: DivisionCodeSystem = column("Whose list the code stands in")
    code: str = column("The code in that list")
    valid_from: date = column("First day on which the code means this division")
    valid_to: date | None = column("Last day; null while it does")


@strawberry.interface(description="A district, town, village or grid (行政区划)")
class Division(Node):
    """One of four levels; `level` tells which."""

    type_column = "level"

    id: strawberry.ID = global_id("code")
    code: str = column("6, 9, 12 or 15 digits; a code or a prefix of one is a scope")
    name: str = column("Name")
    level: DivisionLevel = column("Level")
    kind: DivisionKind = column("What it is called by its own kind")
    code_system: DivisionCodeSystem = column("Whose list `code` stands in")
    valid_from: date = column("First day")
    valid_to: date | None = column("Last day; null while it is not closed")
    aliases: list[DivisionAlias] | None = load_list(
        client.ALIASES_OF_DIVISION, key="code", description="Its codes in other code systems"
    )
    uncovered_grids: int | None = load_value(
        client.UNCOVERED_GRIDS,
        key="code",
        column="uncovered_grids",
        description="How many of its grids nobody serves today (空缺网格数); null outside your scope",
    )
    parent: "Division | None" = load_one(client.DIVISIONS, key="parent_code", description="The division it lies in")
    children: "Connection[Division] | None" = load_page(
        client.DIVISIONS_OF_PARENT, key="code", description="The divisions directly within it today, by code"
    )
    screening_progress: Connection[ScreeningProgress] | None = load_page(
        client.PROGRESS_OF_DIVISION,
        key="code",
        arguments=(Argument("status", list[ScreeningRoundStatus] | None, "Only rounds in one of these states"),),
        description="How far screening rounds are here, the latest first; nothing above your own scope",
    )
    summary: DivisionSummary = part("What a board shows of it", code="code")

    @classmethod
    def resolve_type(cls, row: Any, _info: Any, _abstract: Any) -> str:
        """Return the type of a row by its level."""
        return str(row["level"]).title()


@strawberry.type(description="The district (区)")
class District(Division):
    """6 digits."""


@strawberry.type(description="A town, subdistrict or township (镇/街道/乡)")
class Town(Division):
    """9 digits."""


@strawberry.type(description="A village or community (村/社区)")
class Village(Division):
    """12 digits."""


@strawberry.type(description="A grid: about 100 households and one grid worker (网格)")
class Grid(Division):
    """15 digits."""

    worker: GridWorker | None = load_one(
        client.WORKER_OF_GRID, key="code", description="Who serves it today: the stand-in if there is one"
    )
    assignments: Connection[GridAssignment] | None = load_page(
        client.ASSIGNMENTS_OF_GRID, key="code", description="Who serves it when, the latest first; within your scope"
    )
    screening_tasks: Connection[TaskLater] | None = load_page(
        client.TASKS_OF_GRID,
        key="code",
        arguments=(Argument("status", list[ScreeningTaskStatus] | None, "Only tasks in one of these states"),),
        description="Screening tasks, the one due first before the others",
    )
    health_checks_due: Connection[CheckLater] | None = load_page(
        client.HEALTH_CHECKS_DUE_OF_GRID, key="code", description="Health checks to be reported now"
    )
    quarantine_orders: Connection[OrderLater] | None = load_page(
        client.ORDERS_OF_GRID,
        key="code",
        arguments=(Argument("status", list[QuarantineOrderStatus] | None, "Only orders in one of these states"),),
        description="Quarantine orders of people living here",
    )
