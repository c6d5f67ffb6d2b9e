"""Why something may not happen to a quarantine order."""

from chassis.errors import BadInput, Conflict, Forbidden, NotFound


class OrderUnknown(NotFound):
    """There is no such quarantine order within your scope.
    在您的权限范围内没有该隔离单。
    """


class AlreadyUnderQuarantine(Conflict):
    """An order is open for this person already.
    该人员已有未结束的隔离单。
    """


class OrderNotIssued(Conflict):
    """The order is a draft and has not been issued.
    该隔离单尚为草稿，未下达。
    """


class OrderAlreadyIssued(Conflict):
    """The order has been issued already.
    该隔离单已下达。
    """


class OrderEnded(Conflict):
    """The order has ended: {status}.
    该隔离单已结束（{status}）。
    """


class OrderRunOut(Conflict):
    """The last day of the order has passed; it waits for its release.
    隔离期已满，等待解除。
    """


class AlreadyActive(Conflict):
    """The order is active already.
    该隔离单已在执行中。
    """


class NoticeNotDelivered(Conflict):
    """The notice has not been delivered.
    隔离通知书尚未送达。
    """


class NoticeAlreadyDelivered(Conflict):
    """The notice has been delivered already.
    隔离通知书已送达。
    """


class DeliveryInFuture(BadInput):
    """A delivery cannot lie in the future.
    送达时间不能晚于现在。
    """


class DeliveryBeforeIssue(BadInput):
    """The notice cannot have been delivered before the order was issued.
    送达时间不能早于下达时间。
    """


class StillInForce(Conflict):
    """The order is in force until its last day, {ends_on}, has passed.
    隔离期至 {ends_on} 当日结束，尚不能解除。
    """


class ShorterThanBefore(BadInput):
    """An extension ends after the present last day, {ends_on}.
    延长后的截止日须晚于原截止日 {ends_on}。
    """


class StartsInFuture(BadInput):
    """An order is issued on its first day or later.
    隔离开始日不能晚于今天。
    """


class EndsInThePast(BadInput):
    """The last day would have passed already.
    隔离截止日早于今天。
    """


class LengthOutOfRange(BadInput):
    """An order lasts between 1 and {limit} days.
    隔离期须为 1 至 {limit} 天。
    """


class RevocationAlreadyAsked(Conflict):
    """The revocation has been asked for; a second person confirms it.
    已申请撤销，须由另一人确认。
    """


class RevocationNotAsked(Conflict):
    """Nobody has asked for the revocation of this order.
    尚无人申请撤销该隔离单。
    """


class SecondPersonRequired(Forbidden):
    """Another person than the one who asked confirms the revocation.
    撤销须由申请人以外的第二人确认。
    """


class NoticeCodeWrong(NotFound):
    """This verification code belongs to no notice.
    验证码与通知书不符。
    """
