"""Why a scan whose fields are in order is refused."""

from chassis.errors import Conflict, NotFound, TooLarge


class DeviceUnknown(NotFound):
    """There is no such device at your checkpoints.
    您的卡口没有该设备。
    """


class CheckpointClosed(Conflict):
    """{name} was closed when this happened; only an emergency passes there.
    {name}当时已关闭，仅限紧急通行。
    """


class SequenceReused(Conflict):
    """Device {device} sent sequence {sequence} before, with other content; an operator is told.
    设备 {device} 的流水号 {sequence} 已用于其他内容，已提醒管理员。
    """


class ScanTooLarge(TooLarge):
    """A scan has at most {limit} bytes.
    单条登记不得超过 {limit} 字节。
    """
