"""Why an act on a screening task is refused."""

from chassis.errors import BadInput, Conflict, NotFound


class TaskUnknown(NotFound):
    """There is no such screening task within your scope.
    在您的权限范围内没有该排查任务。
    """


class TaskEnded(Conflict):
    """The screening task is closed.
    该排查任务已关闭。
    """


class TaskNotAssigned(Conflict):
    """The screening task is {status}; assign it first.
    该排查任务状态为 {status}，请先指派。
    """


class TaskAlreadyAssigned(Conflict):
    """The screening task is assigned already; it is {status}.
    该排查任务已指派，当前状态为 {status}。
    """


class TaskAlreadyContacted(Conflict):
    """The person has been reached already; the task is {status}.
    已联系到该人员，当前状态为 {status}。
    """


class TaskNotContacted(Conflict):
    """The person has not been reached; the task is {status}.
    尚未联系到该人员，当前状态为 {status}。
    """


class TaskNotVerified(Conflict):
    """The task is {status}; only a verified task is closed.
    当前状态为 {status}，核实后方可关闭。
    """


class TaskNotNotHere(Conflict):
    """The task is {status}; it is transferred only after the person was found not to be here.
    当前状态为 {status}，确认人员不在本网格后方可移交。
    """


class PersonNotHere(Conflict):
    """The person was found not to be here; transfer the task to another grid.
    已确认人员不在本网格，请移交至其他网格。
    """


class TaskAlreadyVerified(Conflict):
    """The task is verified; all that is left is to close it.
    该任务已核实，只需关闭。
    """


class TransferToSameGrid(BadInput):
    """The task is in grid {code} already.
    该任务已在网格 {code}。
    """


class EscalatedToOfficers(Conflict):
    """The task is escalated: an officer of the town or district takes it from here.
    该任务已上报，由镇街或区级工作人员处理。
    """


class WorkerUnknown(BadInput):
    """There is no such grid worker in this district.
    本区没有该网格员。
    """


class GridWithoutWorker(Conflict):
    """Grid {code} has no worker; say who shall take the task.
    网格 {code} 没有网格员，请指定负责人。
    """


class NoteTooLong(BadInput):
    """A note has at most {limit} characters.
    备注最多 {limit} 个字符。
    """


class TransferredBack(Conflict):
    """Grid {code} has found already that the person is not there; ask an officer where the task belongs.
    网格 {code} 已确认人员不在该处，请由上级工作人员决定移交去向。
    """


class SameWorker(Conflict):
    """This grid worker has the task already.
    该任务已由此网格员负责。
    """


class RoundEnded(Conflict):
    """The screening round of this task has ended.
    该任务所属排查轮次已结束。
    """


class OutcomeMissing(BadInput):
    """Say what was found out about the household.
    请填写该户的排查结果。
    """


class PeopleHereImplausible(BadInput):
    """Between 0 and {limit} people are here, and at least as many as are named.
    在家人数须在 0 至 {limit} 之间，且不少于所列在家人员。
    """


class TooManyFindings(BadInput):
    """An outcome names at most {limit} people, each once.
    一份排查结果最多列 {limit} 人，且每人一次。
    """


class NotOfThisTask(BadInput):
    """This resident is not one whom the task is about.
    该居民不属于此任务的排查对象。
    """


class TravelIncomplete(BadInput):
    """Somebody who came from elsewhere has an origin and a day of arrival.
    外地返回人员须同时填写来源地和返回日期。
    """


class ArrivedInFuture(BadInput):
    """Somebody who is here arrived today at the latest.
    已到达人员的返回日期不能晚于今天。
    """


class TooManySteps(BadInput):
    """A batch holds 1 to {limit} steps.
    每批须有 1 至 {limit} 个步骤。
    """


class StepKeyMalformed(BadInput):
    """A step's key has 1 to {limit} characters.
    步骤编号须为 1 至 {limit} 个字符。
    """


class StepKeyReused(Conflict):
    """Another step was sent under this key before.
    该步骤编号此前已用于其他步骤。
    """


class StepInFuture(BadInput):
    """The step lies more than {minutes} minutes in the future; check the device's clock.
    步骤时间晚于当前时间 {minutes} 分钟以上，请检查设备时钟。
    """


class StepTooOld(BadInput):
    """The step was taken more than {days} days ago.
    该步骤发生在 {days} 天以前。
    """
