"""Checkpoints: who passed, and who stands guard."""

from datetime import datetime
from enum import Enum

import strawberry

from gateway.checkpoints import client
from gateway.residents import client as residents
from gateway.residents.division_types import Division
from gateway.residents.types import Resident
from gateway.shared.types import Connection, Node, value
from gateway.upstream.fields import column, global_id, load_list, load_one, load_page, part


@strawberry.enum(description="What kind of site a checkpoint is (卡口类型)")
class CheckpointKind(Enum):
    """Kinds."""

    VILLAGE_ENTRANCE = value("VILLAGE_ENTRANCE", "Entrance of a village 村口")
    ROAD = value("ROAD", "On a road 道路卡口")
    COMPOUND = value("COMPOUND", "Gate of a residential compound 小区门岗")
    ENTERPRISE_GATE = value("ENTERPRISE_GATE", "Gate of an enterprise 企业门岗")


@strawberry.enum(description="Whether a checkpoint lets anybody pass (卡口状态)")
class CheckpointStatus(Enum):
    """States."""

    OPEN = value("OPEN", "Open 开放")
    CLOSED = value("CLOSED", "Closed 关闭")


@strawberry.enum(description="Which way somebody passes (出入方向)")
class PassageDirection(Enum):
    """Directions."""

    ENTRY = value("ENTRY", "In 进入")
    EXIT = value("EXIT", "Out 离开")


@strawberry.enum(description="What the gate decided (放行结果)")
class PassageOutcome(Enum):
    """Outcomes."""

    ADMITTED = value("ADMITTED", "Passes 放行")
    ADMITTED_REGISTERED = value("ADMITTED_REGISTERED", "Passes with an instruction 登记放行")
    HELD = value("HELD", "Waits for a decision 暂留")
    TURNED_BACK = value("TURNED_BACK", "Does not pass, and is told where to go 劝返")
    EMERGENCY_ADMITTED = value("EMERGENCY_ADMITTED", "Care first, reviewed later 紧急放行")


@strawberry.enum(description="What an alarm is about (卡口告警类型)")
class CheckpointAlarmKind(Enum):
    """Kinds."""

    GAP = value("GAP", "Fewer people on duty than needed 缺岗")
    FEVER = value("FEVER", "Somebody with a fever 发热")
    SEQUENCE_REUSED = value("SEQUENCE_REUSED", "A device used one sequence twice 设备序号重复")


@strawberry.type(description="Who sends people to checkpoints (值守单位)")
class DutyOrganization:
    """A district organ, enterprise or institution."""

    name: str | None = column("Name")


@strawberry.type(description="Somebody on duty now (值守人员)")
class DutyPerson:
    """A person of the current shift."""

    name: str = column("Name")
    organization: DutyOrganization | None = part("Who sent the person", "organization_name", name="organization_name")


@strawberry.type(description="A site where passages are recorded (卡口)")
class Checkpoint(Node):
    """Open round the clock unless it has hours."""

    id: strawberry.ID = global_id()
    name: str = column("Name")
    kind: CheckpointKind = column("What kind of site")
    status: CheckpointStatus = column("Whether it is open")
    division: Division | None = load_one(
        residents.DIVISIONS, key="division_code", description="The division it lies in"
    )
    on_duty: list[DutyPerson] | None = load_list(client.DUTY_OF_CHECKPOINT, key="id", description="Who is on duty now")
    passages: "Connection[Passage] | None" = load_page(
        client.PASSAGES_OF_CHECKPOINT, key="id", description="Passages, the latest first"
    )


@strawberry.type(description="Somebody went in or out (出入登记)")
class Passage(Node):
    """Append-only; the same scan twice is one passage."""

    id: strawberry.ID = global_id()
    direction: PassageDirection = column("Which way")
    outcome: PassageOutcome = column("What the gate decided")
    instruction: str | None = column("What the guard and the person are told, in the language of Accept-Language")
    rule_version: str = column("Version of the gate's table that decided")
    temperature_c: float | None = column("Body temperature, degrees Celsius")
    occurred_at: datetime = column("When the person stood at the gate")
    received_at: datetime = column("When the service stored it")
    checkpoint: Checkpoint | None = load_one(client.CHECKPOINT_BY_ID, key="checkpoint_id", description="Where")
    resident: Resident | None = load_one(
        residents.RESIDENT_BY_PERSON_KEY,
        key="person_key",
        description="Who, if the person is in the roster and within your scope",
    )


@strawberry.type(description="Something an operator must look at (卡口告警)")
class CheckpointAlarm(Node):
    """An alarm."""

    id: strawberry.ID = global_id()
    kind: CheckpointAlarmKind = column("What about")
    raised_at: datetime = column("When")
    message: str = column("Sentence for the operator, in the language of Accept-Language")
    checkpoint: Checkpoint | None = load_one(client.CHECKPOINT_BY_ID, key="checkpoint_id", description="Where")


@strawberry.type(description="A passage of a batch that was not stored (批次中被拒的登记)")
class PassageRefusal:
    """Which and why."""

    device_sequence: int = column("The device's number of the passage")
    code: str = column("Stable name of the reason")
    message: str = column("Sentence for the person")


@strawberry.type(description="What an offline device sent in one go (离线补传批次)")
class PassageBatch(Node):
    """Sent = stored + duplicates + refused."""

    id: strawberry.ID = global_id()
    sent: int = column("Passages sent")
    stored: int = column("Passages stored now")
    duplicates: int = column("Passages stored before")
    refused: list[PassageRefusal] = column("Passages refused")
