"""Acts on divisions, grid workers and their assignments: inputs and payloads."""

from datetime import date

import strawberry

from gateway.residents import client
from gateway.residents.division_types import Grid
from gateway.residents.grid_worker_types import CoverageAlarm, GridAssignment, GridWorker
from gateway.shared.acts import Act, Payload
from gateway.upstream.commands import entry
from gateway.upstream.fields import answered

GRID_CODE = "Grid, 15 digits"
WORKER_ID = "Global id of a GridWorker"
REASON = "Why, at most 200 characters; kept in the history"


@strawberry.input(description="Add a grid under a village (增设网格)")
class DivisionAddInput(Act):
    """Add."""

    code: str = entry("The village's 12 digits and a serial of 3, not 000; never one that was used before")
    name: str = entry("Name, at most 40 characters")
    valid_from: date | None = entry("First day, today if absent; not in the past", optional=True)
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of adding a grid (增设结果)")
class DivisionAddPayload(Payload):
    """Add."""

    grid: Grid | None = answered(client.DIVISIONS, "grid", "The grid; null when refused")


@strawberry.input(description="Close a grid to which nothing belongs (撤销网格)")
class DivisionCloseInput(Act):
    """Close."""

    code: str = entry(GRID_CODE)
    valid_to: date | None = entry("Last day, today if absent; not in the past", optional=True)
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of closing a grid (撤销结果)")
class DivisionClosePayload(Payload):
    """Close."""

    grid: Grid | None = answered(client.DIVISIONS, "grid", "The grid; null when refused")


@strawberry.input(description="Register a grid worker (登记网格员)")
class GridWorkerRegisterInput(Act):
    """Register."""

    division_code: str = entry("The part of the district that keeps the record: town, village or grid of your scope")
    name: str = entry("Name")
    phone: str = entry("Mobile number")


@strawberry.type(description="What came of a registration (网格员登记结果)")
class GridWorkerRegisterPayload(Payload):
    """Register."""

    grid_worker: GridWorker | None = answered(client.GRID_WORKERS, "grid_worker", "The worker; null when refused")


@strawberry.input(description="Change a grid worker's name or phone number (变更网格员信息)")
class GridWorkerChangeInput(Act):
    """Change."""

    id: strawberry.ID = entry(WORKER_ID, of="GridWorker")
    name: str | None = entry("New name; the old one stays if absent", optional=True)
    phone: str | None = entry("New mobile number; the old one stays if absent", optional=True)


@strawberry.type(description="What came of a change (网格员变更结果)")
class GridWorkerChangePayload(Payload):
    """Change."""

    grid_worker: GridWorker | None = answered(client.GRID_WORKERS, "grid_worker", "The worker; null when refused")


@strawberry.input(description="Let a grid worker go; all assignments end with the last day (网格员离岗)")
class GridWorkerLeaveInput(Act):
    """Leave."""

    id: strawberry.ID = entry(WORKER_ID, of="GridWorker")
    left_on: date | None = entry("Last day of service, today if absent", optional=True)
    accept_uncovered: bool | None = entry(
        "True: let grids that nobody else serves stay uncovered, and alarm; refused otherwise", optional=True
    )
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of a leave (网格员离岗结果)")
class GridWorkerLeavePayload(Payload):
    """Leave."""

    grid_worker: GridWorker | None = answered(client.GRID_WORKERS, "grid_worker", "The worker; null when refused")


@strawberry.input(description="Make somebody a grid's primary worker (指派责任网格员)")
class GridAssignInput(Act):
    """Assign."""

    grid_code: str = entry(GRID_CODE)
    worker_id: strawberry.ID = entry(WORKER_ID, of="GridWorker")
    starts_on: date | None = entry("First day, today if absent; the present primary worker yields then", optional=True)
    ends_on: date | None = entry("Last day; if absent until another comes", optional=True)
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of an assignment (指派结果)")
class GridAssignPayload(Payload):
    """Assign."""

    grid_assignment: GridAssignment | None = answered(
        client.GRID_ASSIGNMENTS, "grid_assignment", "The assignment; null when refused"
    )


@strawberry.input(description="Let somebody take a grid for a period, before its primary worker (安排顶岗)")
class GridStandInInput(Act):
    """Stand in."""

    grid_code: str = entry(GRID_CODE)
    worker_id: strawberry.ID = entry(WORKER_ID, of="GridWorker")
    starts_on: date | None = entry("First day, today if absent", optional=True)
    ends_on: date = entry("Last day, at most 180 days in all")
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of a stand-in (顶岗安排结果)")
class GridStandInPayload(Payload):
    """Stand in."""

    grid_assignment: GridAssignment | None = answered(
        client.GRID_ASSIGNMENTS, "grid_assignment", "The assignment; null when refused"
    )


@strawberry.input(description="End an assignment earlier than planned (结束网格任职)")
class GridAssignmentEndInput(Act):
    """End."""

    id: strawberry.ID = entry("Global id of a GridAssignment", of="GridAssignment")
    ends_on: date | None = entry("Last day, today if absent; yesterday ends it at once", optional=True)
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of an ending (结束任职结果)")
class GridAssignmentEndPayload(Payload):
    """End."""

    grid_assignment: GridAssignment | None = answered(
        client.GRID_ASSIGNMENTS, "grid_assignment", "The assignment; null when refused"
    )


@strawberry.input(description="Take notice of a grid without a worker (确认网格空缺告警)")
class CoverageAlarmAcknowledgeInput(Act):
    """Acknowledge."""

    id: strawberry.ID = entry("Global id of a CoverageAlarm", of="CoverageAlarm")
    note: str | None = entry("What is being done about it, at most 500 characters", optional=True)


@strawberry.type(description="What came of an acknowledgment (告警确认结果)")
class CoverageAlarmAcknowledgePayload(Payload):
    """Acknowledge."""

    coverage_alarm: CoverageAlarm | None = answered(
        client.COVERAGE_ALARMS, "coverage_alarm", "The alarm; null when refused"
    )
