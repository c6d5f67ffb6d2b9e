"""The people, gates and enterprises that the stories count on."""

import csv
import io
import itertools
from datetime import date, datetime, timedelta
from functools import cache

import pytest

from chassis import standards
from chassis.crypto import person_key
from infra.seed import divisions, people, sites
from infra.seed.enterprises import (
    APPLICANT,
    CREDIT_CODE,
    RIVAL,
    demo_enterprise,
)
from infra.seed.personas import personas
from infra.seed.records import (
    Application,
    Checkpoint,
    Device,
    DutyShift,
    Enterprise,
    Household,
    LiaisonTeam,
    Organization,
    Persona,
    Record,
    Resident,
    Staff,
)
from infra.seed.returnees import faults, returnee_list
from infra.seed.streams import STREAMS, Request

SEED = 330_111
TODAY = date(2020, 1, 27)
KEY = bytes(range(32))


@cache
def stream(what: str, scale: str) -> list[Record]:
    """Return a whole stream, made once for all tests."""
    return made_anew(what, scale)


def made_anew(what: str, scale: str) -> list[Record]:
    """Return a whole stream."""
    return list(STREAMS[what](Request(scale, SEED, TODAY)))


@pytest.fixture(scope="module")
def shanshui() -> tuple[list[Household], list[Resident]]:
    """Return the households and residents of 山水社区."""
    households, residents = people.people_of(divisions.village(SEED, divisions.SHANSHUI), SEED)
    return households, list(residents)


@pytest.fixture(scope="module")
def everybody() -> dict[str, Persona]:
    """Return the personas by name."""
    return {p.persona: p for p in personas(SEED, KEY)}


@pytest.mark.parametrize("what", list(STREAMS))
@pytest.mark.parametrize("scale", ["story", "town"])
def test_streams_are_repeated_exactly(what: str, scale: str) -> None:
    """One seed, one district."""
    assert made_anew(what, scale) == made_anew(what, scale)


@pytest.mark.parametrize("what", ["checkpoints", "enterprises"])
def test_smaller_scales_hold_the_same_things(what: str) -> None:
    """What a smaller scale has, the district has too, with the same fields."""
    kinds = (Checkpoint, Device, Staff, Organization, Enterprise, LiaisonTeam)
    district = {repr(r) for r in stream(what, "district") if isinstance(r, kinds)}
    town = {repr(r) for r in stream(what, "town") if isinstance(r, kinds)}
    story = {repr(r) for r in stream(what, "story") if isinstance(r, kinds)}

    assert story < town < district


def test_another_seed_makes_other_people() -> None:
    """The seed decides, except for the people of the stories."""
    one = people.people_of(divisions.village(1, divisions.SHANSHUI), 1)
    two = people.people_of(divisions.village(2, divisions.SHANSHUI), 2)

    assert one[0][0].id != two[0][0].id
    assert "王小明" in {r.name for r in one[1]} & {r.name for r in two[1]}


def test_wang_lives_where_the_contract_says(
    shanshui: tuple[list[Household], list[Resident]],
) -> None:
    """Wang, his wife and their neighbors share a grid; addresses are unique."""
    households, residents = shanshui
    homes = {h.id: h for h in households}
    wang = next(r for r in residents if r.national_id == "330199199005011011")
    neighbor = next(r for r in residents if r.name == "张建国" and r.phone == "13800000004")

    assert (wang.name, wang.phone, wang.grid_code) == ("王小明", "13800000001", "330111004002001")
    assert homes[wang.household_id].address == "山水社区 3 幢 2 单元 501"
    assert sum(r.household_id == wang.household_id for r in residents) == 2
    assert neighbor.grid_code == wang.grid_code
    assert neighbor.household_id != wang.household_id
    assert len({h.address for h in households}) == len(households)


def test_personas_match_the_streams(
    everybody: dict[str, Persona], shanshui: tuple[list[Household], list[Resident]]
) -> None:
    """Ids, scopes and keys of personas are those of the records."""
    wang = next(r for r in shanshui[1] if r.national_id == "330199199005011011")
    person = everybody["resident"].person
    staff = {r.id for r in stream("checkpoints", "story") if isinstance(r, Staff)}
    gates = {r.device_id: r.checkpoint_id for r in stream("checkpoints", "story") if isinstance(r, Device)}

    assert person is not None
    assert (person.resident_id, person.household_id) == (wang.id, wang.household_id)
    assert person.person_key == person_key(KEY, "NATIONAL_ID", "330199199005011011")
    assert everybody["gate_guard"].checkpoints == [gates["gate-330111004002-1"]]
    assert everybody["gate_guard"].sub in staff
    assert everybody["grid_worker"].scopes == ["330111004002001"]
    assert everybody["other_grid_worker"].scopes == ["330111004002002"]
    assert everybody["other_town_worker"].scopes == ["330111115011001"]
    assert everybody["rival_agent"].enterprises == [demo_enterprise(SEED, RIVAL).credit_code]
    assert everybody["ops"].scopes == []
    assert everybody["village_worker"].scopes[0] == "330111111232001"
    assert len(everybody) == 17


def test_towns_have_a_code_in_the_other_system() -> None:
    """Ten of the 24 towns have another code there, and none is lost."""
    aliases = divisions.alias_records()
    known = {t.code for t in divisions.towns()}

    assert {a.division_code for a in aliases} == known
    assert sum(a.code != a.division_code for a in aliases) == 10


def test_origins_are_listed_once() -> None:
    """Wenzhou is an origin of six digits, and no code stands twice."""
    origins = divisions.origin_records()
    by_code = {o.code: o for o in origins}

    assert len(by_code) == len(origins)
    assert by_code["330300"].name == "温州市"
    assert all(o.parent is None or o.parent in by_code for o in origins)


def test_organizations_and_staff_are_the_district_s() -> None:
    """65 organs and 221 units send 8,400 people; there are enough of them for every post."""
    records = stream("checkpoints", "district")
    kinds = [r.kind for r in records if isinstance(r, Organization)]

    assert kinds.count("DISTRICT_ORGAN") == 65
    assert len(kinds) == 65 + 221
    assert sum(isinstance(r, Staff) for r in records) == 8_400
    assert sum(isinstance(r, Checkpoint) for r in records) > 329


@pytest.mark.parametrize("scale", ["story", "town", "district"])
def test_shifts_cover_the_clock_but_for_one_gate(scale: str) -> None:
    """Every open checkpoint has its strength in every hour it is open, except the gate with a gap."""
    records = stream("checkpoints", scale)
    shifts = [r for r in records if isinstance(r, DutyShift)]
    instant = datetime.fromisoformat("2020-01-29T07:30:00+08:00")
    on_duty: dict[str, int] = {}
    for shift in shifts:
        if datetime.fromisoformat(shift.starts_at) <= instant < datetime.fromisoformat(shift.ends_at):
            on_duty[shift.checkpoint_id] = on_duty.get(shift.checkpoint_id, 0) + 1
    short = [
        r.id
        for r in records
        if isinstance(r, Checkpoint) and r.status == "OPEN" and on_duty.get(r.id, 0) < r.minimum_strength
    ]

    assert short == [sites.checkpoint_id(SEED, sites.GATE_WITH_GAP)]
    assert {s.staff_id for s in shifts} <= {r.id for r in records if isinstance(r, Staff)}


def test_nobody_is_booked_twice_and_everybody_rests() -> None:
    """Between two shifts of one person lie at least eight hours."""
    starts: dict[str, list[datetime]] = {}
    for shift in stream("checkpoints", "town"):
        if isinstance(shift, DutyShift):
            starts.setdefault(shift.staff_id, []).append(datetime.fromisoformat(shift.starts_at))

    for times in starts.values():
        times.sort()
        for one, next_one in itertools.pairwise(times):
            assert next_one - one >= timedelta(hours=16)


def test_xindeng_has_its_enterprises() -> None:
    """500 industrial, 1,000 service and 4,200 merchants in Xindeng, with 13 teams."""
    records = stream("enterprises", "district")
    kinds = [r.kind for r in records if isinstance(r, Enterprise) and r.division_code.startswith(divisions.XINDENG)]
    teams = {r.id: r for r in records if isinstance(r, LiaisonTeam)}

    assert {k: kinds.count(k) for k in set(kinds)} == {
        "INDUSTRIAL": 500,
        "SERVICE": 1_000,
        "MERCHANT": 4_200,
    }
    assert sum(t.division_code.startswith(divisions.XINDENG) for t in teams.values()) == 13
    assert all(r.liaison_team_id in teams for r in records if isinstance(r, Enterprise) and r.kind != "MERCHANT")


def test_credit_codes_are_valid_and_unique() -> None:
    """Codes pass GB 32100 and are given once; grids and industries exist."""
    records = [r for r in stream("enterprises", "district") if isinstance(r, Enterprise)]
    codes = {r.credit_code for r in records}
    grids = {g for v in divisions.villages(SEED) for g in v.grid_codes}

    assert len(codes) == len(records) == len({r.id for r in records})
    assert all(r.division_code in grids for r in records)
    for record in records[::17]:
        assert standards.credit_code(record.credit_code) == record.credit_code


@pytest.mark.parametrize("scale", ["story", "town", "district"])
def test_demo_enterprises_are_at_every_scale(scale: str) -> None:
    """The contract's enterprise, its rival and the applicant are always there, and closed."""
    records = stream("enterprises", scale)
    found = {r.credit_code: r for r in records if isinstance(r, Enterprise)}
    application = next(r for r in records if isinstance(r, Application))

    assert found[CREDIT_CODE].contact.name == "李红"
    assert found[CREDIT_CODE].operation_status == "STOPPED"
    assert demo_enterprise(SEED, RIVAL).credit_code in found
    assert application.credit_code == demo_enterprise(SEED, APPLICANT).credit_code
    assert application.credit_code not in {CREDIT_CODE, demo_enterprise(SEED, RIVAL).credit_code}


def test_returnees_are_known_or_faulty(
    shanshui: tuple[list[Household], list[Resident]],
) -> None:
    """Seven rows hold, six of them of residents; the five others break one rule each."""
    rows = list(csv.DictReader(io.StringIO(returnee_list(SEED, TODAY))))
    known = {r.national_id: r for r in shanshui[1]}
    good, bad = rows[: -len(faults())], rows[-len(faults()) :]

    assert [known[r["national_id"]].name for r in good[:-1]] == [r["name"] for r in good[:-1]]
    assert good[0]["name"] == "王小明"
    assert good[-1]["national_id"] not in known
    assert {r["arrives_on"] for r in rows} == {"2020-01-27"}
    for row in good:
        assert standards.national_id(row["national_id"], today=TODAY) == row["national_id"]
    with pytest.raises(standards.NationalIdChecksumWrong):
        standards.national_id(bad[0]["national_id"], today=TODAY)
    with pytest.raises(standards.NationalIdDateImpossible):
        standards.national_id(bad[1]["national_id"], today=TODAY)
    assert [bad[2]["origin_code"], bad[3]["destination_grid_code"], bad[4]["name"]] == [
        "999999",
        "330111004002999",
        "",
    ]
    for row in bad[2:]:
        assert standards.national_id(row["national_id"], today=TODAY) == row["national_id"]
