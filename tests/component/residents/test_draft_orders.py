"""Orders drafted for many at once: one a person, widened while it is a draft, untouched once in force."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.residents.quarantine.model import Reason
from services.residents.quarantine.orders import Draft, draft_orders
from tests.support.lists import WANG_ROW, imported, stranger, table
from tests.support.people import GRID, NEIGHBOR, WANG
from tests.support.returnees import declare, district_officer
from tests.support.rig import DISTRICT, Rig

DAY = date(2020, 1, 28)
RISK = Reason.TRAVEL_FROM_RISK_AREA


def draft(days_later: int, length_days: int, who: Any = WANG, reason: Reason = RISK) -> Draft:
    """Return a draft that begins some days after the story does."""
    return Draft(who, GRID, reason, DAY + timedelta(days=days_later), length_days)


async def drafted(rig: Rig, *drafts: Draft) -> list[tuple[Any, ...]]:
    """Draft, and return the orders there are."""
    async with rig.work() as db:
        await draft_orders(db, DISTRICT, drafts, rig.state.clock.now())
    rows = await rig.rows(
        "SELECT resident_id, status, (starts_on - $1::date) AS later, length_days,"
        " ends_on = starts_on + length_days AS fits, changes FROM quarantine_orders ORDER BY resident_id",
        DAY,
    )
    return [tuple(row.values()) for row in rows]


async def test_one_a_person_is_drafted_the_larger(people: Rig) -> None:
    """Two returns of one person in one batch are one order, which lasts until the later end."""
    found = await drafted(people, draft(0, 14), draft(2, 7), draft(1, 14), draft(0, 7, NEIGHBOR))

    assert found == [(WANG, "DRAFT", 1, 14, True, 1), (NEIGHBOR, "DRAFT", 0, 7, True, 1)]
    told = [subject for subject, _ in await people.facts() if ".order_changed." in subject]
    assert len(told) == 2


@pytest.mark.parametrize("first", [0, 1, 2])
async def test_the_order_in_which_returns_become_known_does_not_matter(people: Rig, first: int) -> None:
    """A draft is only ever widened, with its history."""
    wanted = [draft(0, 14), draft(3, 7), draft(1, 14)]

    for one in wanted[first:] + wanted[:first]:
        found = await drafted(people, one)

    assert [row[:5] for row in found] == [(WANG, "DRAFT", 1, 14, True)]
    [changes] = {row[5] for row in found}
    steps = await people.rows("SELECT change, status_before, transition FROM quarantine_order_history ORDER BY change")
    assert [step["change"] for step in steps] == list(range(1, changes + 1))
    assert [step["transition"] for step in steps] == ["DRAFT"] + ["WIDEN"] * (changes - 1)
    assert [step["status_before"] for step in steps] == [None] + ["DRAFT"] * (changes - 1)


async def test_a_draft_of_another_reason_stays(people: Rig) -> None:
    """It is for whoever drafted it."""
    await drafted(people, draft(0, 7, reason=Reason.CLOSE_CONTACT))

    assert await drafted(people, draft(3, 14)) == [(WANG, "DRAFT", 0, 7, True, 1)]


async def test_an_order_in_force_stays_as_it_is(people: Rig) -> None:
    """Extending it is an officer's."""
    await drafted(people, draft(0, 7))
    [order] = await people.rows("SELECT id FROM quarantine_orders")
    issued = await people.command(district_officer(people), f"/quarantine-orders/{order['id']}/issue", {})
    assert issued.status_code == 200, issued.text

    [found] = await drafted(people, draft(3, 14))

    assert found[:4] == (WANG, "ISSUED", 0, 7)


async def test_a_batch_drafts_for_all_of_its_people(people: Rig) -> None:
    """Who is matched, from where policy asks for it."""
    await declare(people)

    await imported(people, table([WANG_ROW, WANG_ROW | {"arrives_on": "2020-01-30"}, stranger(1)]))

    assert await drafted(people) == [(WANG, "DRAFT", 2, 14, True, 1)]
