"""Grid workers, their assignments, and alarms about grids without one."""

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.residents import client
from gateway.shared.types import Connection, Node, value
from gateway.upstream.fields import column, global_id, load_one, load_page

if TYPE_CHECKING:
    from gateway.residents.division_types import Division, Grid

DivisionLater = Annotated["Division", strawberry.lazy("gateway.residents.division_types")]
GridLater = Annotated["Grid", strawberry.lazy("gateway.residents.division_types")]


@strawberry.enum(description="How somebody serves a grid (任职方式)")
class GridAssignmentKind(Enum):
    """A stand-in goes before the primary worker."""

    PRIMARY = value("PRIMARY", "Answers for the grid 责任网格员")
    STAND_IN = value("STAND_IN", "Takes it for a period while the primary worker is away 顶岗网格员")


@strawberry.enum(description="Where a coverage alarm stands (网格空缺告警状态)")
class CoverageAlarmStatus(Enum):
    """States."""

    RAISED = value("RAISED", "Nobody serves the grid 空缺中")
    CLEARED = value("CLEARED", "It has a worker again, or is closed 已消除")


@strawberry.type(description="Who serves grids (网格员)")
class GridWorker(Node):
    """The person of a grid."""

    id: strawberry.ID = global_id()
    name: str = column("Name")
    phone_masked: str = column("Phone number, masked (手机号，已脱敏)")
    left_on: date | None = column("Last day of service; null while in service")
    division: DivisionLater | None = load_one(
        client.DIVISIONS, key="division_code", description="The part of the district that keeps the record"
    )
    grids: Connection[GridLater] | None = load_page(
        client.GRIDS_OF_WORKER, key="id", description="The grids served today, as stand-in too, by code"
    )
    assignments: Connection["GridAssignment"] | None = load_page(
        client.ASSIGNMENTS_OF_WORKER,
        key="id",
        description="Assignments past, present and to come, the latest first; your own, or of grids of your scope",
    )


@strawberry.type(description="Somebody serves a grid from a day to another (网格任职)")
class GridAssignment(Node):
    """Both days count; one that ends before it starts was called off."""

    id: strawberry.ID = global_id()
    kind: GridAssignmentKind = column("As what")
    starts_on: date = column("First day")
    ends_on: date | None = column("Last day; null until another comes")
    worker: GridWorker | None = load_one(client.GRID_WORKERS, key="worker_id", description="Who serves")
    grid: GridLater | None = load_one(client.DIVISIONS, key="grid_code", description="The grid served")


@strawberry.type(description="A grid without a worker (网格空缺告警)")
class CoverageAlarm(Node):
    """One open alarm a grid."""

    id: strawberry.ID = global_id()
    status: CoverageAlarmStatus = column("Where it stands")
    grid: GridLater | None = load_one(client.DIVISIONS, key="grid_code", description="The grid that nobody serves")
    uncovered_since: date = column("First day without a worker")
    raised_at: datetime = column("When it was noticed")
    acknowledged_at: datetime | None = column("When an officer took notice; null before")
    note: str | None = column("What the officer is doing about it")
    cleared_at: datetime | None = column("When the grid had a worker again, or was closed; null while open")
