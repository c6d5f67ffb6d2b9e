"""Closed sets of screening: rounds, acts, needs, contacts."""

from enum import Enum

import strawberry

from gateway.shared.types import value


@strawberry.enum(description="Where a screening round stands (排查轮次状态)")
class ScreeningRoundStatus(Enum):
    """States."""

    PREPARING = value("PREPARING", "Its tasks are being written 准备中")
    OPEN = value("OPEN", "Households are asked 进行中")
    CLOSED = value("CLOSED", "Every household is verified 已办结")
    CANCELLED = value("CANCELLED", "Given up, with a reason 已取消")


@strawberry.enum(description="What is done to a screening task (排查操作)")
class ScreeningAct(Enum):
    """Acts."""

    ASSIGN = value("ASSIGN", "Give it to a worker 指派")
    HAND_OVER = value("HAND_OVER", "Let another worker go on 交接")
    CONTACT = value("CONTACT", "Somebody was reached 已联系")
    NO_ANSWER = value("NO_ANSWER", "Nobody answered 无应答")
    NOT_HERE = value("NOT_HERE", "Nobody of them is in this grid 不在本网格")
    TRANSFER = value("TRANSFER", "Hand it to another grid 移交")
    REFUSE = value("REFUSE", "They refused to answer 拒绝配合")
    VERIFY = value("VERIFY", "Everything is known 核实")
    CLOSE = value("CLOSE", "Done 关闭")


@strawberry.enum(description="What a household needs help with (困难需求)")
class HouseholdNeed(Enum):
    """Needs."""

    FOOD = value("FOOD", "Food 食品")
    MEDICINE = value("MEDICINE", "Medicine 药品")
    CARE = value("CARE", "Care for children, the old or the sick 照护")
    OTHER = value("OTHER", "Something else 其他")


@strawberry.enum(description="How somebody was contacted (联系方式)")
class ContactHow(Enum):
    """Ways."""

    CALL = value("CALL", "By telephone 电话")
    VISIT = value("VISIT", "At the door 上门")
    MESSAGE = value("MESSAGE", "By message 信息")


@strawberry.enum(description="Why somebody was contacted (联系事由)")
class ContactReason(Enum):
    """Reasons."""

    SCREENING = value("SCREENING", "Screening 排查")
    RESCREENING = value("RESCREENING", "A new risk region concerns them 复核排查")
    QUARANTINE = value("QUARANTINE", "Quarantine 隔离")
    HELP = value("HELP", "Help 帮扶")
    OTHER = value("OTHER", "Something else 其他")


@strawberry.enum(description="What came of a contact (联系结果)")
class ContactOutcome(Enum):
    """Outcomes."""

    REACHED = value("REACHED", "Somebody was reached 已联系到")
    NO_ANSWER = value("NO_ANSWER", "Nobody answered 无应答")
    NOT_HERE = value("NOT_HERE", "Nobody of them is here 不在本处")
    REFUSED = value("REFUSED", "They refused to answer 拒绝配合")
