"""The gate's whole table: what fits which facts, and which rule goes before which."""

from dataclasses import replace
from datetime import date

import pytest

from services.checkpoints.passages.decision import RULE_VERSION, TABLE, decide
from services.checkpoints.passages.model import Direction, Facts, Outcome, Seen, gather
from services.checkpoints.watchlist.model import Known, RiskLevel, RiskRegion

TODAY = date(2020, 1, 28)
HOME = "330111004002001"
WENZHOU = RiskRegion("330111", "330300", RiskLevel.HIGH, date(2020, 1, 20), None)
TAIZHOU = RiskRegion("330111", "331000", RiskLevel.MEDIUM, date(2020, 1, 20), None)
LISHUI = RiskRegion("330111", "331100", RiskLevel.LOW, date(2020, 1, 20), None)
REGIONS = [WENZHOU, TAIZHOU, LISHUI]

AT_HOME = Known(color="GREEN", home_division_code=HOME)
IN = Seen(Direction.ENTRY, TODAY, 36.6)
OUT = Seen(Direction.EXIT, TODAY, 36.6)
FEVER = replace(IN, temperature_c=37.3)
EXPECTED = replace(AT_HOME, expected_arrival_on=TODAY, expected_origin_code="330300")
ORDERED = replace(AT_HOME, color="RED", order_status="ISSUED", order_setting="HOME", order_ends_on=date(2020, 2, 11))


def at(seen: Seen, origin_code: str) -> Seen:
    """Return what is seen of somebody from an origin."""
    return replace(seen, origin_code=origin_code)


CASES: list[tuple[str, Seen, Known | None, str, str, int | None]] = [
    ("emergency before all", replace(FEVER, emergency=True), ORDERED, "EMERGENCY_ADMITTED", "CARE_FIRST", None),
    ("emergency going out", replace(OUT, emergency=True), ORDERED, "EMERGENCY_ADMITTED", "CARE_FIRST", None),
    ("fever and high risk", at(FEVER, "330300"), AT_HOME, "HELD", "CALL_120", None),
    ("fever and medium risk", at(FEVER, "331003"), None, "HELD", "CALL_120", None),
    ("fever of an expected returnee", FEVER, EXPECTED, "HELD", "CALL_120", None),
    ("fever under an order", FEVER, ORDERED, "HELD", "CALL_120", None),
    ("fever and red", FEVER, replace(AT_HOME, color="RED"), "HELD", "CALL_120", None),
    ("first fever", FEVER, AT_HOME, "HELD", "MEASURE_AGAIN", None),
    ("first fever of a visitor", FEVER, None, "HELD", "MEASURE_AGAIN", None),
    ("fever confirmed", replace(FEVER, recheck_temperature_c=37.5), AT_HOME, "TURNED_BACK", "FEVER_CLINIC", None),
    ("fever refuted", replace(FEVER, recheck_temperature_c=36.9), AT_HOME, "ADMITTED", "PASS", None),
    ("no fever just below", replace(IN, temperature_c=37.2), AT_HOME, "ADMITTED", "PASS", None),
    ("token that cannot be read", replace(IN, identified=False), None, "HELD", "SHOW_DOCUMENT", None),
    ("going out with such a token", replace(OUT, identified=False), None, "HELD", "SHOW_DOCUMENT", None),
    ("going out under an order", OUT, ORDERED, "TURNED_BACK", "STAY_UNTIL_RELEASED", None),
    ("going out red", OUT, replace(AT_HOME, color="RED"), "TURNED_BACK", "CODE_RED", None),
    ("going out yellow", OUT, replace(AT_HOME, color="YELLOW"), "TURNED_BACK", "CODE_YELLOW", None),
    ("going out", OUT, AT_HOME, "ADMITTED", "PASS", None),
    ("a visitor going out", OUT, None, "ADMITTED", "PASS", None),
    ("an origin does not matter going out", at(OUT, "330300"), AT_HOME, "ADMITTED", "PASS", None),
    ("coming home under an order", IN, ORDERED, "ADMITTED_REGISTERED", "STRAIGHT_HOME", None),
    ("from a facility", IN, replace(ORDERED, order_setting="FACILITY"), "TURNED_BACK", "BACK_TO_FACILITY", None),
    ("expected from a high risk", IN, EXPECTED, "ADMITTED_REGISTERED", "STAY_AT_HOME_14", 14),
    ("an origin given", at(IN, "330304"), AT_HOME, "ADMITTED_REGISTERED", "STAY_AT_HOME_14", 14),
    ("medium risk", at(IN, "331000"), AT_HOME, "ADMITTED_REGISTERED", "STAY_AT_HOME_7", 7),
    ("high expected, local given", at(IN, "330111"), EXPECTED, "ADMITTED_REGISTERED", "STAY_AT_HOME_14", 14),
    ("high risk without a home", at(IN, "330300"), None, "TURNED_BACK", "FACILITY", None),
    ("medium risk without a home", at(IN, "331000"), None, "TURNED_BACK", "FACILITY", None),
    ("risk before red", IN, replace(EXPECTED, color="RED"), "ADMITTED_REGISTERED", "STAY_AT_HOME_14", 14),
    ("red", IN, replace(AT_HOME, color="RED"), "HELD", "CODE_RED", None),
    ("another origin", at(IN, "330106"), AT_HOME, "ADMITTED_REGISTERED", "STAY_AT_HOME_7", 7),
    ("another origin without a home", at(IN, "330106"), None, "TURNED_BACK", "FACILITY", None),
    ("a region declared harmless", at(IN, "331100"), AT_HOME, "ADMITTED", "PASS", None),
    ("yellow", IN, replace(AT_HOME, color="YELLOW"), "ADMITTED_REGISTERED", "CODE_YELLOW", None),
    ("a visitor", IN, None, "ADMITTED_REGISTERED", "VISITOR", None),
    ("somebody of here", IN, AT_HOME, "ADMITTED", "PASS", None),
    ("from the district itself", at(IN, "330111"), AT_HOME, "ADMITTED", "PASS", None),
    ("an order that was released", IN, replace(AT_HOME, order_status="RELEASED"), "ADMITTED", "PASS", None),
    ("a draft is no order", OUT, replace(AT_HOME, order_status="DRAFT"), "ADMITTED", "PASS", None),
]


@pytest.mark.parametrize(
    ("seen", "known", "outcome", "code", "days"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_table_decides(seen: Seen, known: Known | None, outcome: str, code: str, days: int | None) -> None:
    """Each line of the table, and each pair of lines that could both fit."""
    decision = decide(gather(seen, known, REGIONS, "330111"))

    assert (decision.outcome, decision.instruction_code, decision.quarantine_days) == (outcome, code, days)
    assert decision.rule_version == RULE_VERSION


def test_every_line_of_the_table_is_tried() -> None:
    """No line is dead, and no line goes untested."""
    tried = {
        next(i for i, rule in enumerate(TABLE) if rule.fits(gather(seen, known, REGIONS, "330111")))
        for _, seen, known, *_ in CASES
    }

    assert tried == set(range(len(TABLE)))


@pytest.mark.parametrize("status", ["ISSUED", "DELIVERED", "ACTIVE", "RELEASE_DUE"])
def test_an_order_holds_until_it_is_released(status: str) -> None:
    """An order is in force from ISSUED to RELEASE_DUE, even past its last day."""
    known = replace(ORDERED, order_status=status, order_ends_on=date(2020, 1, 1))

    assert decide(gather(OUT, known, [], "330111")).outcome is Outcome.TURNED_BACK


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (EXPECTED, True),
        (replace(EXPECTED, expected_arrival_on=date(2020, 1, 30)), True),
        (replace(EXPECTED, expected_arrival_on=date(2020, 1, 14)), True),
        (replace(EXPECTED, expected_arrival_on=date(2020, 1, 13)), False),
        (replace(EXPECTED, order_status="RELEASED", order_ends_on=date(2020, 1, 28)), False),
        (replace(EXPECTED, order_status="RELEASED", order_ends_on=date(2020, 1, 27)), True),
        (replace(EXPECTED, order_status="DRAFT", order_ends_on=date(2020, 2, 11)), True),
        (AT_HOME, False),
    ],
)
def test_an_arrival_is_expected_until_it_was_served(known: Known, expected: bool) -> None:
    """An order that ended after the arrival has served it; so have fourteen days."""
    assert known.expected(TODAY) is expected


@pytest.mark.parametrize(
    ("code", "origin", "covered"),
    [
        ("330300", "330300", True),
        ("330300", "330304", True),
        ("330300", "330400", False),
        ("330000", "330304", True),
        ("330304", "330304", True),
        ("330304", "330300", False),
        ("330000", "310000", False),
    ],
)
def test_a_region_covers_what_lies_in_it(code: str, origin: str, covered: bool) -> None:
    """A prefecture's code covers its counties, a province's its prefectures."""
    assert replace(WENZHOU, code=code).covers(origin, TODAY) is covered


@pytest.mark.parametrize(
    ("day", "covered"),
    [(date(2020, 1, 19), False), (date(2020, 1, 20), True), (date(2020, 1, 31), True), (date(2020, 2, 1), False)],
)
def test_a_region_holds_from_its_first_day_to_its_last(day: date, covered: bool) -> None:
    """Both days are included."""
    assert replace(WENZHOU, valid_to=date(2020, 1, 31)).covers("330300", day) is covered


def test_the_riskiest_of_several_regions_counts() -> None:
    """A county may be declared higher than its province."""
    facts: Facts = gather(at(IN, "330304"), None, [replace(TAIZHOU, code="330000"), WENZHOU, LISHUI], "330111")

    assert facts.origin_level is RiskLevel.HIGH
