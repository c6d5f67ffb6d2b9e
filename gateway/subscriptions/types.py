"""The subscriptions of the schema."""

from datetime import datetime

import strawberry

from chassis.auth import Viewer
from chassis.errors import OutOfScope
from chassis.stream import Received
from gateway.checkpoints import client as checkpoints
from gateway.checkpoints.types import Checkpoint, CheckpointAlarmKind, Passage
from gateway.enterprises import client as enterprises
from gateway.enterprises.types import ResumptionApplication
from gateway.residents import client as residents
from gateway.residents.quarantine_types import QuarantineOrder
from gateway.residents.summary_types import DivisionSummary
from gateway.shared.types import SCOPE
from gateway.subscriptions.declare import Arguments, Watch, watch
from gateway.upstream.declare import Argument
from gateway.upstream.fields import answered, column, load_one, part

CURSOR = "Opaque; `after` continues behind this payload"
SUMMARY_SETTLES_S = 0.5


def in_scope(fact: Received, arguments: Arguments) -> bool:
    """Say whether a fact lies in the scope asked for."""
    return fact.division_code.startswith(arguments["scope"])


def in_code(fact: Received, arguments: Arguments) -> bool:
    """Say whether a fact lies in the division asked for."""
    return fact.division_code.startswith(arguments["code"])


def of_enterprise(fact: Received, arguments: Arguments) -> bool:
    """Say whether a fact is about the enterprise asked for."""
    return bool(fact.body.get("credit_code") == arguments["credit_code"])


def check_code(viewer: Viewer, arguments: Arguments) -> None:
    """Raise OutOfScope unless the whole division is within the viewer's scope."""
    try:
        viewer.require_scope(arguments["code"])
    except OutOfScope as problem:
        raise problem.at("code") from None


@strawberry.type(description="A quarantine order came into force (隔离单已下达)")
class QuarantineNotice:
    """For the grid worker and the person."""

    cursor: str = column(CURSOR)
    issued_at: datetime = column("When it was issued")
    quarantine_order: QuarantineOrder = answered(residents.ORDERS, "quarantine_order", "The order")


@strawberry.type(description="A division's numbers changed (辖区汇总变化)")
class DivisionSummaryChange:
    """For boards."""

    cursor: str = column(CURSOR)
    code: str = column("The division asked for")
    summary: DivisionSummary = part("What a board shows of it now", code="code")


@strawberry.type(description="A resumption application moved on (复工申请变化)")
class ResumptionApplicationChange:
    """For the enterprise and its reviewers."""

    cursor: str = column(CURSOR)
    resumption_application: ResumptionApplication = answered(
        enterprises.APPLICATIONS, "resumption_application", "The application as it is now"
    )


@strawberry.type(description="An alarm was raised at a checkpoint (卡口告警)")
class CheckpointAlarmRaised:
    """For guards and officers."""

    cursor: str = column(CURSOR)
    kind: CheckpointAlarmKind = column("What about")
    raised_at: datetime = column("When")
    message: str = column("Sentence for the operator, in the language of the connection")
    checkpoint: Checkpoint | None = load_one(checkpoints.CHECKPOINT_BY_ID, key="checkpoint_id", description="Where")


@strawberry.type(description="Somebody passed a checkpoint (出入登记)")
class PassageRecorded:
    """For guards, officers and the person."""

    cursor: str = column(CURSOR)
    passage: Passage = answered(checkpoints.PASSAGES, "passage", "The passage")


@strawberry.type(description="Everything that can be followed (订阅)")
class Subscription:
    """The subscription root; each ends when the token does."""

    quarantine_notice_issued: QuarantineNotice = watch(
        Watch(
            families=("residents.order_issued",),
            wanted=in_scope,
            arguments=(Argument("scope", str, SCOPE),),
            endpoint=residents.ORDERS,
            fact_key="order_id",
            column="quarantine_order",
            payload=lambda fact, _arguments: {"issued_at": fact.body["at"]},
        ),
        "Quarantine orders that come into force",
    )
    division_summary_changed: DivisionSummaryChange = watch(
        Watch(
            families=("residents.summary_changed", "checkpoints.summary_changed", "enterprises.summary_changed"),
            wanted=in_code,
            arguments=(Argument("code", str, "A division wholly within your scope"),),
            settle_s=SUMMARY_SETTLES_S,
            check=check_code,
            payload=lambda _fact, arguments: {"code": arguments["code"]},
        ),
        "Changes of a division's numbers; changes that follow each other closely are one",
    )
    resumption_application_changed: ResumptionApplicationChange = watch(
        Watch(
            families=("enterprises.application_changed",),
            wanted=of_enterprise,
            arguments=(Argument("credit_code", str, "The enterprise"),),
            endpoint=enterprises.APPLICATIONS,
            fact_key="application_id",
            column="resumption_application",
        ),
        "Steps of an enterprise's applications",
    )
    checkpoint_alarm_raised: CheckpointAlarmRaised = watch(
        Watch(
            families=("checkpoints.alarm_raised",),
            wanted=in_scope,
            arguments=(Argument("scope", str, SCOPE),),
            endpoint=checkpoints.ALARMS,
            fact_key="alarm_id",
        ),
        "Alarms at checkpoints",
    )
    passage_recorded: PassageRecorded = watch(
        Watch(
            families=("checkpoints.passage_recorded",),
            wanted=in_scope,
            arguments=(Argument("scope", str, SCOPE),),
            endpoint=checkpoints.PASSAGES,
            fact_key="passage_id",
            column="passage",
        ),
        "Passages at checkpoints",
    )
