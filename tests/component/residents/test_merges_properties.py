"""Whatever is merged in whatever order leaves nothing behind, and undone it is as it was.

Populations are random (hypothesis prints what failed); the database is real, one for all trials.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.residents.app import SERVICE
from tests.support.merges import assert_counted, merge, merged, named, register, resident, undone
from tests.support.people import FAR_HOME, GRID, NEIGHBOR, NEXT_GRID, OTHER_TOWN_GRID, load_people
from tests.support.quarantine import issue, officer
from tests.support.returnees import WANG_RETURNS
from tests.support.rig import Rig, open_rig, problem
from tests.support.servers import Infrastructure

TRIALS = 25
GRIDS = (GRID, NEXT_GRID, OTHER_TOWN_GRID)
BORN_ON = "2012-03-04"
PRECIOUS = {
    "residents": "",
    "households": "",
    "standings": " - 'version'",
    "quarantine_orders": " - 'changes'",
    "health_checks": "",
    "screening_tasks": "",
    "returnees": "",
    "grid_counters": "",
    "grid_day_counters": "",
}
serials = count(1)


@dataclass(frozen=True, slots=True)
class Somebody:
    """One of the records of a person, with what hangs on it."""

    home: int
    document: bool
    phone: bool
    born: bool
    wards: int
    proxied: bool
    order_days: int | None
    returns_from: str | None
    probable: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """Two to four records of a person, and who is merged into whom, in order."""

    records: tuple[Somebody, ...]
    merges: tuple[tuple[int, int], ...]


somebody = st.builds(
    Somebody,
    home=st.integers(0, 3),
    document=st.booleans(),
    phone=st.booleans(),
    born=st.booleans(),
    wards=st.integers(0, 2),
    proxied=st.booleans(),
    order_days=st.none() | st.integers(1, 20),
    returns_from=st.sampled_from([None, "330300", "420100"]),
    probable=st.booleans(),
)


@st.composite
def trials(draw: st.DrawFn) -> Trial:
    """Return a population and an order of merges among those that stand."""
    records = tuple(draw(st.lists(somebody, min_size=2, max_size=4)))
    standing, merges = list(range(len(records))), []
    for _ in range(draw(st.integers(1, len(records) - 1))):
        survivor, lost = draw(st.permutations(standing))[:2]
        standing.remove(lost)
        merges.append((survivor, lost))
    return Trial(records, tuple(merges))


@contextmanager
def one_rig(infrastructure: Infrastructure) -> Iterator[tuple[asyncio.Runner, Rig]]:
    """Run the service once for all trials: a risk region is declared, the small district lives there."""
    with asyncio.Runner() as runner:
        opened = open_rig(SERVICE, infrastructure)
        rig = runner.run(opened.__aenter__())
        try:
            runner.run(load_people(rig))
            region = {"code": "420100", "level": "HIGH", "valid_from": "2020-01-20", "valid_to": None}
            runner.run(rig.command(officer(rig), "/risk-regions", region))
            yield runner, rig
        finally:
            runner.run(opened.__aexit__(None, None, None))


async def populate(rig: Rig, trial: Trial) -> list[UUID]:
    """Write the records of a trial, each with what hangs on it."""
    serial = next(serials)
    homes: set[int] = set()
    ids = []
    for place, one in enumerate(trial.records):
        ids.append(await write(rig, serial, place, one, is_head=one.home not in homes))
        homes.add(one.home)
    return ids


async def write(rig: Rig, serial: int, place: int, one: Somebody, *, is_head: bool) -> UUID:
    """Write one record; without a document it is a child in the neighbor's care."""
    at: dict[str, Any] = {"grid_code": GRIDS[one.home % 3], "address": f"第 {serial} 排 {one.home} 号"}
    name = "王" + "".join(chr(0x4E00 + int(digit)) for digit in f"{serial}{place}")
    number = f"E{serial:06}{place:02}" if one.document else None
    phone = f"139{serial:05}{place:03}" if one.phone else None
    written = await register(
        rig,
        None,
        **at,
        name=name,
        document_kind="PASSPORT" if number else None,
        document_number=number,
        phone=phone,
        relation="HEAD" if is_head else "CHILD",
        birth_on=BORN_ON if one.born or not number else None,
        guardian_id=None if number else str(NEIGHBOR),
    )
    for ward in range(one.wards):
        await register(
            rig,
            None,
            **at,
            name=f"{name}{chr(0x4E10 + ward)}",
            document_kind=None,
            document_number=None,
            phone=None,
            birth_on="2018-01-01",
            guardian_id=str(written),
        )
    if one.proxied and phone:
        await have_proxy(rig, written, serial)
    if one.returns_from and (number or phone):
        person = {"document_kind": "PASSPORT", "national_id": number} if number else {"phone": phone}
        await come_back(rig, one, {**person, "name": name})
    if one.probable and phone:
        await come_back(rig, one, {"phone": phone, "name": "李四"})
    if one.order_days is not None and not await has_order(rig, written):
        await issue(rig, written, length_days=one.order_days, reason="CLOSE_CONTACT")
    return written


async def have_proxy(rig: Rig, proxy_id: UUID, serial: int) -> None:
    """Let somebody else be reported for."""
    number, home = f"P{next(serials):08}", {"grid_code": GRID, "address": f"第 {serial} 排"}
    other = await register(rig, None, **home, name="赵六", document_number=number, phone=None)
    response = await rig.command(officer(rig), f"/residents/{other}/proxy", {"proxy_id": str(proxy_id)})
    assert response.status_code == 200, response.text


async def come_back(rig: Rig, one: Somebody, person: dict[str, Any]) -> None:
    """Register a return."""
    body = {**WANG_RETURNS, "person": person, "origin_code": one.returns_from or "330300"}
    response = await rig.command(officer(rig), "/returnees", body)
    assert response.status_code in {200, 201}, response.text


async def has_order(rig: Rig, resident_id: UUID) -> bool:
    """Say whether the return drafted an order."""
    return bool(await rig.rows("SELECT id FROM quarantine_orders WHERE resident_id = $1", resident_id))


async def everything(rig: Rig) -> dict[str, list[Any]]:
    """Return every row that a merge may touch, but for versions."""
    found: dict[str, list[Any]] = {}
    for table, without in PRECIOUS.items():
        query = f"SELECT to_jsonb(t){without} AS row FROM {table} t ORDER BY (to_jsonb(t){without})::text"  # noqa: S608
        found[table] = [row["row"] for row in await rig.rows(query)]
    return found


async def check_nothing_is_left(rig: Rig, ids: list[UUID], merges: tuple[tuple[int, int], ...]) -> None:
    """Nobody names a lost record, the numbers are right, and whoever is asked for by a lost id is the survivor."""
    into = {lost: survivor for survivor, lost in merges}
    await assert_counted(rig)
    for lost in into:
        end = lost
        while end in into:
            end = into[end]
        assert await named(rig, ids[lost]) == []
        assert (await resident(rig, ids[lost]))["id"] == str(ids[end])
    doubled = await rig.rows(
        "SELECT resident_id FROM screening_tasks WHERE status <> 'CLOSED' AND resident_id IS NOT NULL "
        "GROUP BY resident_id, reason HAVING count(*) > 1"
    )
    assert doubled == []
    expected = await rig.rows(
        "SELECT c.id FROM health_checks c JOIN quarantine_orders o ON o.id = c.quarantine_order_id "
        "WHERE c.status = 'EXPECTED' AND (o.status = 'MERGED' OR c.resident_id <> o.resident_id "
        "OR c.division_code <> o.division_code)"
    )
    assert expected == []


async def merge_and_undo(rig: Rig, trial: Trial) -> None:
    """Merge, look, undo from the end, and compare."""
    ids = await populate(rig, trial)
    before = await everything(rig)
    done: list[str] = []
    for place, (survivor, lost) in enumerate(trial.merges, start=1):
        done.append((await merged(rig, ids[lost], ids[survivor]))["id"])
        await check_nothing_is_left(rig, ids, trial.merges[:place])
    for merge_id in reversed(done):
        await undone(rig, merge_id)
        await assert_counted(rig)
    after = await everything(rig)
    for table, rows in before.items():
        assert after[table] == rows, table


def test_merged_nothing_is_left_and_undone_all_is_as_it_was(infrastructure: Infrastructure) -> None:
    """Orders, tasks, households, guardians, returns, numbers: row by row."""
    with one_rig(infrastructure) as (runner, rig):

        @settings(max_examples=TRIALS, deadline=None, suppress_health_check=list(HealthCheck))
        @given(trials())
        def holds(trial: Trial) -> None:
            runner.run(merge_and_undo(rig, trial))

        holds()


@pytest.mark.parametrize("_attempt", range(3))
async def test_opposite_directions_at_once(people: Rig, _attempt: int) -> None:
    """Two officers merge the same pair each into the other: exactly one wins, and no circle closes."""
    one, two = await register(people), await register(people, document_number="E00000002")

    first, second = await asyncio.gather(
        merge(people, one, two, viewer=officer(people, 1)), merge(people, two, one, viewer=officer(people, 2))
    )

    assert sorted((first.status_code, second.status_code)) == [201, 409]
    assert problem(first if first.status_code == 409 else second) == "ResidentAlreadyMerged"
    lost, survivor = (one, two) if first.status_code == 201 else (two, one)
    assert (await resident(people, lost))["id"] == str(survivor)
    await assert_counted(people)


@pytest.mark.parametrize("_attempt", range(3))
async def test_whoever_writes_about_the_lost_record_meanwhile(people: Rig, _attempt: int) -> None:
    """An order, a return and a child that come at the same time come before it, or are told to come again."""
    one, two = await register(people), await register(people, document_number="E00000002")
    child = {"name": "王冰", "birth_on": "2018-01-01", "guardian_id": str(two), "household_id": str(FAR_HOME)}
    passport = {"document_kind": "PASSPORT", "national_id": "E00000002", "name": "王小明"}

    order = {"resident_id": str(two), "reason": "OTHER"}
    commands = {"/quarantine-orders": order, "/residents": child, "/returnees": {**WANG_RETURNS, "person": passport}}

    done, *answers = await asyncio.gather(
        merge(people, two, one), *(people.command(officer(people), path, body) for path, body in commands.items())
    )
    late = [path for path, answer in zip(commands, answers, strict=True) if answer.status_code == 503]
    again = [await people.command(officer(people), path, commands[path]) for path in late]

    assert done.status_code == 201, done.text
    assert {a.status_code for a in answers} <= {201, 503}
    assert [a.status_code for a in again] == [201 for _ in again]
    assert await named(people, two) == []
    [guardian] = await people.rows("SELECT guardian_id FROM residents WHERE name = '王冰'")
    assert guardian["guardian_id"] == one
    await assert_counted(people)


async def test_a_chain_merged_at_once(people: Rig) -> None:
    """A into B while B goes into C: one after the other, or one of them is refused; never a dead end."""
    one, two, three = [await register(people, document_number=f"E0000000{n}") for n in range(3)]

    first, second = await asyncio.gather(merge(people, one, two), merge(people, two, three))

    assert second.status_code == 201
    assert (first.status_code, (await resident(people, one))["id"]) in {(201, str(three)), (409, str(one))}
    assert (await resident(people, two))["id"] == str(three)
