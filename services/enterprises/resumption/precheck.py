"""The precheck of an application: every failing item at once, each with its field and its rule."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.enterprises.resumption.policy import PROCEDURES, Mode
from services.enterprises.roster.model import Member
from services.enterprises.watchlist.model import Restriction, RiskRegion, Watch, restriction

MASKS_A_PERSON_A_DAY = 2
MASK_DAYS = 7
WORKERS_A_THERMOMETER = 50
DISINFECTANT_LITERS_A_WORKER = 0.5
DISINFECTANT_LITERS_MIN = 5.0
WORKERS_AN_ISOLATION_ROOM = 100
BEDS_A_ROOM_MAX = 6
SQUARE_METERS_A_BED_MIN = 2.5


class Check(StrEnum):
    """What the precheck looks at, beside the workers themselves."""

    CLOSED = "ResumptionClosed"
    PLANNED_TOO_SOON = "PlannedTooSoon"
    MASKS = "MasksShort"
    THERMOMETERS = "ThermometersShort"
    DISINFECTANT = "DisinfectantShort"
    ISOLATION_ROOMS = "IsolationRoomsShort"
    TOO_MANY_BEDS = "DormitoryTooManyBeds"
    TOO_NARROW = "DormitoryTooNarrow"
    OVERBOOKED = "DormitoryOverbooked"
    ROOM_UNKNOWN = "DormitoryRoomUnknown"
    CANTEEN_PLAN = "CanteenPlanMissing"
    UNDERTAKING = "UndertakingMissing"


MESSAGES: Mapping[str, tuple[str, str]] = {
    Check.CLOSED: (
        "On {planned_on} enterprises of this kind are closed and this industry is not on the white list.",
        "{planned_on} 该类企业尚不得复工，且所属行业不在白名单内。",
    ),
    Check.PLANNED_TOO_SOON: (
        "Plan to resume on {earliest_on} or later: at least {days} days ahead.",
        "计划复工日期最早为 {earliest_on}，须提前至少 {days} 天申报。",
    ),
    Check.MASKS: (
        "{needed} masks are needed (2 per person per day for 7 days), {given} are there.",
        "口罩至少需要 {needed} 只（每人每天 2 只，备 7 天），现有 {given} 只。",
    ),
    Check.THERMOMETERS: (
        "{needed} thermometers are needed (one for every 50 workers), {given} are there.",
        "体温计至少需要 {needed} 支（每 50 人 1 支），现有 {given} 支。",
    ),
    Check.DISINFECTANT: (
        "{needed} liters of disinfectant are needed (0.5 per worker, at least 5), {given} are there.",
        "消毒液至少需要 {needed} 升（每人 0.5 升，不少于 5 升），现有 {given} 升。",
    ),
    Check.ISOLATION_ROOMS: (
        "{needed} isolation rooms are needed (one for every 100 workers), {given} are there.",
        "隔离观察室至少需要 {needed} 间（每 100 人 1 间），现有 {given} 间。",
    ),
    Check.TOO_MANY_BEDS: (
        "Room {room} has {given} beds; at most 6 people share a room.",
        "宿舍 {room} 有 {given} 张床，每间最多住 6 人。",
    ),
    Check.TOO_NARROW: (
        "Room {room} has {given} m2 for {beds} beds; each needs at least 2.5 m2.",
        "宿舍 {room} 面积 {given} 平方米、{beds} 张床，人均不得少于 2.5 平方米。",
    ),
    Check.OVERBOOKED: (
        "Room {room} has {beds} beds for {given} workers.",
        "宿舍 {room} 有 {beds} 张床，却安排了 {given} 人。",
    ),
    Check.ROOM_UNKNOWN: (
        "{name} is to live in room {room}, which is not in the dormitory plan.",
        "{name}安排在宿舍 {room}，但住宿方案中没有该房间。",
    ),
    Check.CANTEEN_PLAN: ("Say how meals are taken apart.", "请说明错峰或分餐的就餐方案。"),
    Check.UNDERTAKING: ("The undertaking is not accepted.", "尚未签署疫情防控承诺书。"),
    Restriction.UNDER_QUARANTINE: (
        "{name} is under a quarantine order and may not come to work yet.",
        "{name}正在隔离期内，暂不能返岗。",
    ),
    Restriction.NOT_GREEN: (
        "The health code of {name} is not green.",
        "{name}的健康码不是绿码。",
    ),
    Restriction.EXPECTED_FROM_RISK_REGION: (
        "{name} is expected from a risk region.",
        "{name}将从风险地区返回。",
    ),
    Restriction.RETURNED_FROM_RISK_REGION: (
        "{name} comes from a risk region and has been back for less than 14 days.",
        "{name}来自风险地区，返回未满 14 天。",
    ),
}

HEALTH = frozenset(Restriction)
BLOCKING: Mapping[Mode, frozenset[str]] = {
    Mode.CLOSED: frozenset(MESSAGES),
    Mode.APPROVAL: frozenset(MESSAGES),
    Mode.FILING: frozenset(MESSAGES),
    Mode.PLEDGE: HEALTH | {Check.UNDERTAKING},
    Mode.NONE: HEALTH,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """An item that fails: its code, where in the application, and the sentence in both languages."""

    code: str
    path: tuple[str, ...]
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Room:
    """A room of the dormitory plan."""

    room: str
    beds: int
    area_square_meters: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What an application says beside its roster."""

    mode: Mode
    submitted_on: date
    planned_on: date
    masks: int
    thermometers: int
    disinfectant_liters: float
    isolation_rooms: int
    rooms: tuple[Room, ...]
    canteen_plan: str | None
    undertaking_accepted: bool


def precheck(
    plan: Plan,
    members: Sequence[Member],
    watches: Mapping[str, Watch],
    regions: Sequence[RiskRegion],
    *,
    today: date,
) -> tuple[Finding, ...]:
    """Return every item that fails as of a day, in the order of the form."""
    workers = (finding for member in members for finding in worker_findings(member, watches, regions, today))
    return (
        *date_findings(plan),
        *workers,
        *supply_findings(plan, len(members)),
        *dormitory_findings(plan, members),
        *promise_findings(plan),
    )


def passes(mode: Mode, findings: Sequence[Finding]) -> bool:
    """Say whether nothing found stands in the way of approval in a mode."""
    return not any(finding.code in BLOCKING[mode] for finding in findings)


def found(code: str, *path: str, **facts: object) -> Finding:
    """Return a finding with its sentences."""
    english, chinese = MESSAGES[code]
    return Finding(str(code), path, english.format(**facts), chinese.format(**facts))


def date_findings(plan: Plan) -> Iterator[Finding]:
    """Check the planned day against the mode."""
    if plan.mode is Mode.CLOSED:
        yield found(Check.CLOSED, "planned_on", planned_on=plan.planned_on)
    days = PROCEDURES[plan.mode].lead_days
    if (plan.planned_on - plan.submitted_on).days < days:
        earliest = date.fromordinal(plan.submitted_on.toordinal() + days)
        yield found(Check.PLANNED_TOO_SOON, "planned_on", earliest_on=earliest, days=days)


def worker_findings(
    member: Member, watches: Mapping[str, Watch], regions: Sequence[RiskRegion], today: date
) -> Iterator[Finding]:
    """Check one worker: at most one finding, the gravest."""
    reason = restriction(member.journey, watches.get(member.person_key), regions, today=today)
    if reason is not None:
        yield found(reason, "roster", str(member.place), name=member.name)


def supply_findings(plan: Plan, workers: int) -> Iterator[Finding]:
    """Check what is in stock against the number of workers."""
    needs: tuple[tuple[Check, tuple[str, ...], float, float], ...] = (
        (Check.MASKS, ("supplies", "masks"), workers * MASKS_A_PERSON_A_DAY * MASK_DAYS, plan.masks),
        (
            Check.THERMOMETERS,
            ("supplies", "thermometers"),
            rounded_up(workers, WORKERS_A_THERMOMETER),
            plan.thermometers,
        ),
        (
            Check.DISINFECTANT,
            ("supplies", "disinfectant_liters"),
            max(workers * DISINFECTANT_LITERS_A_WORKER, DISINFECTANT_LITERS_MIN),
            plan.disinfectant_liters,
        ),
        (
            Check.ISOLATION_ROOMS,
            ("isolation_rooms",),
            rounded_up(workers, WORKERS_AN_ISOLATION_ROOM),
            plan.isolation_rooms,
        ),
    )
    for check, path, needed, given in needs:
        if given < needed:
            yield found(check, *path, needed=f"{needed:g}", given=f"{given:g}")


def dormitory_findings(plan: Plan, members: Sequence[Member]) -> Iterator[Finding]:
    """Check the rooms, and that everybody who lives in has a bed."""
    living_in = Counter(member.dormitory_room for member in members)
    for place, room in enumerate(plan.rooms):
        path = ("dormitories", str(place))
        if room.beds > BEDS_A_ROOM_MAX:
            yield found(Check.TOO_MANY_BEDS, *path, "beds", room=room.room, given=room.beds)
        if room.area_square_meters < room.beds * SQUARE_METERS_A_BED_MIN:
            area = f"{room.area_square_meters:g}"
            yield found(Check.TOO_NARROW, *path, "area_square_meters", room=room.room, given=area, beds=room.beds)
        living = living_in[room.room]
        if living > room.beds:
            yield found(Check.OVERBOOKED, *path, "beds", room=room.room, given=living, beds=room.beds)
    known = {room.room for room in plan.rooms}
    for member in members:
        if member.dormitory_room is not None and member.dormitory_room not in known:
            where = ("roster", str(member.place), "dormitory_room")
            yield found(Check.ROOM_UNKNOWN, *where, name=member.name, room=member.dormitory_room)


def promise_findings(plan: Plan) -> Iterator[Finding]:
    """Check what the enterprise promises."""
    if plan.canteen_plan is None:
        yield found(Check.CANTEEN_PLAN, "canteen_plan")
    if not plan.undertaking_accepted:
        yield found(Check.UNDERTAKING, "undertaking_accepted")


def rounded_up(workers: int, each: int) -> int:
    """Return how many are needed when one serves so many workers."""
    return -(-workers // each)
