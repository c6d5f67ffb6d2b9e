"""Quarantine orders and daily health checks."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Optional

import strawberry

from gateway.residents import client
from gateway.residents.statuses import HealthCheckStatus, QuarantineOrderStatus, QuarantineReason, QuarantineSetting
from gateway.shared.types import Connection, Node
from gateway.upstream.fields import column, global_id, load_one, load_page, part

if TYPE_CHECKING:
    from gateway.residents.types import Resident

ResidentLater = Annotated["Resident", strawberry.lazy("gateway.residents.types")]


@strawberry.type(description="How many health checks of an order came in (健康打卡统计)")
class HealthCheckTally:
    """Counts of an order's slots."""

    expected: int = column("Slots of the whole order")
    reported: int = column("Reported")
    missed: int = column("Not reported in time")
    abnormal: int = column("Abnormal after the second reading")


@strawberry.type(description="A person stays at home or in a facility (隔离单)")
class QuarantineOrder(Node):
    """Day 0 is `startsOn`; the order holds through `endsOn`."""

    id: strawberry.ID = global_id()
    status: QuarantineOrderStatus = column("Where it stands")
    setting: QuarantineSetting = column("Where it is kept")
    reason: QuarantineReason = column("Why")
    starts_on: date = column("Day 0: arrival or last exposure")
    ends_on: date = column("The last day")
    issued_at: datetime | None = column("When it was issued")
    notice_url: str | None = column("Path of the printable notice 居家隔离通知书 on this gateway")
    health_checks: HealthCheckTally = part(
        "How many health checks came in",
        expected="health_checks_expected",
        reported="health_checks_reported",
        missed="health_checks_missed",
        abnormal="health_checks_abnormal",
    )
    resident: Optional[ResidentLater] = load_one(  # noqa: UP045
        client.RESIDENT_BY_ID, key="resident_id", description="Whom it is for"
    )
    checks: "Connection[HealthCheck] | None" = load_page(
        client.HEALTH_CHECKS_OF_ORDER, key="id", description="Its health checks, by slot"
    )


@strawberry.type(description="One slot of the daily health check (每日健康打卡)")
class HealthCheck(Node):
    """08:00 and 20:00 of each day."""

    id: strawberry.ID = global_id()
    slot_at: datetime = column("The slot's time")
    status: HealthCheckStatus = column("Where it stands")
    temperature_c: float | None = column("Body temperature, degrees Celsius")
    quarantine_order: QuarantineOrder | None = load_one(
        client.ORDERS, key="quarantine_order_id", description="The order it belongs to"
    )
