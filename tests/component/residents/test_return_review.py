"""Returns are looked at again when the risk of where they come from changes."""

import pytest

from tests.support.lists import imported, stranger, table
from tests.support.people import WANG
from tests.support.returnees import declare, register
from tests.support.rig import Rig


async def orders(rig: Rig) -> list[tuple[object, int, str]]:
    """Return the orders there are: whose, how long, how they stand."""
    rows = await rig.rows("SELECT resident_id, length_days, status FROM quarantine_orders ORDER BY id")
    return [(row["resident_id"], row["length_days"], row["status"]) for row in rows]


@pytest.mark.parametrize(("level", "days"), [("HIGH", [14]), ("MEDIUM", [7]), ("LOW", [])])
async def test_a_region_declared_later_finds_who_came_before(people: Rig, level: str, days: list[int]) -> None:
    """The order is drafted and the standing stated, once, however often it is looked."""
    await register(people)
    await imported(people, table([stranger(1)]))
    await declare(people, level, valid_from="2020-01-28")
    assert await orders(people) == []

    await people.state.scheduler.run_all()
    facts = await people.facts()
    await people.state.scheduler.run_all()

    assert await orders(people) == [(WANG, n, "DRAFT") for n in days]
    assert await people.rows("SELECT DISTINCT risk_level FROM returnees") == [{"risk_level": level}]
    colors = await people.rows("SELECT color FROM standings WHERE resident_id = $1", WANG)
    assert colors == [{"color": "YELLOW" if days else "GREEN"}]
    assert await people.facts() == facts


async def test_only_those_concerned_are_looked_at(people: Rig) -> None:
    """Another origin, another day, or a return long past: nothing changes."""
    await register(people, arrives_on="2020-01-01")
    await register(people, origin_code="420100", arrives_on="2020-01-27")
    await declare(people, valid_from="2020-01-01")

    await people.state.scheduler.run_all()

    assert await orders(people) == []
    assert await people.rows("SELECT DISTINCT risk_level FROM returnees") == [{"risk_level": None}]


async def test_a_level_that_falls_takes_no_order_back(people: Rig) -> None:
    """That is an officer's to judge."""
    await declare(people)
    await register(people)
    await declare(people, "LOW", valid_from="2020-01-28")

    await people.state.scheduler.run_all()

    assert await orders(people) == [(WANG, 14, "DRAFT")]
    assert await people.rows("SELECT risk_level FROM returnees") == [{"risk_level": "LOW"}]
