"""What a passage makes somebody look at."""

from uuid import UUID

from services.checkpoints.alarms.model import Alarm, AlarmKind
from services.checkpoints.passages.queries import ScanContext
from services.checkpoints.passages.scan import Scan


def fever_alarm(passage_id: UUID, scan: Scan, context: ScanContext) -> Alarm:
    """Return the alarm of a fever at the gate."""
    reading = scan.temperature_c if scan.recheck_temperature_c is None else scan.recheck_temperature_c
    name = context.checkpoint_name
    return alarm(
        scan,
        context,
        AlarmKind.FEVER,
        str(passage_id),
        message_en=f"A fever of {reading} °C at {name}.",
        message_zh=f"{name}测得体温 {reading}℃。",
    )


def sequence_alarm(scan: Scan, context: ScanContext) -> Alarm:
    """Return the alarm of a device that sent one sequence with two contents."""
    device, sequence = scan.device_id, scan.device_sequence
    return alarm(
        scan,
        context,
        AlarmKind.SEQUENCE_REUSED,
        f"{device}:{sequence}",
        message_en=f"Device {device} sent sequence {sequence} again with other content.",
        message_zh=f"设备 {device} 重复使用流水号 {sequence}，内容不一致。",
    )


def alarm(scan: Scan, context: ScanContext, kind: AlarmKind, topic: str, *, message_en: str, message_zh: str) -> Alarm:
    """Return an alarm of a scan's checkpoint."""
    assert context.division_code is not None
    return Alarm(scan.district_code, context.division_code, scan.checkpoint_id, kind, topic, message_en, message_zh)
