"""Acts on quarantine orders and health checks: inputs and payloads."""

from datetime import date, datetime

import strawberry

from gateway.residents import client
from gateway.residents.quarantine_types import HealthCheck, QuarantineOrder
from gateway.residents.statuses import (
    HealthCheckConclusion,
    NoticeDeliveryMethod,
    QuarantineDestination,
    QuarantineReason,
    QuarantineSetting,
    Symptom,
)
from gateway.shared.acts import Act, Payload
from gateway.upstream.commands import entry
from gateway.upstream.fields import answered

ORDER = "The quarantine order"


@strawberry.type(description="What came of an act on a quarantine order (隔离单操作结果)")
class OrderPayload(Payload):
    """A payload with an order."""

    quarantine_order: QuarantineOrder | None = answered(
        client.ORDERS, "quarantine_order", "The order as it is now; null when the act was refused"
    )


@strawberry.input(description="Put a resident under quarantine at once (立即下达隔离单)")
class QuarantineOrderCreateInput(Act):
    """Create."""

    resident_id: strawberry.ID = entry("Whom", of="Resident")
    reason: QuarantineReason = entry("Why")
    setting: QuarantineSetting | None = entry("Where it is kept; at home if absent", optional=True)
    starts_on: date | None = entry("Day 0; today if absent", optional=True)
    length_days: int | None = entry("How many days after day 0; 14 if absent", optional=True)


@strawberry.type(description="What came of creating an order (下达结果)")
class QuarantineOrderCreatePayload(OrderPayload):
    """Create."""


@strawberry.input(description="Bring a drafted order into force (下达隔离单)")
class QuarantineOrderIssueInput(Act):
    """Issue."""

    id: strawberry.ID = entry(ORDER, of="QuarantineOrder")
    starts_on: date | None = entry("Day 0; the draft's own if absent", optional=True)


@strawberry.type(description="What came of issuing an order (下达结果)")
class QuarantineOrderIssuePayload(OrderPayload):
    """Issue."""


@strawberry.input(description="Record that the notice reached the person (送达隔离通知书)")
class QuarantineOrderDeliverInput(Act):
    """Deliver."""

    id: strawberry.ID = entry(ORDER, of="QuarantineOrder")
    method: NoticeDeliveryMethod = entry("How")
    delivered_at: datetime = entry("When")
    receiver: str = entry("Who took it")


@strawberry.type(description="What came of a delivery (送达结果)")
class QuarantineOrderDeliverPayload(OrderPayload):
    """Deliver."""


@strawberry.input(description="End an order whose last day has passed (解除隔离)")
class QuarantineOrderReleaseInput(Act):
    """Release."""

    id: strawberry.ID = entry(ORDER, of="QuarantineOrder")


@strawberry.type(description="What came of a release (解除结果)")
class QuarantineOrderReleasePayload(OrderPayload):
    """Release."""


@strawberry.input(description="Let an order last longer (延长隔离)")
class QuarantineOrderExtendInput(Act):
    """Extend."""

    id: strawberry.ID = entry(ORDER, of="QuarantineOrder")
    ends_on: date = entry("The new last day, later than before")


@strawberry.type(description="What came of an extension (延长结果)")
class QuarantineOrderExtendPayload(OrderPayload):
    """Extend."""


@strawberry.input(description="Ask that an order that should not have been is revoked (申请撤销隔离单)")
class QuarantineOrderRevokeInput(Act):
    """Revoke."""

    id: strawberry.ID = entry(ORDER, of="QuarantineOrder")
    reason: str = entry("Why it should not have been")


@strawberry.type(description="What came of asking for a revocation (申请撤销结果)")
class QuarantineOrderRevokePayload(OrderPayload):
    """Revoke."""


@strawberry.input(description="Confirm a revocation as the second person (确认撤销隔离单)")
class QuarantineOrderRevokeConfirmInput(Act):
    """Confirm."""

    id: strawberry.ID = entry(ORDER, of="QuarantineOrder")


@strawberry.type(description="What came of confirming a revocation (确认撤销结果)")
class QuarantineOrderRevokeConfirmPayload(OrderPayload):
    """Confirm."""


@strawberry.input(description="End an order because the person is taken elsewhere (转运)")
class QuarantineOrderTransferInput(Act):
    """Transfer."""

    id: strawberry.ID = entry(ORDER, of="QuarantineOrder")
    to: QuarantineDestination = entry("What kind of place")
    place: str = entry("Name of the place")


@strawberry.type(description="What came of a transfer (转运结果)")
class QuarantineOrderTransferPayload(OrderPayload):
    """Transfer."""


@strawberry.input(description="Report one slot of the daily health check (每日健康打卡)")
class HealthCheckReportInput(Act):
    """Report."""

    quarantine_order_id: strawberry.ID = entry("The order it belongs to", of="QuarantineOrder")
    slot_at: datetime = entry("The slot's time")
    temperature_c: float = entry("Body temperature, degrees Celsius, one decimal")
    symptoms: list[Symptom] | None = entry("What the person feels", optional=True)


@strawberry.type(description="What came of a health check (打卡结果)")
class HealthCheckReportPayload(Payload):
    """Report."""

    health_check: HealthCheck | None = answered(
        client.HEALTH_CHECKS, "health_check", "The health check as it is now; null when it was refused"
    )


@strawberry.input(description="Conclude from an escalated health check (审核异常打卡)")
class HealthCheckReviewInput(Act):
    """Review."""

    id: strawberry.ID = entry("The health check", of="HealthCheck")
    conclusion: HealthCheckConclusion = entry("What is concluded")
    note: str = entry("From what")


@strawberry.type(description="What came of a review (审核结果)")
class HealthCheckReviewPayload(Payload):
    """Review."""

    health_check: HealthCheck | None = answered(
        client.HEALTH_CHECKS, "health_check", "The health check as it is now; null when refused"
    )
