"""Coverage alarms: raised when nobody serves a grid, cleared when somebody does, acknowledged in between."""

from uuid import UUID, uuid4

import pytest

from tests.support.grids import (
    ASSIGN,
    STAND_IN,
    TODAY,
    TOMORROW,
    YESTERDAY,
    alarms,
    assignment_of,
    done,
    history,
)
from tests.support.people import FAR_GRID, GRID, LUSHAN, NEXT_GRID, NEXT_WORKER, OTHER_TOWN_GRID, SHANSHUI, WORKER
from tests.support.returnees import district_officer, grid_worker, town_officer
from tests.support.rig import Rig, problem

BY_SCOPE, COUNTS = "/coverage-alarms/by-scope:batch", "/uncovered-grids/by-division:batch"


async def uncover(people: Rig, grid_code: str = GRID, last_day: str = YESTERDAY) -> None:
    """End a grid's primary assignment."""
    await done(people, f"/grid-assignments/{await assignment_of(people, grid_code)}/end", ends_on=last_day)


async def alarm_of(people: Rig, grid_code: str = GRID) -> UUID:
    """Return the id of a grid's open alarm."""
    [row] = await people.rows(
        "SELECT id FROM coverage_alarms WHERE division_code = $1 AND status = 'RAISED'", grid_code
    )
    return UUID(str(row["id"]))


async def notice(people: Rig) -> int:
    """Run the job once, until nothing is due."""
    [job] = [job for job in people.state.scheduler.jobs if job.name == "notice_coverage"]
    return await people.state.scheduler.run_once(job)


async def coverage_facts(people: Rig) -> list[str]:
    """Return the facts told about coverage."""
    return [subject for subject, _ in await people.facts() if ".grid_" in subject]


async def test_the_clock_notices_a_grid_that_loses_its_worker(people: Rig) -> None:
    """The day after the last the grid alarms, once; facts and history tell it."""
    await uncover(people, last_day=TODAY)
    before = await alarms(people), await notice(people)

    await people.move_clock(f"{TOMORROW}T00:00:00+08:00")

    assert before == ([], 0)
    assert await alarms(people) == [(GRID, "RAISED", TOMORROW)]
    assert await notice(people) == 0
    assert await coverage_facts(people) == [f"residents.grid_uncovered.{GRID}"]
    assert await history(people, "coverage_alarm") == [("RAISED", "clock", GRID)]


async def test_the_clock_notices_a_grid_that_regains_a_worker(people: Rig) -> None:
    """When a stand-in begins, the alarm is cleared; when it ends, another is raised."""
    await uncover(people)
    await done(people, STAND_IN, grid_code=GRID, worker_id=WORKER, starts_on=TOMORROW, ends_on=TOMORROW)
    raised = await alarms(people)

    await people.move_clock(f"{TOMORROW}T00:00:00+08:00")
    cleared = await alarms(people)
    await people.move_clock("2020-01-30T00:00:00+08:00")

    assert raised == [(GRID, "RAISED", TODAY)]
    assert cleared == [(GRID, "CLEARED", TODAY)]
    assert await alarms(people) == [(GRID, "CLEARED", TODAY), (GRID, "RAISED", "2020-01-30")]
    assert [s.split(".")[1] for s in await coverage_facts(people)] == [
        "grid_uncovered",
        "grid_covered",
        "grid_uncovered",
    ]


async def test_a_gap_that_nobody_watched_is_told_by_its_own_days(people: Rig) -> None:
    """The clock jumps over a day with a stand-in: the old alarm ends, and the new gap has one since its first day."""
    await uncover(people)
    await done(people, STAND_IN, grid_code=GRID, worker_id=WORKER, starts_on="2020-02-01", ends_on="2020-02-02")

    await people.move_clock("2020-02-05T00:00:00+08:00")

    assert await alarms(people) == [(GRID, "CLEARED", TODAY), (GRID, "RAISED", "2020-02-03")]


async def test_an_assignment_clears_at_once(people: Rig) -> None:
    """Whoever assigns does not wait for the clock; history has it in the officer's name."""
    await uncover(people)

    await done(people, ASSIGN, town_officer(people), grid_code=GRID, worker_id=NEXT_WORKER)

    assert await alarms(people) == [(GRID, "CLEARED", TODAY)]
    assert await history(people, "coverage_alarm") == [
        ("RAISED", "district_officer-1", GRID),
        ("CLEARED", "town_officer-1", GRID),
    ]


async def test_a_grid_without_any_assignment_is_uncovered_since_its_first_day(people: Rig) -> None:
    """There never was a worker."""
    async with people.work() as db:
        await db.connection.execute("DELETE FROM grid_assignments WHERE grid_code = $1", GRID)

    changed = await notice(people)

    assert (changed, await alarms(people)) == (1, [(GRID, "RAISED", "2019-10-31")])


async def test_a_closed_grid_needs_nobody(people: Rig) -> None:
    """Its alarm is cleared the day after its last."""
    await uncover(people, FAR_GRID)
    await done(people, "/divisions/close", code=FAR_GRID)
    open_still = await alarms(people)

    await people.move_clock(f"{TOMORROW}T00:00:00+08:00")

    assert open_still == [(FAR_GRID, "RAISED", TODAY)]
    assert await alarms(people) == [(FAR_GRID, "CLEARED", TODAY)]


async def test_alarms_are_read_within_scope(people: Rig) -> None:
    """A page by part of the district; what lies outside the scope is not there."""
    await uncover(people)
    await uncover(people, OTHER_TOWN_GRID)
    readers = [
        district_officer(people),
        town_officer(people),
        grid_worker(people, NEXT_GRID),
        people.viewer("resident"),
        people.viewer("reviewer"),
    ]

    seen = [await people.batch(reader, BY_SCOPE, ["330111", SHANSHUI], ["grid_code"]) for reader in readers]

    codes = [[[row["grid_code"] for row in rows] for rows in answer] for answer in seen]
    assert codes == [
        [[GRID, OTHER_TOWN_GRID], [GRID]],
        [[GRID], [GRID]],
        [[], []],
        [[], []],
        [[], []],
    ]


async def test_alarms_are_filtered_by_state(people: Rig) -> None:
    """Open ones are what is to be done now."""
    await uncover(people)
    await uncover(people, NEXT_GRID)
    await done(people, ASSIGN, grid_code=GRID, worker_id=NEXT_WORKER)

    async def codes(*states: str) -> list[str]:
        [rows] = await people.batch(
            district_officer(people), BY_SCOPE, [LUSHAN], ["grid_code"], arguments={"status": list(states)}
        )
        return [row["grid_code"] for row in rows]

    assert await codes("RAISED") == [NEXT_GRID]
    assert await codes("CLEARED") == [GRID]
    assert await codes("RAISED", "CLEARED") == [GRID, NEXT_GRID]


async def test_uncovered_grids_are_counted_at_every_level(people: Rig) -> None:
    """A division's number is the sum of its grids'; above one's scope there is none."""
    await uncover(people)
    await uncover(people, OTHER_TOWN_GRID)
    codes = ["330111", LUSHAN, SHANSHUI, GRID, NEXT_GRID]

    district = await people.batch(district_officer(people), COUNTS, codes, ["uncovered_grids"])
    town = await people.batch(town_officer(people), COUNTS, codes, ["uncovered_grids"])

    assert [row["uncovered_grids"] for row in district] == [2, 1, 1, 1, 0]
    assert [row and row["uncovered_grids"] for row in town] == [None, 1, 1, 1, 0]


async def test_an_alarm_is_acknowledged(people: Rig) -> None:
    """An officer says what is being done; the alarm stays until somebody serves."""
    await uncover(people)
    alarm_id = await alarm_of(people)

    told = await done(people, f"/coverage-alarms/{alarm_id}/acknowledge", town_officer(people), note="明天到岗")

    [row] = await people.rows("SELECT * FROM coverage_alarms")
    assert (told["status"], told["note"], told["grid_code"]) == ("RAISED", "明天到岗", GRID)
    assert (row["acknowledged_by"], row["note"], row["status"]) == ("town_officer-1", "明天到岗", "RAISED")
    assert (await history(people, "coverage_alarm"))[-1] == ("ACKNOWLEDGED", "town_officer-1", GRID)


async def test_an_acknowledgment_is_answered_again(people: Rig) -> None:
    """The same key answers the same; another officer is told that somebody was first."""
    await uncover(people)
    path = f"/coverage-alarms/{await alarm_of(people)}/acknowledge"

    first = await people.command(town_officer(people), path, {}, key="k-1")
    again = await people.command(town_officer(people), path, {}, key="k-1")
    other = await people.command(district_officer(people), path, {})

    assert (again.status_code, again.json()) == (200, first.json())
    assert (other.status_code, problem(other)) == (409, "AcknowledgedAlready")


async def test_what_is_cleared_is_not_acknowledged(people: Rig) -> None:
    """There is nothing left to do."""
    await uncover(people)
    alarm_id = await alarm_of(people)
    await done(people, ASSIGN, grid_code=GRID, worker_id=NEXT_WORKER)

    response = await people.command(town_officer(people), f"/coverage-alarms/{alarm_id}/acknowledge", {})

    assert (response.status_code, problem(response)) == (409, "CoverageRegained")


@pytest.mark.parametrize(
    ("role", "scopes", "code"),
    [
        ("town_officer", ("330111115",), "CoverageAlarmUnknown"),
        ("grid_worker", (GRID,), "RoleMayNot"),
        ("auditor", ("330111",), "RoleMayNot"),
        ("resident", (), "RoleMayNot"),
        ("ops", (), "RoleMayNot"),
    ],
)
async def test_only_officers_of_the_grid_acknowledge(
    people: Rig, role: str, scopes: tuple[str, ...], code: str
) -> None:
    """Outside the scope an alarm is not there; other roles may not."""
    await uncover(people)
    path = f"/coverage-alarms/{await alarm_of(people)}/acknowledge"

    assert problem(await people.command(people.viewer(role, scopes=scopes), path, {})) == code


async def test_an_acknowledgment_keeps_the_rules(people: Rig) -> None:
    """A note has 500 characters at most; an unknown alarm is not found."""
    await uncover(people)
    path = f"/coverage-alarms/{await alarm_of(people)}/acknowledge"

    long = await people.command(town_officer(people), path, {"note": "好" * 501})
    unknown = await people.command(town_officer(people), f"/coverage-alarms/{uuid4()}/acknowledge", {})

    assert (problem(long), long.json()["path"]) == ("AcknowledgmentNoteTooLong", ["note"])
    assert (unknown.status_code, problem(unknown)) == (404, "CoverageAlarmUnknown")
