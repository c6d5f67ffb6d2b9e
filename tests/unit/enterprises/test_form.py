"""Every refusal of form: its code, its path, and nothing more."""

import math
from dataclasses import replace
from datetime import date

import pytest

from chassis.errors import BadInput, Problem
from services.enterprises.operation.model import (
    CapacitySourceUnknown,
    EnterpriseNotWorking,
    OperationStatus,
    source_of,
    status_after_reading,
)
from services.enterprises.register.model import EnterpriseKindUnknown, EnterpriseSizeUnknown, kind_of, size_of
from services.enterprises.resumption.form import ROOMS_MAX, WORKERS_MAX, Form, Worker, check_form
from services.enterprises.resumption.precheck import Room
from services.enterprises.tickets.model import TicketChannelUnknown, channel_of, opening

TODAY = date(2020, 2, 12)
LI = Worker("李红", "330199198503122027", "13800000002", "330111", date(2020, 2, 1), "CAR", None, None)
WANG = Worker("王小明", "330199199005011011", None, "330300", date(2020, 1, 28), "TRAIN", "G7333", "A-101")
FORM = Form(
    planned_on=date(2020, 2, 20),
    in_charge_name="李红",
    in_charge_phone="13800000002",
    workers=(LI, WANG),
    masks=2000,
    thermometers=4,
    disinfectant_liters=60.0,
    isolation_rooms=2,
    rooms=(Room("A-101", 4, 14.5),),
    canteen_plan="STAGGERED",
    undertaking_accepted=True,
)


def roster(worker: Worker) -> Form:
    """Return the form with another second worker."""
    return replace(FORM, workers=(LI, worker))


def test_a_good_form_is_normalized() -> None:
    """Full-width digits, spaces and lower case are what people type."""
    typed = replace(
        FORM, in_charge_phone="+86 138 0000 0002", workers=(replace(LI, national_id="３３０１９９198503122027"),)
    )

    form = check_form(typed, today=TODAY)

    assert form.in_charge_phone == "13800000002"
    assert form.workers[0].national_id == LI.national_id


@pytest.mark.parametrize(
    ("form", "code", "path"),
    [
        (replace(FORM, in_charge_name=" "), "TextMissing", "person_in_charge.name"),
        (replace(FORM, in_charge_name="x" * 201), "TextTooLong", "person_in_charge.name"),
        (replace(FORM, in_charge_name="a\x00b"), "TextUnreadable", "person_in_charge.name"),
        (replace(FORM, in_charge_name="a\ud800"), "TextUnreadable", "person_in_charge.name"),
        (replace(FORM, in_charge_phone="12345"), "PhoneMalformed", "person_in_charge.phone"),
        (replace(FORM, workers=()), "RosterEmpty", "roster"),
        (replace(FORM, workers=(LI,) * (WORKERS_MAX + 1)), "RosterTooLong", "roster"),
        (replace(FORM, workers=(LI, WANG, LI)), "WorkerListedTwice", "roster.2.national_id"),
        (roster(replace(WANG, name="")), "TextMissing", "roster.1.name"),
        (roster(replace(WANG, national_id="330199")), "NationalIdMalformed", "roster.1.national_id"),
        (roster(replace(WANG, national_id="330199199005011012")), "NationalIdChecksumWrong", "roster.1.national_id"),
        (roster(replace(WANG, national_id="330199199013011011")), "NationalIdDateImpossible", "roster.1.national_id"),
        (roster(replace(WANG, national_id="330199203005011010")), "NationalIdBirthInFuture", "roster.1.national_id"),
        (roster(replace(WANG, phone="2")), "PhoneMalformed", "roster.1.phone"),
        (roster(replace(WANG, origin_code="3303")), "OriginCodeMalformed", "roster.1.origin_code"),
        (roster(replace(WANG, transport_kind="HORSE")), "TransportKindUnknown", "roster.1.transport.kind"),
        (roster(replace(WANG, transport_number="x" * 201)), "TextTooLong", "roster.1.transport.number"),
        (roster(replace(WANG, dormitory_room="\x07")), "TextUnreadable", "roster.1.dormitory_room"),
        (replace(FORM, masks=-1), "NumberOutOfRange", "supplies.masks"),
        (replace(FORM, masks=10**8), "NumberOutOfRange", "supplies.masks"),
        (replace(FORM, thermometers=-1), "NumberOutOfRange", "supplies.thermometers"),
        (replace(FORM, disinfectant_liters=-0.1), "NumberOutOfRange", "supplies.disinfectant_liters"),
        (replace(FORM, disinfectant_liters=math.nan), "NumberOutOfRange", "supplies.disinfectant_liters"),
        (replace(FORM, disinfectant_liters=math.inf), "NumberOutOfRange", "supplies.disinfectant_liters"),
        (replace(FORM, isolation_rooms=-1), "NumberOutOfRange", "isolation_rooms"),
        (replace(FORM, rooms=(Room("", 4, 14.5),)), "TextMissing", "dormitories.0.room"),
        (replace(FORM, rooms=(Room("A", -1, 14.5),)), "NumberOutOfRange", "dormitories.0.beds"),
        (replace(FORM, rooms=(Room("A", 4, -1.0),)), "NumberOutOfRange", "dormitories.0.area_square_meters"),
        (replace(FORM, rooms=(Room("A", 4, 14.5), Room("A", 2, 9.0))), "RoomListedTwice", "dormitories.1.room"),
        (replace(FORM, rooms=(Room("A", 4, 14.5),) * (ROOMS_MAX + 1)), "TooManyRooms", "dormitories"),
        (replace(FORM, canteen_plan="BUFFET"), "CanteenPlanUnknown", "canteen_plan"),
    ],
)
def test_each_refusal_of_form(form: Form, code: str, path: str) -> None:
    """The refusal names field and rule, in both languages."""
    with pytest.raises(BadInput) as refused:
        check_form(form, today=TODAY)

    assert refused.value.code == code
    assert ".".join(refused.value.path) == path
    assert refused.value.message("en") != refused.value.message("zh")


def test_closed_sets() -> None:
    """A name outside its set is refused at its field."""
    cases: list[tuple[object, type[Problem]]] = [
        (kind_of, EnterpriseKindUnknown),
        (size_of, EnterpriseSizeUnknown),
        (source_of, CapacitySourceUnknown),
        (channel_of, TicketChannelUnknown),
    ]
    for read, problem in cases:
        assert callable(read)
        with pytest.raises(problem):
            read("NO_SUCH")


@pytest.mark.parametrize("status", list(OperationStatus))
@pytest.mark.parametrize("percent", [0, 60, 100])
def test_reading_moves_only_who_works(status: OperationStatus, percent: int) -> None:
    """All of the capacity is back in full; who does not work has none to report."""
    if status in {"RESUMED", "FULL"}:
        assert status_after_reading(status, percent) == ("FULL" if percent == 100 else "RESUMED")
    else:
        with pytest.raises(EnterpriseNotWorking):
            status_after_reading(status, percent)


def test_a_ticket_opens_at_the_leaders_desk() -> None:
    """Without a liaison team it waits for somebody to assign it."""
    assert opening("江华斌") == ("OPENED", "TRIAGED", "ASSIGNED")
    assert opening(None) == ("OPENED", "TRIAGED")
