"""A worker's day: one query for everything that is to be done in one's own grids."""

from datetime import date

import strawberry

from gateway.residents import client
from gateway.residents.quarantine_types import QuarantineOrder
from gateway.residents.round_types import ScreeningProgress
from gateway.residents.screening_types import Returnee, ScreeningTask
from gateway.shared.types import Connection
from gateway.upstream.fields import column, load_page


@strawberry.type(description="What is to be done in the grids that you serve; empty without one (网格员当日工作)")
class WorkersDay:
    """Each list is of all grids that the signed-in worker serves; whoever serves none has no such day."""

    day: date = column("The day")
    tasks_due: Connection[ScreeningTask] | None = load_page(
        client.TASKS_DUE_ON_DAY, key="day", description="Screening tasks due by the end of the day, the first due first"
    )
    orders_with_missed_checks: Connection[QuarantineOrder] | None = load_page(
        client.ORDERS_WITH_MISSED_CHECKS_ON_DAY,
        key="day",
        description="People under quarantine who missed a health check on the day or the day before",
    )
    notices_to_deliver: Connection[QuarantineOrder] | None = load_page(
        client.NOTICES_TO_DELIVER_ON_DAY, key="day", description="Orders whose notice is not delivered"
    )
    returnees_expected: Connection[Returnee] | None = load_page(
        client.RETURNEES_EXPECTED_ON_DAY, key="day", description="People who come back on the day"
    )
    rounds: Connection[ScreeningProgress] | None = load_page(
        client.ROUNDS_ON_DAY, key="day", description="Open rounds, with their progress in each of your grids"
    )
