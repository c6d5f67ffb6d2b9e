"""The tools: a district loaded from a stream, all of it or nothing, and told again as a snapshot."""

from io import BytesIO, StringIO
from typing import Any

import msgspec
import pytest
from rich.console import Console

from services.residents.health_code.standing import restate
from services.residents.loading.load import StreamRefused, load_lines
from services.residents.loading.snapshot import write_snapshot
from tests.support.people import GRID, WANG, WANG_CHILD, WANG_NUMBER, lines, load_people, records
from tests.support.rig import Rig

QUIET = Console(file=StringIO())


async def test_a_stream_is_loaded_whole(residents: Rig) -> None:
    """Every record is there; the rolls-ups count them; everybody is green in version 1."""
    await load_people(residents)

    counts = await residents.rows(
        "SELECT (SELECT count(*) FROM divisions) AS divisions, (SELECT count(*) FROM origin_divisions) AS origins, "
        "(SELECT count(*) FROM households) AS households, (SELECT count(*) FROM residents) AS residents, "
        "(SELECT sum(residents) FROM grid_counters) AS counted, (SELECT count(*) FROM grid_workers) AS workers, "
        "(SELECT count(*) FROM standings WHERE color = 'GREEN' AND version = 1) AS green"
    )
    assert counts == [
        {
            "divisions": 10,
            "origins": 7,
            "households": 4,
            "residents": 6,
            "counted": 6,
            "workers": 3,
            "green": 6,
        }
    ]


async def test_loading_is_quiet_for_other_services(residents: Rig) -> None:
    """A district is told by its snapshot, not by a fact for each of 832,017 people."""
    await load_people(residents)

    assert await residents.facts() == []


async def test_numbers_are_sealed_as_if_registered(residents: Rig) -> None:
    """A loaded number opens in its row, is found by its index, and gives the person key."""
    await load_people(residents)

    [wang] = await residents.rows("SELECT * FROM residents WHERE id = $1", WANG)

    keys = residents.state.keys
    assert keys.ring.decrypt(wang["document_number_sealed"], place=f"residents/document_number/{WANG}") == WANG_NUMBER
    assert wang["document_number_index"] == keys.index("NATIONAL_ID", WANG_NUMBER)
    assert wang["person_key"] == keys.person("NATIONAL_ID", WANG_NUMBER)
    assert wang["name_initials"] == "wxm"


async def test_a_child_without_document_has_a_key_of_its_own(residents: Rig) -> None:
    """Who has no document is known to the other services by the record."""
    await load_people(residents)

    [child] = await residents.rows("SELECT * FROM residents WHERE id = $1", WANG_CHILD)

    assert child["document_number_sealed"] is None
    assert child["guardian_id"] == WANG
    assert child["person_key"] == residents.state.keys.person("RECORD", str(WANG_CHILD))


async def test_a_database_with_residents_is_left_alone(people: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """Loading twice is refused before anything is read."""
    with pytest.raises(StreamRefused):
        await load_lines(people.state, iter([b"not read"]), QUIET)

    assert "has residents already; nothing was written" in capsys.readouterr().err


def changed(kind: str, **values: Any) -> list[bytes]:
    """Return a stream whose last record of a kind is changed."""
    rows = records()
    place = max(i for i, row in enumerate(rows) if row["record"] == kind)
    rows[place] = rows[place] | values
    return lines(rows)


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        ([b'{"record":"counts","counts":{}}', b"{"], "line 2 is no record"),
        ([b'{"record":"unicorn"}'], "line 1 is no record"),
        ([b"\xff"], "line 1 is no record"),
        ([], "the stream is not whole"),
        (lines(records())[:-1], "the stream is not whole: expected {'resident': 6}, got {'resident': 5}"),
        (changed("resident", national_id="330199199005011012"), "check character"),
        (changed("resident", phone="12345"), "mobile number"),
        (changed("resident", national_id=WANG_NUMBER), "residents_one_per_person_key"),
        (changed("resident", household_id="016f0000-0000-7000-8000-000000000099"), "residents_household"),
        (changed("resident", sex="?"), "is no record"),
        (changed("household", grid_code="330111999999001"), "households_division"),
        (changed("division", parent_code="330111999"), "comes before its parent"),
        (changed("division", level="TOWN"), "divisions_level_fits_code"),
    ],
)
async def test_a_bad_stream_leaves_nothing(
    residents: Rig, capsys: pytest.CaptureFixture[str], stream: list[bytes], said: str
) -> None:
    """The first fault ends the load with one line, and not even the divisions stay."""
    with pytest.raises(StreamRefused):
        await load_lines(residents.state, iter(stream), QUIET)

    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert await residents.rows("SELECT code FROM divisions") == []


async def test_a_snapshot_tells_what_the_facts_told(people: Rig) -> None:
    """A copy rebuilt from the snapshot is the copy that the facts would have made."""
    async with people.work() as db:
        await db.connection.execute("UPDATE standings SET version = 0 WHERE resident_id = $1", WANG)
        await restate(db, "330111", WANG, people.state.clock.now())
    told = {subject: body for subject, body in await people.facts() if "standing_changed" in subject}
    out = BytesIO()

    await write_snapshot(people.state, out)

    rows = [msgspec.json.decode(line) for line in out.getvalue().splitlines()]
    assert len(rows) == 6
    body = {**told[f"residents.standing_changed.{GRID}"], "fact": "standing_changed"}
    del body["id"], body["at"]
    assert body in rows


async def test_a_snapshot_holds_no_personal_data(people: Rig) -> None:
    """Neither a name nor a number leaves the service."""
    out = BytesIO()

    await write_snapshot(people.state, out)

    assert b"\xe7\x8e\x8b" not in out.getvalue()
    assert WANG_NUMBER.encode() not in out.getvalue()


async def test_a_snapshot_tells_risk_regions_first(people: Rig) -> None:
    """Whoever rebuilds a copy knows the regions before the people."""
    async with people.work() as db:
        await db.connection.execute(
            "INSERT INTO risk_regions (district_code, id, code, prefix, level, valid_from, version, declared_by, "
            "declared_at) VALUES ('330111', '016f0000-0000-7000-8000-000000000077', '330300', '3303', 'HIGH', "
            "'2020-01-20', 1, 'officer', '2020-01-20T00:00:00+08:00')"
        )
    out = BytesIO()

    await write_snapshot(people.state, out)

    first = msgspec.json.decode(out.getvalue().splitlines()[0])
    assert first == {
        "fact": "risk_region_declared",
        "risk_region_id": "016f0000-0000-7000-8000-000000000077",
        "division_code": "330111",
        "code": "330300",
        "level": "HIGH",
        "valid_from": "2020-01-20",
        "valid_to": None,
        "version": 1,
    }
