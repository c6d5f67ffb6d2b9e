"""Commands on orders under trouble: repeated, at once, and when the commit fails."""

import asyncio
from datetime import datetime
from uuid import uuid4

from chassis.database import connect
from tests.support.people import WANG
from tests.support.quarantine import (
    AFTER_THE_END,
    DAY_1_MORNING,
    active,
    draft,
    history_of,
    in_force,
    issue,
    officer,
    report,
    status_of,
    wang,
    wife,
)
from tests.support.rig import Rig, as_worker, problem
from tests.support.servers import Infrastructure

FAILS_AT_COMMIT = """
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'no' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE CONSTRAINT TRIGGER fails_at_commit AFTER INSERT ON quarantine_order_history
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail();
"""


async def test_a_repeated_command_answers_the_same(people: Rig) -> None:
    """The first answer is kept, even after the order has moved on; one order is there."""
    key, body = str(uuid4()), {"resident_id": str(WANG), "reason": "OTHER"}
    first = await people.command(officer(people), "/quarantine-orders", body, key=key)
    await people.move_clock(AFTER_THE_END)

    second = await people.command(officer(people), "/quarantine-orders", body, key=key)

    assert (second.status_code, second.json()) == (201, first.json())
    assert await as_worker(people, "SELECT count(*) FROM quarantine_orders") == 1


async def test_a_key_is_not_used_for_something_else(people: Rig) -> None:
    """Same key, another body: refused, and nothing changes."""
    key, order = str(uuid4()), await issue(people)
    path = f"/quarantine-orders/{order['id']}/extend"
    await people.command(officer(people), path, {"ends_on": "2020-02-12"}, key=key)

    response = await people.command(officer(people), path, {"ends_on": "2020-02-13"}, key=key)

    assert (response.status_code, problem(response)) == (422, "IdempotencyKeyReused")
    assert await as_worker(people, "SELECT ends_on::text FROM quarantine_orders") == "2020-02-12"


async def test_a_refusal_is_evaluated_anew(people: Rig) -> None:
    """A release refused today may be granted with the same key tomorrow."""
    key, order = str(uuid4()), await active(people)
    path = f"/quarantine-orders/{order['id']}/release"
    early = await people.command(officer(people), path, key=key)
    await people.move_clock(AFTER_THE_END)

    response = await people.command(officer(people), path, key=key)

    assert problem(early) == "StillInForce"
    assert response.json()["status"] == "RELEASED"


async def test_two_officers_release_at_once(people: Rig) -> None:
    """One wins, the other is told; there is one release on record."""
    order = await active(people)
    await people.move_clock(AFTER_THE_END)
    path = f"/quarantine-orders/{order['id']}/release"

    answers = await asyncio.gather(*(people.command(officer(people, n), path) for n in (1, 2)))

    assert sorted(a.status_code for a in answers) == [200, 409]
    assert [problem(a) for a in answers if a.status_code == 409] == ["OrderEnded"]
    assert [t for t, *_ in await history_of(people, order["id"])].count("RELEASE") == 1
    assert await in_force(people) == 0


async def test_two_officers_issue_at_once(people: Rig) -> None:
    """Two orders for one person: the second is refused by the database itself."""
    body = {"resident_id": str(WANG), "reason": "OTHER"}

    answers = await asyncio.gather(*(people.command(officer(people, n), "/quarantine-orders", body) for n in (1, 2)))

    assert sorted(a.status_code for a in answers) == [201, 409]
    assert [problem(a) for a in answers if a.status_code == 409] == ["AlreadyUnderQuarantine"]
    assert await in_force(people) == 1


async def test_two_of_a_household_report_at_once(people: Rig) -> None:
    """One reading counts, the other is told."""
    order = await active(people)
    await people.move_clock(DAY_1_MORNING)

    answers = await asyncio.gather(*(report(people, who(people), order["id"], DAY_1_MORNING) for who in (wang, wife)))

    assert sorted(a.status_code for a in answers) == [200, 409]
    assert [problem(a) for a in answers if a.status_code == 409] == ["SlotAlreadyReported"]


async def test_a_gate_and_an_officer_issue_at_once(people: Rig) -> None:
    """A draft is issued once, whoever comes first."""
    order_id = await draft(people)
    person_key = await as_worker(people, "SELECT person_key FROM residents WHERE id = $1", WANG)
    passage = {
        "passage_id": str(uuid4()),
        "person_key": person_key,
        "direction": "ENTRY",
        "quarantine_days": 14,
        "occurred_at": people.state.clock.now().isoformat(),
    }

    response, _ = await asyncio.gather(
        people.command(officer(people), f"/quarantine-orders/{order_id}/issue", {}),
        people.deliver("checkpoints.passage_recorded", "330111004002000", passage),
    )

    assert response.status_code == 200 or problem(response) == "OrderAlreadyIssued"
    assert [t for t, *_ in await history_of(people, order_id)] == ["DRAFT", "ISSUE"]
    assert await in_force(people) == 1


async def test_a_failing_commit_is_not_answered_as_a_success(people: Rig, infrastructure: Infrastructure) -> None:
    """What fails at commit leaves nothing behind: no status, count, fact, or key."""
    order = await active(people)
    people.state.clock.move(datetime.fromisoformat(AFTER_THE_END))
    name = await as_worker(people, "SELECT current_database()")
    owner = await connect(infrastructure.url(name, "residents"))
    await owner.execute(FAILS_AT_COMMIT)
    facts = len(await people.facts())
    path, key = f"/quarantine-orders/{order['id']}/release", str(uuid4())

    failed = await people.command(officer(people), path, key=key)

    assert (failed.status_code, problem(failed)) == (500, "InternalError")
    assert (await status_of(people, order["id"]), await in_force(people)) == ("ACTIVE", 1)
    assert len(await people.facts()) == facts
    await owner.execute("DROP TRIGGER fails_at_commit ON quarantine_order_history")
    await owner.close()
    again = await people.command(officer(people), path, key=key)
    assert again.json()["status"] == "RELEASED"
