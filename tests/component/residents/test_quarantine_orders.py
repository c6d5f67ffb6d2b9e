"""A quarantine order from the draft to its end: what each command changes, records, counts and tells."""

from datetime import date
from uuid import UUID

import pytest

from tests.support.people import NEIGHBOR, WANG, color_of
from tests.support.quarantine import (
    AFTER_THE_END,
    active,
    deliver,
    draft,
    history_of,
    in_force,
    issue,
    officer,
    status_of,
    wang,
    worker,
)
from tests.support.rig import Rig

ROW = (
    "id",
    "resident_id",
    "division_code",
    "status",
    "setting",
    "reason",
    "length_days",
    "starts_on",
    "ends_on",
    "notice_url",
    "health_checks_expected",
    "health_checks_reported",
    "health_checks_missed",
    "health_checks_abnormal",
)


async def facts_named(rig: Rig, name: str) -> list[dict[str, object]]:
    """Return the bodies of one kind of fact, in order."""
    return [body for subject, body in await rig.facts() if subject.split(".")[1] == name]


async def test_an_order_is_issued_at_once(people: Rig) -> None:
    """An officer's order is in force with 29 health checks, counted, and told with its notice."""
    order = await issue(people)

    assert (order["status"], order["starts_on"], order["ends_on"]) == ("ISSUED", "2020-01-28", "2020-02-11")
    assert (order["health_checks_expected"], order["health_checks_reported"]) == (29, 0)
    assert order["notice_url"] == f"/notices/{order['id']}"
    assert await in_force(people) == 1
    [issued] = await facts_named(people, "order_issued")
    assert issued["order_id"] == order["id"]
    assert (issued["starts_on"], issued["ends_on"]) == ("2020-01-28", "2020-02-11")
    assert {"resident_id", "household_id", "person_key"} <= issued.keys()
    assert (await color_of(people, WANG))["order_status"] == "ISSUED"


async def test_the_answer_is_the_row(people: Rig) -> None:
    """What a command answers is what a read answers."""
    order = await issue(people, setting="FACILITY", length_days=7, starts_on="2020-01-26")

    [row] = await people.batch(worker(people), "/quarantine-orders:batch", [order["id"]], list(order))

    assert row == order
    assert (row["setting"], row["length_days"], row["ends_on"]) == ("FACILITY", 7, "2020-02-02")


async def test_a_draft_waits(people: Rig) -> None:
    """A draft is not in force, has no notice and expects nothing; it is told as a change."""
    order_id = await draft(people)

    [row] = await people.batch(worker(people), "/quarantine-orders:batch", [order_id], ROW)

    assert (row["status"], row["notice_url"], row["health_checks_expected"]) == ("DRAFT", None, 0)
    assert await in_force(people) == 0
    assert [f["status"] for f in await facts_named(people, "order_changed")] == ["DRAFT"]


async def test_a_draft_is_issued_by_hand(people: Rig) -> None:
    """Who comes home before the day of the draft starts today."""
    order_id = await draft(people, starts_on="2020-01-30")

    response = await people.command(worker(people), f"/quarantine-orders/{order_id}/issue", {})

    assert response.status_code == 200
    assert (response.json()["status"], response.json()["starts_on"]) == ("ISSUED", "2020-01-28")
    assert await history_of(people, order_id) == [
        ("DRAFT", None, "DRAFT", "residents"),
        ("ISSUE", "DRAFT", "ISSUED", "grid_worker-1"),
    ]


async def test_an_earlier_first_day_can_be_said(people: Rig) -> None:
    """Slots that nobody can answer any more are not expected."""
    order_id = await draft(people)

    response = await people.command(worker(people), f"/quarantine-orders/{order_id}/issue", {"starts_on": "2020-01-25"})

    assert (response.json()["starts_on"], response.json()["ends_on"]) == ("2020-01-25", "2020-02-08")
    assert response.json()["health_checks_expected"] == 24


@pytest.mark.parametrize("method", ["IN_PERSON", "PHONE", "MESSAGE", "POSTED"])
async def test_a_notice_is_delivered(people: Rig, method: str) -> None:
    """Method, time and receiver are kept."""
    order = await issue(people)
    await people.move_clock("2020-01-28T16:10:00+08:00")

    response = await deliver(people, order["id"], method=method)

    assert response.json()["status"] == "DELIVERED"
    assert response.json()["delivered_at"] == "2020-01-28T16:10:00+08:00"
    [row] = await people.rows("SELECT delivery_method, delivery_receiver FROM quarantine_orders")
    assert row == {"delivery_method": method, "delivery_receiver": "王小明"}


async def test_an_order_is_released_after_its_last_day(people: Rig) -> None:
    """It leaves force: counted down, green again, with the whole of its history."""
    order = await active(people)
    await people.move_clock(AFTER_THE_END)
    assert await status_of(people, order["id"]) == "RELEASE_DUE"

    response = await people.command(officer(people), f"/quarantine-orders/{order['id']}/release")

    assert response.json()["status"] == "RELEASED"
    assert response.json()["notice_url"] == f"/notices/{order['id']}"
    assert await in_force(people) == 0
    assert (await color_of(people, WANG))["color"] == "GREEN"
    assert await history_of(people, order["id"]) == [
        ("DRAFT", None, "DRAFT", "officer-1"),
        ("ISSUE", "DRAFT", "ISSUED", "officer-1"),
        ("DELIVER", "ISSUED", "DELIVERED", "grid_worker-1"),
        ("ACTIVATE", "DELIVERED", "ACTIVE", "wang"),
        ("FALL_DUE", "ACTIVE", "RELEASE_DUE", "residents"),
        ("RELEASE", "RELEASE_DUE", "RELEASED", "officer-1"),
    ]
    changes = [f["status"] for f in await facts_named(people, "order_changed")]
    assert changes == ["DRAFT", "ISSUED", "DELIVERED", "ACTIVE", "RELEASE_DUE", "RELEASED"]


async def test_a_release_ahead_of_the_job_marks_it_due_first(people: Rig) -> None:
    """The clock decides, not how late its job is; the last slot is missed with the release."""
    order = await active(people)
    people.state.clock.move(people.state.clock.now().fromisoformat("2020-02-12T00:30:00+08:00"))

    response = await people.command(officer(people), f"/quarantine-orders/{order['id']}/release")

    row = response.json()
    assert row["status"] == "RELEASED"
    assert (row["health_checks_expected"], row["health_checks_reported"], row["health_checks_missed"]) == (29, 1, 28)
    assert [t for t, *_ in await history_of(people, order["id"])][-2:] == ["FALL_DUE", "RELEASE"]
    assert (await people.rows("SELECT max(day) AS day FROM grid_day_counters"))[0]["day"] == date(2020, 2, 12)


async def test_a_due_order_is_extended(people: Rig) -> None:
    """It is active again, and expects the checks of its new days only."""
    order = await active(people)
    await people.move_clock(AFTER_THE_END)

    response = await people.command(
        officer(people), f"/quarantine-orders/{order['id']}/extend", {"ends_on": "2020-02-14"}
    )

    row = response.json()
    assert (row["status"], row["ends_on"], row["length_days"]) == ("ACTIVE", "2020-02-14", 17)
    assert row["health_checks_expected"] == 29 + 6
    assert await in_force(people) == 1


async def test_an_undelivered_order_stays_issued_when_extended(people: Rig) -> None:
    """The notice still has to be delivered."""
    order = await issue(people)

    response = await people.command(
        officer(people), f"/quarantine-orders/{order['id']}/extend", {"ends_on": "2020-02-12"}
    )

    assert (response.json()["status"], response.json()["health_checks_expected"]) == ("ISSUED", 31)


async def test_two_persons_revoke(people: Rig) -> None:
    """The first says why and changes nothing; the second ends it, and nothing more is expected."""
    order = await active(people)
    path = f"/quarantine-orders/{order['id']}/revoke"

    asked = await people.command(officer(people, 1), path, {"reason": "名单有误"})
    confirmed = await people.command(officer(people, 2), f"{path}/confirm")

    assert (asked.json()["status"], asked.json()["revocation_asked_at"] is None) == ("ACTIVE", False)
    assert confirmed.json()["status"] == "REVOKED"
    assert (confirmed.json()["health_checks_expected"], confirmed.json()["health_checks_reported"]) == (1, 1)
    assert await in_force(people) == 0
    assert (await history_of(people, order["id"]))[-2:] == [
        ("ASK_REVOCATION", "ACTIVE", "ACTIVE", "officer-1"),
        ("REVOKE", "ACTIVE", "REVOKED", "officer-2"),
    ]


async def test_a_draft_can_be_revoked(people: Rig) -> None:
    """Who never came needs no order; the counter is not touched, and a new order is possible."""
    order_id = await draft(people)
    path = f"/quarantine-orders/{order_id}/revoke"
    await people.command(officer(people, 1), path, {"reason": "未返回"})

    response = await people.command(officer(people, 2), f"{path}/confirm")

    assert (response.json()["status"], response.json()["notice_url"]) == ("REVOKED", None)
    assert await in_force(people) == 0
    assert (await issue(people))["status"] == "ISSUED"


@pytest.mark.parametrize("to", ["MEDICAL", "FACILITY"])
async def test_a_person_is_transferred(people: Rig, to: str) -> None:
    """The order ends by its own name; the place is kept."""
    order = await active(people)

    response = await people.command(
        worker(people), f"/quarantine-orders/{order['id']}/transfer", {"to": to, "place": "富阳区第一人民医院"}
    )

    assert response.json()["status"] == f"TRANSFERRED_{to}"
    assert await in_force(people) == 0
    [row] = await people.rows("SELECT transfer_place, ended_at FROM quarantine_orders")
    assert row["transfer_place"] == "富阳区第一人民医院"
    assert row["ended_at"] == people.state.clock.now()


async def test_lists_of_a_person_a_grid_and_a_scope(people: Rig) -> None:
    """Each list pages in its order and is narrowed by status; a scope is a prefix of any level."""
    first = await issue(people, NEIGHBOR, starts_on="2020-01-27")
    second = await issue(people)
    reader = worker(people)
    path = "/quarantine-orders/by-scope:batch"

    for scope in ("330111", "330111004", "330111004002", "330111004002001"):
        [rows] = await people.batch(reader, path, [scope], ["id"], arguments={"status": ["ISSUED", "ACTIVE"]})
        assert [r["id"] for r in rows] == [first["id"], second["id"]]
    pages = await people.batch(reader, path, ["330111", "330111115", "", "3301110"], ["id"], limit=1)
    after = pages[0][0]["cursor"]
    assert [len(rows) for rows in pages] == [1, 0, 0, 0]
    [rest] = await people.batch(reader, path, ["330111"], ["id"], limit=1, after=after)
    assert [r["id"] for r in rest] == [second["id"]]
    [none] = await people.batch(reader, path, ["330111"], ["id"], arguments={"status": ["RELEASED"]})
    assert none == []
    grids = await people.batch(reader, "/quarantine-orders/by-grid:batch", ["330111004002001", "330111004002"], ["id"])
    assert [len(rows) for rows in grids] == [2, 0]
    ids = [UUID(int=1), WANG]
    persons = await people.batch(reader, "/quarantine-orders/by-resident:batch", ids, ["id", "status"])
    assert [[r["id"] for r in rows] for rows in persons] == [[], [second["id"]]]


async def test_a_person_s_orders_come_newest_first(people: Rig) -> None:
    """What counts today stands on top."""
    old = await issue(people, starts_on="2020-01-20", length_days=8)
    await people.move_clock("2020-01-29T08:00:00+08:00")
    await people.command(officer(people), f"/quarantine-orders/{old['id']}/release")
    new = await issue(people)

    [rows] = await people.batch(wang(people), "/quarantine-orders/by-resident:batch", [WANG], ["id"])

    assert [r["id"] for r in rows] == [new["id"], old["id"]]
