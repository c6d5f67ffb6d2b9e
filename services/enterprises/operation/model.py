"""Whether an enterprise works, and how much of its capacity it uses."""

from enum import StrEnum

from chassis.errors import BadInput, Conflict


class OperationStatus(StrEnum):
    """How far an enterprise's work has come; RESUMED is partial."""

    STOPPED = "STOPPED"
    RESUMED = "RESUMED"
    FULL = "FULL"
    SUSPENDED = "SUSPENDED"
    RECTIFYING = "RECTIFYING"
    REINSPECTED = "REINSPECTED"


class CapacitySource(StrEnum):
    """Where a reading of capacity comes from."""

    ENTERPRISE = "ENTERPRISE"
    ELECTRICITY = "ELECTRICITY"
    TAX = "TAX"


WORKING = frozenset({OperationStatus.RESUMED, OperationStatus.FULL})

TRANSITIONS: dict[OperationStatus, frozenset[OperationStatus]] = {
    OperationStatus.STOPPED: frozenset({OperationStatus.RESUMED}),
    OperationStatus.RESUMED: frozenset({OperationStatus.FULL, OperationStatus.STOPPED, OperationStatus.SUSPENDED}),
    OperationStatus.FULL: frozenset({OperationStatus.RESUMED, OperationStatus.STOPPED, OperationStatus.SUSPENDED}),
    OperationStatus.SUSPENDED: frozenset({OperationStatus.RECTIFYING}),
    OperationStatus.RECTIFYING: frozenset({OperationStatus.REINSPECTED}),
    OperationStatus.REINSPECTED: frozenset({OperationStatus.RESUMED, OperationStatus.SUSPENDED}),
}


class OperationCannotBecome(Conflict):
    """An enterprise that is {status} cannot become {target}.
    企业当前状态为 {status}，不能变为 {target}。
    """


class EnterpriseNotWorking(Conflict):
    """An enterprise that is {status} has no capacity to report.
    企业当前状态为 {status}，无产能可报。
    """


class CapacitySourceUnknown(BadInput):
    """A reading's source is ENTERPRISE, ELECTRICITY or TAX.
    产能数据来源须为企业、电力或税务。
    """


class CapacitySourceNotYours(BadInput):
    """Readings of electricity and tax come from their offices, not from enterprises.
    电力和税务数据由相应部门提供，企业不能代报。
    """


def check_move(status: OperationStatus, target: OperationStatus) -> None:
    """Raise unless an enterprise may change so."""
    if target not in TRANSITIONS[status]:
        raise OperationCannotBecome(status=status, target=target)


def status_after_reading(status: OperationStatus, percent: int) -> OperationStatus:
    """Return what an enterprise becomes by a reading of its own; only a working one has any."""
    if status not in WORKING:
        raise EnterpriseNotWorking(status=status)
    return OperationStatus.FULL if percent == 100 else OperationStatus.RESUMED


def source_of(value: str) -> CapacitySource:
    """Return a source by its name, or refuse it."""
    if value not in CapacitySource.__members__:
        raise CapacitySourceUnknown(path=("source",))
    return CapacitySource(value)
