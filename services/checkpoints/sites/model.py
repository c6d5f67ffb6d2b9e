"""Checkpoints: where passages are recorded, open or closed, with the strength they need."""

from dataclasses import dataclass
from enum import StrEnum

from chassis import standards
from chassis.errors import BadInput, Conflict, NotFound


class CheckpointKind(StrEnum):
    """What a checkpoint guards."""

    VILLAGE_ENTRANCE = "VILLAGE_ENTRANCE"
    ROAD = "ROAD"
    COMPOUND = "COMPOUND"
    ENTERPRISE_GATE = "ENTERPRISE_GATE"


class CheckpointStatus(StrEnum):
    """Whether anybody passes."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class CheckpointUnknown(NotFound):
    """There is no such checkpoint, or it is not yours.
    卡口不存在，或不归您值守。
    """


class DivisionTooWide(BadInput):
    """A checkpoint belongs to a village (12 digits) or a grid (15 digits).
    卡口须归属村社区（12 位）或网格（15 位）。
    """


class HoursIncomplete(BadInput):
    """Opening hours need both a beginning and an end, which differ.
    开放时间须同时填写起止时间，且不得相同。
    """


class AlreadyOpen(Conflict):
    """The checkpoint is open already.
    该卡口已经开放。
    """


class AlreadyClosed(Conflict):
    """The checkpoint is closed already.
    该卡口已经关闭。
    """


class DeviceTaken(Conflict):
    """A device of that id stands at another checkpoint.
    该编号的设备已用于其他卡口。
    """


@dataclass(frozen=True, slots=True)
class Site:
    """A checkpoint as a change of its status finds it."""

    division_code: str
    status: CheckpointStatus


def site_division(code: str) -> str:
    """Return a checkpoint's 15 digits: a grid's own, or a village's with the serial 000."""
    try:
        normal = standards.division_code(code)
    except standards.DivisionCodeMalformed as problem:
        raise problem.at("division_code") from None
    if len(normal) == 12:
        return f"{normal}000"
    if len(normal) != 15:
        raise DivisionTooWide(path=("division_code",))
    return normal


def check_open(site: Site) -> None:
    """Raise unless the checkpoint may be opened."""
    if site.status is CheckpointStatus.OPEN:
        raise AlreadyOpen


def check_close(site: Site) -> None:
    """Raise unless the checkpoint may be closed."""
    if site.status is CheckpointStatus.CLOSED:
        raise AlreadyClosed
