"""The application as an enterprise fills it in: what has no right form is refused, nothing is stored.

What has the right form and is not enough is a finding of the precheck instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.errors import BadInput
from services.enterprises import forms
from services.enterprises.resumption.precheck import Room

WORKERS_MAX = 2_000
ROOMS_MAX = 1_000
COUNT_MAX = 10_000_000
BEDS_MAX = 1_000
AREA_MAX = 100_000
ROOM_CHARACTERS_MAX = 50


class CanteenPlan(StrEnum):
    """How meals are taken apart."""

    STAGGERED = "STAGGERED"
    BOXED = "BOXED"
    CLOSED = "CLOSED"


class TransportKind(StrEnum):
    """How a worker came back."""

    CAR = "CAR"
    TRAIN = "TRAIN"
    PLANE = "PLANE"
    BUS = "BUS"
    SHIP = "SHIP"
    OTHER = "OTHER"


class RosterEmpty(BadInput):
    """A roster names at least one worker.
    返岗名单至少应有一人。
    """


class RosterTooLong(BadInput):
    """A roster names at most {limit} workers.
    返岗名单最多 {limit} 人。
    """


class WorkerListedTwice(BadInput):
    """The roster names this person twice: see row {first}.
    名单中该人员重复，另见第 {first} 行。
    """


class TooManyRooms(BadInput):
    """A dormitory plan has at most {limit} rooms.
    住宿方案最多 {limit} 间。
    """


class RoomListedTwice(BadInput):
    """The dormitory plan names room {room} twice.
    住宿方案中房间 {room} 重复。
    """


class CanteenPlanUnknown(BadInput):
    """A canteen plan is STAGGERED, BOXED or CLOSED.
    就餐方案须为错峰就餐、盒饭或不开食堂。
    """


class TransportKindUnknown(BadInput):
    """Transport is CAR, TRAIN, PLANE, BUS, SHIP or OTHER.
    交通方式须为汽车、火车、飞机、客车、轮船或其他。
    """


@dataclass(frozen=True, slots=True)
class Worker:
    """A row of the roster in its stored form."""

    name: str
    national_id: str
    phone: str | None
    origin_code: str
    returned_on: date | None
    transport_kind: str | None
    transport_number: str | None
    dormitory_room: str | None


@dataclass(frozen=True, slots=True)
class Form:
    """An application in its stored form."""

    planned_on: date
    in_charge_name: str
    in_charge_phone: str
    workers: tuple[Worker, ...]
    masks: int
    thermometers: int
    disinfectant_liters: float
    isolation_rooms: int
    rooms: tuple[Room, ...]
    canteen_plan: str | None
    undertaking_accepted: bool


def check_form(form: Form, *, today: date) -> Form:
    """Return the form normalized, or raise the first refusal, with its path."""
    return Form(
        planned_on=form.planned_on,
        in_charge_name=forms.text(form.in_charge_name, ("person_in_charge", "name")),
        in_charge_phone=forms.phone(form.in_charge_phone, ("person_in_charge", "phone")),
        workers=check_roster(form.workers, today=today),
        masks=count(form.masks, "supplies", "masks"),
        thermometers=count(form.thermometers, "supplies", "thermometers"),
        disinfectant_liters=amount(form.disinfectant_liters, "supplies", "disinfectant_liters"),
        isolation_rooms=count(form.isolation_rooms, "isolation_rooms"),
        rooms=check_rooms(form.rooms),
        canteen_plan=canteen_plan(form.canteen_plan),
        undertaking_accepted=form.undertaking_accepted,
    )


def check_roster(workers: Sequence[Worker], *, today: date) -> tuple[Worker, ...]:
    """Check every row, and that nobody stands there twice."""
    if not workers:
        raise RosterEmpty(path=("roster",))
    if len(workers) > WORKERS_MAX:
        raise RosterTooLong(path=("roster",), limit=WORKERS_MAX)
    rows: dict[str, int] = {}
    checked = []
    for place, worker in enumerate(workers):
        row = check_worker(worker, ("roster", str(place)), today=today)
        if row.national_id in rows:
            raise WorkerListedTwice(path=("roster", str(place), "national_id"), first=rows[row.national_id])
        rows[row.national_id] = place
        checked.append(row)
    return tuple(checked)


def check_worker(worker: Worker, path: tuple[str, ...], *, today: date) -> Worker:
    """Check one row of the roster."""
    kind = worker.transport_kind
    if kind is not None and kind not in TransportKind.__members__:
        raise TransportKindUnknown(path=(*path, "transport", "kind"))
    return Worker(
        name=forms.text(worker.name, (*path, "name")),
        national_id=forms.national_id(worker.national_id, (*path, "national_id"), today=today),
        phone=None if worker.phone is None else forms.phone(worker.phone, (*path, "phone")),
        origin_code=forms.origin_code(worker.origin_code, (*path, "origin_code")),
        returned_on=worker.returned_on,
        transport_kind=kind,
        transport_number=forms.optional_text(worker.transport_number, (*path, "transport", "number")),
        dormitory_room=forms.optional_text(worker.dormitory_room, (*path, "dormitory_room")),
    )


def check_rooms(rooms: Sequence[Room]) -> tuple[Room, ...]:
    """Check every room, and that none stands there twice."""
    if len(rooms) > ROOMS_MAX:
        raise TooManyRooms(path=("dormitories",), limit=ROOMS_MAX)
    checked: dict[str, Room] = {}
    for place, room in enumerate(rooms):
        path = ("dormitories", str(place))
        name = forms.text(room.room, (*path, "room"), limit=ROOM_CHARACTERS_MAX)
        forms.number(room.beds, (*path, "beds"), highest=BEDS_MAX)
        forms.number(room.area_square_meters, (*path, "area_square_meters"), highest=AREA_MAX)
        if name in checked:
            raise RoomListedTwice(path=(*path, "room"), room=name)
        checked[name] = Room(name, room.beds, room.area_square_meters)
    return tuple(checked.values())


def canteen_plan(value: str | None) -> str | None:
    """Return a canteen plan by its name, or refuse it; none at all is a finding."""
    if value is not None and value not in CanteenPlan.__members__:
        raise CanteenPlanUnknown(path=("canteen_plan",))
    return value


def count(value: int, *path: str) -> int:
    """Return a number of things, or refuse it."""
    forms.number(value, path, highest=COUNT_MAX)
    return value


def amount(value: float, *path: str) -> float:
    """Return an amount, or refuse it."""
    forms.number(value, path, highest=COUNT_MAX)
    return value
