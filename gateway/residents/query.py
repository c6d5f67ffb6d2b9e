"""What clients ask of the residents domain."""

from datetime import date

import strawberry

from gateway.residents import client
from gateway.residents.audit_types import LookUpAlarm
from gateway.residents.day_types import WorkersDay
from gateway.residents.division_types import Division, DivisionCodeSystem, Grid
from gateway.residents.grid_worker_types import CoverageAlarm, CoverageAlarmStatus, GridWorker
from gateway.residents.quarantine_types import QuarantineOrder
from gateway.residents.round_types import ScreeningRound
from gateway.residents.screening_statuses import ScreeningRoundStatus
from gateway.residents.screening_types import RiskRegion, ScreeningTask
from gateway.residents.search_statuses import ResidentSearchBy
from gateway.residents.statuses import QuarantineOrderStatus, ScreeningTaskReason, ScreeningTaskStatus
from gateway.residents.types import Household, Resident
from gateway.shared.types import SCOPE, Connection
from gateway.upstream.declare import Argument
from gateway.upstream.fields import load_one, load_page


def by_id(type_name: str) -> Argument:
    """Return the argument `id` of a type."""
    return Argument("id", strawberry.ID, f"Global id of a {type_name}", of=type_name)


@strawberry.type
class ResidentsQuery:
    """Each is one load."""

    division: Division | None = load_one(
        client.DIVISIONS,
        key=Argument("code", str, "6, 9, 12 or 15 digits"),
        arguments=(
            Argument(
                "code_system",
                DivisionCodeSystem | None,
                "Whose list the code stands in, STATISTICAL if absent; another list's code is read by the crosswalk",
            ),
            Argument(
                "on_day",
                date | None,
                "Only what is valid on this day. If absent, a statistical code is found whenever it was valid, "
                "since records refer to it, and another list's code is read as of today",
            ),
        ),
        description="A district, town, village or grid by its code",
    )
    grid: Grid | None = load_one(
        client.DIVISIONS, key=Argument("code", str, "15 digits", pattern=r"\d{15}"), description="A grid by its code"
    )
    grid_worker: GridWorker | None = load_one(
        client.GRID_WORKERS, key=by_id("GridWorker"), description="A grid worker by id (网格员)"
    )
    grid_workers: Connection[GridWorker] | None = load_page(
        client.GRID_WORKERS_OF_SCOPE,
        key=Argument("scope", str, SCOPE),
        description="Grid workers in service whose records a part of the district keeps",
    )
    coverage_alarms: Connection[CoverageAlarm] | None = load_page(
        client.COVERAGE_ALARMS_OF_SCOPE,
        key=Argument("scope", str, SCOPE),
        arguments=(Argument("status", list[CoverageAlarmStatus] | None, "Only alarms in one of these states"),),
        description="Grids of a part of the district that nobody serves, or served, the longest first (网格空缺)",
    )
    resident: Resident | None = load_one(
        client.RESIDENT_BY_ID, key=by_id("Resident"), description="A resident within your scope"
    )
    look_up_alarms: Connection[LookUpAlarm] | None = load_page(
        client.LOOK_UP_ALARMS_OF_SCOPE,
        key=Argument("scope", str, SCOPE),
        description="Alarms on mass look-ups, the latest first; for auditors and officers (批量查询告警)",
    )
    residents: Connection[Resident] | None = load_page(
        client.RESIDENTS_FOUND,
        key=Argument("scope", str, SCOPE),
        arguments=(
            Argument("search", str, "Name, pinyin initials, address, document or phone number, 1 to 64 characters"),
            Argument("by", ResidentSearchBy | None, "What the text is; told from its form if absent"),
        ),
        description="Residents found within your scope; the header X-Purpose says what a number is looked up for",
    )
    household: Household | None = load_one(
        client.HOUSEHOLDS, key=by_id("Household"), description="A household within your scope"
    )
    quarantine_order: QuarantineOrder | None = load_one(
        client.ORDERS, key=by_id("QuarantineOrder"), description="A quarantine order within your scope"
    )
    quarantine_orders: Connection[QuarantineOrder] | None = load_page(
        client.ORDERS_OF_SCOPE,
        key=Argument("scope", str, SCOPE),
        arguments=(Argument("status", list[QuarantineOrderStatus] | None, "Only orders in one of these states"),),
        description="Quarantine orders of a part of the district",
    )
    screening_task: ScreeningTask | None = load_one(
        client.TASKS, key=by_id("ScreeningTask"), description="A screening task within your scope"
    )
    screening_tasks: Connection[ScreeningTask] | None = load_page(
        client.TASKS_OF_GRID,
        key=Argument("scope", str, SCOPE),
        arguments=(
            Argument("status", list[ScreeningTaskStatus] | None, "Only tasks in one of these states"),
            Argument("reason", list[ScreeningTaskReason] | None, "Only tasks for one of these reasons"),
        ),
        description="Screening tasks of a part of the district, the one due first before the others",
    )
    screening_round: ScreeningRound | None = load_one(
        client.ROUNDS, key=by_id("ScreeningRound"), description="A screening round that touches your scope"
    )
    screening_rounds: Connection[ScreeningRound] | None = load_page(
        client.ROUNDS_OF_SCOPE,
        key=Argument("scope", str, SCOPE),
        arguments=(Argument("status", list[ScreeningRoundStatus] | None, "Only rounds in one of these states"),),
        description="Screening rounds that touch a part of the district, the latest first",
    )
    workers_day: WorkersDay | None = load_one(
        client.DAYS,
        key=Argument("day", date, "The day"),
        description="Everything that is to be done in your own grids on a day, in one query",
    )
    risk_regions: Connection[RiskRegion] | None = load_page(
        client.RISK_REGIONS_OF_SCOPE,
        key=Argument("scope", str, SCOPE),
        arguments=(Argument("on_day", date | None, "Only regions declared for this day"),),
        description="Declared risk regions, the latest first",
    )
