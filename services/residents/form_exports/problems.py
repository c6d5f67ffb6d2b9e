"""Why something may not happen to an export."""

from chassis.errors import BadInput, Conflict, Forbidden, NotFound, TooLarge


class ExportUnknown(NotFound):
    """There is no such export within your scope.
    在您的权限范围内没有该导出。
    """


class ExportTooLarge(TooLarge):
    """The export has {rows} rows; at most {limit} may leave. It has been reported.
    该导出共 {rows} 行，上限为 {limit} 行，已拦截并上报。
    """


class ExportsTooLargeToday(TooLarge):
    """With this export you ask for {rows} named rows in 24 hours; at most {limit} may leave. It has been reported.
    加上本次，您 24 小时内申请导出的含个人信息行数为 {rows}，上限为 {limit}，已拦截并上报。
    """


class ReasonMalformed(BadInput):
    """Say in {limit} characters at most, on one line, what this is for.
    请用一行不超过 {limit} 个字符的文字说明理由。
    """


class ExportAlreadyDecided(Conflict):
    """The export has been decided or withdrawn; it is {status}.
    该导出已处理，状态为 {status}。
    """


class ApprovalNeedsSecondPerson(Forbidden):
    """Another person than the one who asked for an export decides on it.
    导出须由申请人以外的第二人审批。
    """


class ExportEnded(Conflict):
    """The export has ended; it is {status}.
    该导出已结束，状态为 {status}。
    """


class ExportExpired(Conflict):
    """The export expired at {expired_at}.
    该导出已于 {expired_at} 过期。
    """


class ExportNotReady(Conflict):
    """The file is not ready yet; the export is {status}.
    文件尚未生成，导出状态为 {status}。
    """

    retry_after_ms = 2_000


class ExportOfAnother(Forbidden):
    """Only the person who asked for an export downloads it.
    只有申请人本人可以下载导出文件。
    """


class DownloadUnknown(NotFound):
    """There is no such download under way.
    没有正在进行的该次下载。
    """
