"""What the clock does: missed checks, second readings that never came, orders whose days are over."""

from datetime import date
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.residents.health_checks.jobs import JOBS as CHECK_JOBS
from services.residents.quarantine.jobs import JOBS as ORDER_JOBS
from tests.support.people import GRID, NEIGHBOR, WANG, color_of
from tests.support.quarantine import (
    AFTER_THE_END,
    DAY_1_MORNING,
    active,
    deliver,
    history_of,
    in_force,
    issue,
    officer,
    report,
    status_of,
    wang,
    worker,
)
from tests.support.rig import Rig, as_worker

COUNTS = ("health_checks_expected", "health_checks_reported", "health_checks_missed", "health_checks_abnormal")


async def missed_by_day(rig: Rig) -> dict[date, int]:
    """Return what the board counts as missed in Wang's grid."""
    rows = await rig.rows(
        "SELECT day, health_checks_missed AS n FROM grid_day_counters WHERE division_code = $1 ORDER BY day", GRID
    )
    return {row["day"]: row["n"] for row in rows}


async def counts(rig: Rig, order: dict[str, Any]) -> tuple[int, ...]:
    """Return an order's counts: expected, reported, missed, abnormal."""
    [row] = await rig.batch(worker(rig), "/quarantine-orders:batch", [order["id"]], COUNTS)
    return tuple(row[name] for name in COUNTS)


async def test_a_check_is_missed_when_the_next_slot_comes(people: Rig) -> None:
    """Not a second earlier; counted on the day on which it became missed, and told."""
    order = await active(people)

    await people.move_clock("2020-01-29T19:59:59+08:00")
    assert await counts(people, order) == (29, 1, 0, 0)
    await people.move_clock("2020-01-29T20:00:00+08:00")

    assert await counts(people, order) == (29, 1, 1, 0)
    assert await missed_by_day(people) == {date(2020, 1, 29): 1}
    last = [body for subject, body in await people.facts() if "health_check_changed" in subject][-1]
    assert (last["status"], last["order_id"]) == ("MISSED", order["id"])


async def test_missed_hours_are_caught_up(people: Rig) -> None:
    """A clock that jumps over a week finds every slot, each on its own day; a second run changes nothing."""
    order = await active(people)

    await people.move_clock("2020-02-05T08:00:00+08:00")
    facts = len(await people.facts())
    await people.move_clock("2020-02-05T08:00:00+08:00")

    assert await counts(people, order) == (29, 1, 14, 0)
    assert sum((await missed_by_day(people)).values()) == 14
    assert (await missed_by_day(people))[date(2020, 1, 30)] == 2
    assert len(await people.facts()) == facts


async def test_an_unanswered_recheck_is_escalated(people: Rig) -> None:
    """Silence after a fever is no all-clear: an officer looks at it, and the color says so."""
    order = await active(people)
    await people.move_clock(DAY_1_MORNING)
    await report(people, wang(people), order["id"], DAY_1_MORNING, 37.4)

    await people.move_clock("2020-01-29T20:00:00+08:00")

    assert await counts(people, order) == (29, 2, 0, 1)
    assert "HEALTH_CHECK_ABNORMAL" in (await color_of(people, WANG))["reasons"]
    status = await as_worker(people, "SELECT status FROM health_checks WHERE temperature_c = 37.4")
    assert status == "ESCALATED"


async def test_a_late_first_fever_has_its_hour(people: Rig) -> None:
    """The recheck of a reading at the end of its slot is awaited for an hour."""
    order = await active(people)
    await people.move_clock("2020-01-29T19:30:00+08:00")
    await report(people, wang(people), order["id"], DAY_1_MORNING, 37.4)

    await people.move_clock("2020-01-29T20:29:59+08:00")
    assert await as_worker(people, "SELECT count(*) FROM health_checks WHERE status = 'ESCALATED'") == 0
    await people.move_clock("2020-01-29T20:30:00+08:00")

    assert await as_worker(people, "SELECT count(*) FROM health_checks WHERE status = 'ESCALATED'") == 1


async def test_an_order_falls_due_after_its_last_day(people: Rig) -> None:
    """By the clock, not by the last reading; it stays in force until it is released."""
    order = await active(people)

    await people.move_clock("2020-02-11T23:59:59+08:00")
    assert await status_of(people, order["id"]) == "ACTIVE"
    await people.move_clock("2020-02-12T00:00:00+08:00")

    assert await status_of(people, order["id"]) == "RELEASE_DUE"
    assert await in_force(people) == 1
    assert (await color_of(people, WANG))["order_status"] == "RELEASE_DUE"
    assert (await history_of(people, order["id"]))[-1] == ("FALL_DUE", "ACTIVE", "RELEASE_DUE", "residents")


@pytest.mark.parametrize("delivered", [True, False])
async def test_an_order_never_delivered_is_an_alarm(people: Rig, delivered: bool) -> None:
    """It falls due like any other, and ops hears of it."""
    order = await issue(people)
    if delivered:
        await deliver(people, order["id"])

    with capture_logs() as logs:
        await people.move_clock(AFTER_THE_END)

    alarms = [entry for entry in logs if entry["event"] == "quarantine notice never delivered"]
    assert await status_of(people, order["id"]) == "RELEASE_DUE"
    assert [alarm["order"] for alarm in alarms] == ([] if delivered else [order["id"]])


async def test_jobs_run_in_batches_until_nothing_is_due(people: Rig) -> None:
    """Each batch says how many rows it changed, and nothing is due afterwards."""
    await issue(people)
    await issue(people, NEIGHBOR)
    people.state.clock.move(people.state.clock.now().fromisoformat(AFTER_THE_END))

    first = [await people.state.scheduler.run_once(job) for job in (*CHECK_JOBS, *ORDER_JOBS)]
    second = [await people.state.scheduler.run_once(job) for job in (*CHECK_JOBS, *ORDER_JOBS)]

    assert first == [58, 0, 2]
    assert second == [0, 0, 0]


async def test_an_ended_order_misses_nothing_more(people: Rig) -> None:
    """Who was transferred is not expected to report."""
    order = await active(people)
    await people.command(
        officer(people), f"/quarantine-orders/{order['id']}/transfer", {"to": "FACILITY", "place": "隔离点"}
    )

    await people.move_clock(AFTER_THE_END)

    assert await counts(people, order) == (1, 1, 0, 0)
    assert await missed_by_day(people) == {}


async def test_the_whole_fortnight(people: Rig) -> None:
    """28 reports with one recheck, one missed; due by clock, released, and the numbers add up."""
    order = await active(people)
    slots = [f"2020-{d}T{h}:00:00+08:00" for d in days(date(2020, 1, 29), 14) for h in ("08", "20")]
    for number, slot in enumerate(slots):
        await people.move_clock(slot)
        if number == 5:
            continue
        readings = (37.4, 36.8) if number == 9 else (36.6,)
        for temperature_c in readings:
            response = await report(people, wang(people), order["id"], slot, temperature_c)
            assert response.status_code == 200, response.text
    await people.move_clock(AFTER_THE_END)

    response = await people.command(officer(people), f"/quarantine-orders/{order['id']}/release")

    assert response.json()["status"] == "RELEASED"
    assert await counts(people, order) == (29, 28, 1, 0)
    assert sum((await missed_by_day(people)).values()) == 1


def days(first: date, number: int) -> list[str]:
    """Return days as MM-DD, one after another."""
    return [f"{date.fromordinal(first.toordinal() + n):%m-%d}" for n in range(number)]
