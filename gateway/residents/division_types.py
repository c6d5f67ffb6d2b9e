"""Divisions: the four levels of the district."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from gateway.residents import client
from gateway.shared.types import Connection, Node, value
from gateway.upstream.declare import Argument
from gateway.upstream.fields import column, global_id, load_one, load_page, part

if TYPE_CHECKING:
    from gateway.residents.quarantine_types import HealthCheck, QuarantineOrder
    from gateway.residents.screening_types import ScreeningTask


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


@strawberry.type(description="Who serves a grid (网格员)")
class GridWorker:
    """The person of a grid."""

    name: str = column("Name")


@strawberry.interface(description="A district, town, village or grid (行政区划)")
class Division(Node):
    """One of four levels; `level` tells which."""

    type_column = "level"

    id: strawberry.ID = global_id("code")
    code: str = column("6, 9, 12 or 15 digits; a code or a prefix of one is a scope")
    name: str = column("Name")
    level: DivisionLevel = column("Level")
    kind: DivisionKind = column("What it is called by its own kind")
    parent: "Division | None" = load_one(client.DIVISIONS, key="parent_code", description="The division it lies in")
    children: "Connection[Division] | None" = load_page(
        client.DIVISIONS_OF_PARENT, key="code", description="The divisions directly within it, by code"
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

    worker: GridWorker | None = load_one(client.WORKER_OF_GRID, key="code", description="Who serves it")
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
