"""Daily health checks: who reports, what a reading makes of a check, and why one is refused."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.people import GRID, WANG, WANG_WIFE, color_of
from tests.support.quarantine import (
    AFTER_THE_END,
    DAY_0_EVENING,
    DAY_1_MORNING,
    active,
    deliver,
    draft,
    history_of,
    issue,
    neighbor,
    officer,
    report,
    status_of,
    wang,
    wife,
    worker,
)
from tests.support.rig import Rig, as_worker, problem

FIELDS = ("id", "quarantine_order_id", "slot_at", "status", "temperature_c")


async def check_history(rig: Rig, check_id: str) -> list[tuple[str, str, float | None]]:
    """Return a check's history: before, after, temperature."""
    rows = await rig.rows(
        "SELECT status_before, status_after, temperature_c::float8 AS t FROM health_check_history "
        "WHERE health_check_id = $1 ORDER BY change",
        UUID(check_id),
    )
    return [(r["status_before"], r["status_after"], r["t"]) for r in rows]


async def escalated(rig: Rig) -> dict[str, Any]:
    """Return Wang's check of day 1 after two readings of fever."""
    order = await active(rig)
    await rig.move_clock(DAY_1_MORNING)
    await report(rig, wang(rig), order["id"], DAY_1_MORNING, 37.4)
    row: dict[str, Any] = (await report(rig, wang(rig), order["id"], DAY_1_MORNING, 37.6)).json()
    return row


@pytest.mark.parametrize(("who", "reported_as"), [(wang, "SELF"), (wife, "HOUSEHOLD"), (worker, "GRID_WORKER")])
async def test_who_reports_is_recorded(people: Rig, who: Any, reported_as: str) -> None:
    """The person, somebody of the household, or the grid worker as a proxy."""
    order = await issue(people)
    await deliver(people, order["id"])
    await people.move_clock(DAY_0_EVENING)

    response = await report(people, who(people), order["id"], symptoms=["COUGH"], reported_for=str(WANG))

    row = response.json()
    assert (row["status"], row["temperature_c"], row["symptoms"]) == ("REPORTED", 36.5, ["COUGH"])
    assert (row["slot_at"], row["reported_as"]) == (DAY_0_EVENING, reported_as)
    assert (
        await as_worker(people, "SELECT reported_by FROM health_checks WHERE reported_by IS NOT NULL")
        == who(people).subject
    )
    assert await status_of(people, order["id"]) == "ACTIVE"
    assert (await color_of(people, WANG))["order_status"] == "ACTIVE"


async def test_a_report_before_the_delivery_does_not_activate(people: Rig) -> None:
    """ACTIVE needs both: the notice, and a health check after it."""
    order = await issue(people)
    await people.move_clock(DAY_0_EVENING)
    await report(people, wang(people), order["id"])
    assert await status_of(people, order["id"]) == "ISSUED"

    await deliver(people, order["id"])
    assert await status_of(people, order["id"]) == "DELIVERED"
    await people.move_clock(DAY_1_MORNING)
    await report(people, wang(people), order["id"], DAY_1_MORNING)

    assert await status_of(people, order["id"]) == "ACTIVE"
    assert [t for t, *_ in await history_of(people, order["id"])] == ["DRAFT", "ISSUE", "DELIVER", "ACTIVATE"]


async def test_a_first_fever_is_rechecked(people: Rig) -> None:
    """The first reading does not count; the second does, and both stay on record."""
    order = await active(people)
    await people.move_clock(DAY_1_MORNING)

    first = await report(people, wang(people), order["id"], DAY_1_MORNING, 37.4)
    second = await report(people, wang(people), order["id"], DAY_1_MORNING, 36.9)

    assert (first.json()["status"], first.json()["temperature_c"]) == ("RECHECK_DUE", 37.4)
    assert (second.json()["status"], second.json()["temperature_c"]) == ("REPORTED", 36.9)
    assert second.json()["first_temperature_c"] == 37.4
    assert await check_history(people, first.json()["id"]) == [
        ("EXPECTED", "RECHECK_DUE", 37.4),
        ("RECHECK_DUE", "REPORTED", 36.9),
    ]
    [row] = await people.batch(
        worker(people), "/quarantine-orders:batch", [order["id"]], ["health_checks_reported", "health_checks_abnormal"]
    )
    assert row == {"health_checks_reported": 2, "health_checks_abnormal": 0}


async def test_a_second_fever_is_escalated_and_reviewed(people: Rig) -> None:
    """ABNORMAL and ESCALATED are both recorded; the color says so until an officer has concluded."""
    check = await escalated(people)
    reasons = (await color_of(people, WANG))["reasons"]

    response = await people.command(
        officer(people), f"/health-checks/{check['id']}/review", {"conclusion": "REFERRED", "note": "送发热门诊"}
    )

    assert check["status"] == "ESCALATED"
    assert "HEALTH_CHECK_ABNORMAL" in reasons
    assert (response.json()["status"], response.json()["conclusion"]) == ("REVIEWED", "REFERRED")
    assert "HEALTH_CHECK_ABNORMAL" not in (await color_of(people, WANG))["reasons"]
    assert await check_history(people, check["id"]) == [
        ("EXPECTED", "RECHECK_DUE", 37.4),
        ("RECHECK_DUE", "ABNORMAL", 37.6),
        ("ABNORMAL", "ESCALATED", 37.6),
        ("ESCALATED", "REVIEWED", None),
    ]
    told = [b["status"] for s, b in await people.facts() if s.startswith("residents.health_check_changed")]
    assert told == ["REPORTED", "RECHECK_DUE", "ESCALATED", "REVIEWED"]
    [row] = await people.batch(
        worker(people), "/quarantine-orders:batch", [check["quarantine_order_id"]], ["health_checks_abnormal"]
    )
    assert row == {"health_checks_abnormal": 1}


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({"temperature_c": 33.9}, "TemperatureOutOfRange", ["temperature_c"]),
        ({"temperature_c": 43.1}, "TemperatureOutOfRange", ["temperature_c"]),
        ({"temperature_c": 36.55}, "TemperatureOutOfRange", ["temperature_c"]),
        ({"temperature_c": "warm"}, "FieldMalformed", ["temperature_c"]),
        ({"symptoms": ["COUGH", "SADNESS"]}, "SymptomUnknown", ["symptoms", "1"]),
        ({"symptoms": ["COUGH"] * 21}, "FieldMalformed", ["symptoms"]),
        ({"slot_at": "2020-01-28T08:00:00+08:00"}, "SlotUnknown", ["slot_at"]),
        ({"slot_at": "2020-02-12T08:00:00+08:00"}, "SlotUnknown", ["slot_at"]),
        ({"slot_at": "2020-01-29T20:00:00+08:00"}, "SlotNotOpen", ["slot_at"]),
        ({"slot_at": "2020-01-29T08:00:00"}, "FieldMalformed", ["slot_at"]),
        ({"reported_for": str(WANG_WIFE)}, "ReportedForAnother", ["reported_for"]),
        ({"quarantine_order_id": str(uuid4())}, "OrderUnknown", ["quarantine_order_id"]),
        ({"quarantine_order_id": "x"}, "FieldMalformed", ["quarantine_order_id"]),
    ],
)
async def test_a_report_is_refused(people: Rig, body: dict[str, Any], code: str, path: list[str]) -> None:
    """Each rule has its own code and names its field; the check stays expected."""
    order = await issue(people)
    await deliver(people, order["id"])
    await people.move_clock(DAY_0_EVENING)
    given = {"quarantine_order_id": order["id"], "slot_at": DAY_0_EVENING, "temperature_c": 36.5, **body}

    response = await people.command(wang(people), "/health-checks", given)

    assert (problem(response), response.json()["path"]) == (code, path)
    assert await as_worker(people, "SELECT count(*) FROM health_checks WHERE status <> 'EXPECTED'") == 0
    assert await status_of(people, order["id"]) == "DELIVERED"


async def test_a_slot_is_reported_once(people: Rig) -> None:
    """The second report is refused, whoever sends it."""
    order = await active(people)

    assert problem(await report(people, wife(people), order["id"])) == "SlotAlreadyReported"


async def test_a_missed_slot_is_over(people: Rig) -> None:
    """The next slot's time closes it, whether the clock's job has run or not."""
    order = await active(people)
    people.state.clock.move(people.state.clock.now().fromisoformat("2020-01-29T20:00:00+08:00"))
    before_the_job = await report(people, wang(people), order["id"], DAY_1_MORNING)
    await people.move_clock("2020-01-29T20:00:01+08:00")

    assert problem(before_the_job) == "SlotMissed"
    assert problem(await report(people, wang(people), order["id"], DAY_1_MORNING)) == "SlotMissed"


async def test_a_recheck_can_come_too_late(people: Rig) -> None:
    """Until the slot's end, and an hour after the first reading at least."""
    order = await active(people)
    await people.move_clock("2020-01-29T19:30:00+08:00")
    await report(people, wang(people), order["id"], DAY_1_MORNING, 37.5)
    people.state.clock.move(people.state.clock.now().fromisoformat("2020-01-29T20:30:00+08:00"))

    assert problem(await report(people, wang(people), order["id"], DAY_1_MORNING, 36.5)) == "RecheckTooLate"


async def test_only_an_order_in_force_takes_reports(people: Rig) -> None:
    """A draft takes none yet, an ended order none any more."""
    draft_id = await draft(people, starts_on="2020-01-28")
    not_yet = await report(people, wang(people), draft_id)
    await people.command(worker(people), f"/quarantine-orders/{draft_id}/issue", {})
    await people.move_clock(AFTER_THE_END)
    await people.command(officer(people), f"/quarantine-orders/{draft_id}/release")

    no_more = await report(people, wang(people), draft_id, "2020-02-11T20:00:00+08:00")

    assert (problem(not_yet), not_yet.json()["path"]) == ("OrderNotIssued", ["quarantine_order_id"])
    assert (problem(no_more), no_more.json()["path"]) == ("OrderEnded", ["quarantine_order_id"])


async def test_the_last_slot_can_be_reported_when_due(people: Rig) -> None:
    """The evening of the last day stays open until the morning after."""
    order = await active(people)
    await people.move_clock("2020-02-12T00:30:00+08:00")

    response = await report(people, wang(people), order["id"], "2020-02-11T20:00:00+08:00")

    assert response.json()["status"] == "REPORTED"
    assert await status_of(people, order["id"]) == "RELEASE_DUE"


@pytest.mark.parametrize("role", ["district_officer", "town_officer", "auditor", "gate_guard", "reviewer", "ops"])
async def test_others_do_not_report(people: Rig, role: str) -> None:
    """Only the household and the grid worker do."""
    order = await active(people)

    response = await report(people, people.viewer(role, scopes=("330111",)), order["id"], DAY_1_MORNING)

    assert (response.status_code, problem(response)) == (403, "RoleMayNot")


async def test_a_stranger_s_order_is_unknown(people: Rig) -> None:
    """Neither the neighbor nor another grid's worker can report for Wang."""
    order = await active(people)

    for stranger in (neighbor(people), worker(people, "330111004002002")):
        response = await report(people, stranger, order["id"], DAY_1_MORNING)
        assert (response.status_code, problem(response)) == (404, "OrderUnknown")


async def test_reviews_are_refused(people: Rig) -> None:
    """By role, by scope, before the escalation and after the first review."""
    check = await escalated(people)
    path, body = f"/health-checks/{check['id']}/review", {"conclusion": "NO_CONCERN", "note": "已电话核实"}
    [due] = await people.batch(worker(people), "/health-checks/due-by-grid:batch", [GRID], ["id"])
    other_town = people.viewer("town_officer", scopes=("330111115",))

    assert due == []
    assert problem(await people.command(worker(people), path, body)) == "RoleMayNot"
    assert problem(await people.command(wang(people), path, body)) == "RoleMayNot"
    assert problem(await people.command(other_town, path, body)) == "HealthCheckUnknown"
    assert problem(await people.command(officer(people), path, body | {"note": ""})) == "FieldMalformed"
    assert (await people.command(officer(people), path, body)).status_code == 200
    assert problem(await people.command(officer(people), path, body)) == "AlreadyReviewed"
    expected = await as_worker(people, "SELECT id FROM health_checks WHERE status = 'EXPECTED' LIMIT 1")
    assert problem(await people.command(officer(people), f"/health-checks/{expected}/review", body)) == "NotEscalated"


async def test_what_is_due_in_a_grid(people: Rig) -> None:
    """Open slots and second readings that wait, the earliest first."""
    order = await active(people)
    await people.move_clock("2020-01-29T05:59:59+08:00")
    [before] = await people.batch(worker(people), "/health-checks/due-by-grid:batch", [GRID], FIELDS)
    await people.move_clock("2020-01-29T06:00:00+08:00")

    [due] = await people.batch(worker(people), "/health-checks/due-by-grid:batch", [GRID], FIELDS)
    await report(people, wang(people), order["id"], DAY_1_MORNING, 37.4)
    [rechecks] = await people.batch(worker(people), "/health-checks/due-by-grid:batch", [GRID], FIELDS)

    assert before == []
    assert [(c["slot_at"], c["status"], c["temperature_c"]) for c in due] == [(DAY_1_MORNING, "EXPECTED", None)]
    assert [(c["id"], c["status"]) for c in rechecks] == [(due[0]["id"], "RECHECK_DUE")]
    assert due[0]["quarantine_order_id"] == order["id"]


async def test_checks_of_an_order_by_id_and_by_order(people: Rig) -> None:
    """29 slots in their order, page by page."""
    order = await issue(people)
    reader = wife(people)

    [first] = await people.batch(reader, "/health-checks/by-order:batch", [order["id"]], FIELDS, limit=10)
    [rest] = await people.batch(
        reader, "/health-checks/by-order:batch", [order["id"]], FIELDS, after=first[-1]["cursor"]
    )
    [one] = await people.batch(reader, "/health-checks:batch", [first[0]["id"]], FIELDS)

    assert (len(first), len(rest)) == (10, 19)
    assert [c["slot_at"] for c in first + rest] == sorted(c["slot_at"] for c in first + rest)
    assert one == {name: first[0][name] for name in FIELDS}
