"""Every finding of the precheck, in both languages, and which of them stand in the way."""

from dataclasses import replace
from datetime import date

import pytest

from services.enterprises.resumption.policy import Mode
from services.enterprises.resumption.precheck import BLOCKING, MESSAGES, Check, Plan, Room, found, passes, precheck
from services.enterprises.roster.model import Member
from services.enterprises.watchlist.model import Restriction, RiskRegion, Watch

TODAY = date(2020, 2, 12)
PLAN = Plan(
    mode=Mode.APPROVAL,
    submitted_on=TODAY,
    planned_on=date(2020, 2, 15),
    masks=28,
    thermometers=1,
    disinfectant_liters=5.0,
    isolation_rooms=1,
    rooms=(Room("A-101", 4, 10.0),),
    canteen_plan="STAGGERED",
    undertaking_accepted=True,
)
LI = Member(0, "李红", "li", "330111", date(2020, 1, 10), None)
WANG = Member(1, "王小明", "wang", "330400", date(2020, 1, 10), "A-101")
WENZHOU = RiskRegion("330300", "HIGH", date(2020, 1, 20), None)


def findings(plan: Plan, *members: Member, watch: Watch | None = None) -> list[tuple[str, str]]:
    """Return codes and paths."""
    watches = {} if watch is None else {watch.person_key: watch}
    checked = precheck(plan, members or (LI, WANG), watches, [WENZHOU], today=TODAY)
    return [(f.code, ".".join(f.path)) for f in checked]


def test_nothing_is_found_in_a_good_application() -> None:
    """Exactly what is needed is enough."""
    assert findings(PLAN) == []


@pytest.mark.parametrize(
    ("plan", "code", "path"),
    [
        (replace(PLAN, planned_on=date(2020, 2, 14)), "PlannedTooSoon", "planned_on"),
        (replace(PLAN, mode=Mode.CLOSED), "ResumptionClosed", "planned_on"),
        (replace(PLAN, mode=Mode.FILING, planned_on=date(2020, 2, 11)), "PlannedTooSoon", "planned_on"),
        (replace(PLAN, masks=27), "MasksShort", "supplies.masks"),
        (replace(PLAN, thermometers=0), "ThermometersShort", "supplies.thermometers"),
        (replace(PLAN, disinfectant_liters=4.9), "DisinfectantShort", "supplies.disinfectant_liters"),
        (replace(PLAN, isolation_rooms=0), "IsolationRoomsShort", "isolation_rooms"),
        (replace(PLAN, rooms=(Room("A-101", 7, 20.0),)), "DormitoryTooManyBeds", "dormitories.0.beds"),
        (replace(PLAN, rooms=(Room("A-101", 4, 9.9),)), "DormitoryTooNarrow", "dormitories.0.area_square_meters"),
        (replace(PLAN, rooms=(Room("A-101", 0, 9.0),)), "DormitoryOverbooked", "dormitories.0.beds"),
        (replace(PLAN, rooms=()), "DormitoryRoomUnknown", "roster.1.dormitory_room"),
        (replace(PLAN, canteen_plan=None), "CanteenPlanMissing", "canteen_plan"),
        (replace(PLAN, undertaking_accepted=False), "UndertakingMissing", "undertaking_accepted"),
    ],
)
def test_each_item_is_found(plan: Plan, code: str, path: str) -> None:
    """One thing is missing: one finding, at its field."""
    assert findings(plan) == [(code, path)]


@pytest.mark.parametrize(
    ("watch", "code"),
    [
        (Watch("wang", "YELLOW", None, None, "ACTIVE"), "WorkerUnderQuarantine"),
        (Watch("wang", "RED", None, None, None), "WorkerNotGreen"),
        (Watch("wang", "GREEN", date(2020, 2, 11), "330300", None), "WorkerExpectedFromRiskRegion"),
    ],
)
def test_a_worker_is_named(watch: Watch, code: str) -> None:
    """The finding names the worker, in both languages."""
    assert findings(PLAN, watch=watch) == [(code, "roster.1")]

    (finding,) = precheck(PLAN, (LI, WANG), {"wang": watch}, [WENZHOU], today=TODAY)
    assert "王小明" in finding.en
    assert "王小明" in finding.zh


def test_a_worker_back_from_a_risk_region_is_named() -> None:
    """By his own declaration, without anybody having heard of him."""
    wang = replace(WANG, origin_code="330300", returned_on=date(2020, 1, 30))

    assert findings(PLAN, LI, wang) == [("WorkerReturnedFromRiskRegion", "roster.1")]


def test_everything_is_found_at_once() -> None:
    """No second round for what the first could have said."""
    plan = Plan(Mode.APPROVAL, TODAY, TODAY, 0, 0, 0.0, 0, (Room("B", 7, 1.0),), None, undertaking_accepted=False)
    wang = Watch("wang", "RED", None, None, None)

    assert [code for code, _ in findings(plan, watch=wang)] == [
        "PlannedTooSoon",
        "WorkerNotGreen",
        "MasksShort",
        "ThermometersShort",
        "DisinfectantShort",
        "IsolationRoomsShort",
        "DormitoryTooManyBeds",
        "DormitoryTooNarrow",
        "DormitoryRoomUnknown",
        "CanteenPlanMissing",
        "UndertakingMissing",
    ]


@pytest.mark.parametrize(
    ("workers", "masks", "thermometers", "rooms"), [(50, 700, 1, 1), (51, 714, 2, 1), (101, 1414, 3, 2)]
)
def test_supplies_grow_with_the_roster(workers: int, masks: int, thermometers: int, rooms: int) -> None:
    """Two masks a day for seven days, a thermometer for fifty, an isolation room for a hundred."""
    members = [replace(LI, place=i, person_key=str(i)) for i in range(workers)]
    enough = replace(PLAN, masks=masks, thermometers=thermometers, isolation_rooms=rooms, disinfectant_liters=60.0)
    short = replace(enough, masks=masks - 1, thermometers=thermometers - 1, isolation_rooms=rooms - 1)

    assert findings(enough, *members) == []
    assert [c for c, _ in findings(short, *members)] == ["MasksShort", "ThermometersShort", "IsolationRoomsShort"]


def test_every_code_has_a_sentence_in_both_languages() -> None:
    """No finding without words."""
    assert set(MESSAGES) == {*Check, *Restriction}
    assert all(english and chinese for english, chinese in MESSAGES.values())


@pytest.mark.parametrize(
    ("mode", "blocking"),
    [
        (Mode.CLOSED, set(MESSAGES)),
        (Mode.APPROVAL, set(MESSAGES)),
        (Mode.FILING, set(MESSAGES)),
        (Mode.PLEDGE, {*Restriction, Check.UNDERTAKING}),
        (Mode.NONE, set(Restriction)),
    ],
)
def test_what_blocks_in_a_mode(mode: Mode, blocking: set[str]) -> None:
    """A pledge asks for the undertaking; without any permission only people's health is left."""
    assert set(BLOCKING[mode]) == blocking


def test_passing_with_findings_that_do_not_block() -> None:
    """Too few masks do not stand in the way of a pledge, a red code does."""
    short = found(Check.MASKS, "supplies", "masks", needed=28, given=0)
    red = found(Restriction.NOT_GREEN, "roster", "0", name="王小明")

    assert passes(Mode.PLEDGE, [short])
    assert not passes(Mode.PLEDGE, [short, red])
    assert not passes(Mode.APPROVAL, [short])
