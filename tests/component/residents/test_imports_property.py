"""However lists are cut, repeated, ordered or interrupted, the end is the same."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.clock import wall_now
from chassis.ids import new_id
from services.residents.app import SERVICE
from services.residents.imports.worker import process_next
from tests.support.lists import WANG_ROW, stranger, table, upload
from tests.support.people import GRID, NEXT_GRID, OTHER_TOWN_GRID, WANG_PHONE, load_people, national_id
from tests.support.returnees import declare
from tests.support.rig import Rig, open_rig
from tests.support.servers import Infrastructure

Row = dict[str, str]
DAYS = ("2020-01-27", "2020-01-28", "2020-01-30")
ORIGINS = ("330300", "420100", "330302", "330100")
WHO: tuple[Row, ...] = (
    {},
    {"national_id": ""},  # Wang by phone and name: another identity of the same person
    {"name": "李红", "national_id": "", "phone": "13800000002", "destination_grid_code": NEXT_GRID},
    {"name": "郑平", "national_id": national_id("19550909", 111), "phone": "", "destination_grid_code": GRID},
    {"name": "吴刚", "national_id": national_id("19650708", 333), "phone": "", "destination_grid_code": NEXT_GRID},
    stranger(1, phone=WANG_PHONE),
    stranger(2, destination_grid_code=OTHER_TOWN_GRID),
    stranger(3, national_id="", phone="13900000003"),
)
FAULTS: tuple[Row, ...] = ({"name": ""}, {"origin_code": "999999"}, {"arrives_on": "soon"}, {"national_id": "1"})


def row(who: int, day: int) -> Row:
    """Return what every list says of a person's return on a day."""
    origin = ORIGINS[(who + day) % len(ORIGINS)]
    return WANG_ROW | {"origin_code": origin, "arrives_on": DAYS[day]} | WHO[who]


returns = st.builds(row, st.integers(0, len(WHO) - 1), st.integers(0, len(DAYS) - 1))
broken = st.builds(lambda good, fault: good | fault, returns, st.sampled_from(FAULTS))
lists_of_rows = st.lists(st.lists(st.one_of(returns, returns, returns, broken), max_size=14), min_size=1, max_size=3)


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which the same lists may come in."""

    lists: list[tuple[int, list[Row]]]
    cuts: list[int]
    batch_rows: int
    interrupted_after: list[int]
    repeated: bool


@st.composite
def ways(draw: st.DrawFn) -> tuple[list[list[Row]], Way]:
    """Return lists, and another way to take them in than one after another as they are."""
    lists = draw(lists_of_rows)
    shuffled = [(number, draw(st.permutations(rows))) for number, rows in enumerate(lists)]
    way = Way(
        lists=draw(st.permutations(shuffled)),
        cuts=draw(st.lists(st.integers(1, 400), min_size=1, max_size=5)),
        batch_rows=draw(st.integers(1, 5)),
        interrupted_after=draw(st.lists(st.integers(0, 4), max_size=4)),
        repeated=draw(st.booleans()),
    )
    return lists, way


def plain(lists: list[list[Row]]) -> Way:
    """Return the way of lists that come whole, one after another."""
    return Way(list(enumerate(lists)), [1_000_000], 1_000, [], repeated=False)


async def pieces(content: bytes, cuts: list[int]) -> AsyncIterator[bytes]:
    """Yield a file in pieces of these sizes, over and over."""
    position = turn = 0
    while position < len(content):
        size = cuts[turn % len(cuts)]
        yield content[position : position + size]
        position, turn = position + size, turn + 1


async def take_in(rig: Rig, way: Way) -> None:
    """Upload the lists and process them, as the way says."""
    interruptions = iter(way.interrupted_after)
    for number, rows in way.lists:
        content = table(rows).encode("gb18030" if number else "utf-8-sig")
        for _ in range(1 + way.repeated):
            response = await upload(rig, pieces(content, way.cuts), list_name=f"list {number}")
            assert response.status_code == 202, response.text
            for batches in interruptions:
                if not await process_next(rig.state, batches_max=batches, batch_rows=way.batch_rows):
                    break
                await die(rig)
            while await process_next(rig.state, batch_rows=way.batch_rows):
                pass


async def die(rig: Rig) -> None:
    """Let another process take over, as after a crash."""
    rig.state.extra["returnee_list_process"] = new_id()
    async with rig.work() as db:
        await db.connection.execute(
            "UPDATE returnee_list_imports SET leased_until = $1 WHERE status = 'RUNNING'",
            wall_now() - timedelta(seconds=1),
        )


STATE = {
    "returnees": """
        SELECT identity_index, arrives_on, division_code, destination_grid_code, address, name, document_number_masked,
            phone_masked, person_key, origin_code, transport_kind, transport_number, match, matched_by, resident_id,
            candidate_ids, risk_level, policy_version, registered_by FROM returnees""",
    "tasks": """
        SELECT r.identity_index, r.arrives_on, t.division_code, t.resident_id, t.worker_id, t.status, t.reason, t.due_at
        FROM screening_tasks t JOIN returnees r ON r.id = t.returnee_id""",
    "orders": """
        SELECT resident_id, division_code, status, setting, reason, length_days, starts_on, ends_on
        FROM quarantine_orders""",
    "standings": """
        SELECT resident_id, color, reasons, recheck_on, expected_arrival_on, expected_origin_code, order_status
        FROM standings""",
    "counters": "SELECT * FROM grid_counters WHERE screening_tasks_open > 0",
    "imports": """
        SELECT list_name, version, status, rows_read, rows_stored, rows_refused, attempts, bytes_done = content_bytes
        FROM returnee_list_imports""",
    "entries": """
        SELECT i.list_name, e.identity_index, e.said, e.is_stored
        FROM returnee_list_entries e JOIN returnee_list_imports i ON i.id = e.import_id""",
    "refusals": """
        SELECT i.list_name, f.field, f.code
        FROM returnee_list_refusals f JOIN returnee_list_imports i ON i.id = f.import_id""",
    "files": "SELECT import_id FROM returnee_list_chunks",
}


async def end_of(infrastructure: Infrastructure, way: Way) -> dict[str, list[str]]:
    """Return what is in the tables after lists came in one way, without ids, times and order."""
    async with open_rig(SERVICE, infrastructure) as rig:
        await load_people(rig)
        await declare(rig)
        await declare(rig, "MEDIUM", "420100")
        await take_in(rig, way)
        found: dict[str, list[Any]] = {name: await rig.rows(query) for name, query in STATE.items()}
    return {name: sorted(repr(sorted(one.items())) for one in rows) for name, rows in found.items()}


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(case=ways())
def test_every_way_leads_to_the_same_end(infrastructure: Infrastructure, case: tuple[list[list[Row]], Way]) -> None:
    """Any cutting into pieces and batches, any repetition, any order of lists and rows, any interruption."""
    lists, way = case

    expected = asyncio.run(end_of(infrastructure, plain(lists)))

    assert asyncio.run(end_of(infrastructure, way)) == expected
