"""Recording a passage: decided locally, stored once, told once; each refusal leaves nothing behind."""

import asyncio
from collections import Counter

from tests.component.checkpoints.world import GRID, LI, WANG, WANG_KEY, World
from tests.support.rig import problem


async def test_wang_comes_home_from_wenzhou(world: World) -> None:
    """He is admitted and registered at once, and told to stay at home for 14 days."""
    await world.declare()
    await world.tell(expected_arrival_on="2020-01-28", expected_origin_code="330300", order_status="DRAFT")

    answer = await world.record(origin_code="330300")

    assert answer == {
        "id": answer["id"],
        "checkpoint_id": str(world.east.id),
        "direction": "ENTRY",
        "outcome": "ADMITTED_REGISTERED",
        "instruction": "They go straight home and stay at home for 14 days.",
        "instruction_code": "STAY_AT_HOME_14",
        "quarantine_days": 14,
        "rule_version": "gate-2020-01-28",
        "temperature_c": 36.6,
        "occurred_at": "2020-01-28T07:55:00+08:00",
        "received_at": "2020-01-28T08:00:00+08:00",
        "person_key": WANG_KEY,
    }


async def test_a_passage_is_told_in_its_transaction(world: World) -> None:
    """Residents learn of it by ids, codes and hashes, the board that a number moved."""
    await world.declare()
    await world.tell()

    answer = await world.record(origin_code="330300")

    (recorded, body), (changed, _) = await world.rig.facts()
    assert (recorded, changed) == (f"checkpoints.passage_recorded.{GRID}", f"checkpoints.summary_changed.{GRID}")
    del body["id"], body["at"]
    assert body == {
        "passage_id": answer["id"],
        "person_key": WANG_KEY,
        "checkpoint_id": str(world.east.id),
        "direction": "ENTRY",
        "outcome": "ADMITTED_REGISTERED",
        "rule_version": "gate-2020-01-28",
        "origin_code": "330300",
        "quarantine_days": 14,
        "destination_division_code": GRID,
        "occurred_at": "2020-01-28T07:55:00+08:00",
        "division_code": GRID,
    }


async def test_the_instruction_is_in_the_callers_language(world: World) -> None:
    """Chinese by Accept-Language, in the answer and in later reads."""
    await world.declare()
    await world.tell()

    response = await world.send(world.scan(origin_code="330300"), language="zh")

    assert response.json()["instruction"] == "请直接回家，居家隔离 14 天。"
    for language, word in (("zh", "居家隔离"), ("en", "stay at home")):
        (row,) = await world.rig.batch(
            world.guard(), "/passages:batch", [response.json()["id"]], ["instruction"], language=language
        )
        assert word in row["instruction"]


async def test_the_number_is_stored_sealed_and_masked(world: World) -> None:
    """Nothing in the row reads as the number."""
    answer = await world.record()

    (row,) = await world.rig.rows("SELECT * FROM passages")
    assert WANG not in str(row)
    assert row["document_number_masked"] == "330199********1011"
    place = f"passages/document_number_sealed/{answer['id']}"
    assert world.rig.state.keys.ring.decrypt(row["document_number_sealed"], place=place) == WANG
    assert row["decided_from"]["order_in_force"] is False


async def test_a_pass_token_is_held_until_a_document_is_shown(world: World) -> None:
    """A token cannot be verified yet: its keyed hash is kept, nothing else of it."""
    answer = await world.record(person={"pass_token": "opaque-token"})

    assert (answer["outcome"], answer["instruction_code"]) == ("HELD", "SHOW_DOCUMENT")
    assert answer["person_key"] is None
    (row,) = await world.rig.rows("SELECT * FROM passages")
    assert row["pass_token_index"] == world.rig.state.keys.index("pass_token", "opaque-token")
    assert row["document_number_sealed"] is None
    assert "opaque-token" not in str(row)


async def test_the_same_scan_fifty_times_at_once_is_one_passage(world: World) -> None:
    """It is stored once and answered the same to everybody who sent it."""
    scan = world.scan()

    responses = await asyncio.gather(*(world.send(scan) for _ in range(50)))

    assert {response.status_code for response in responses} == {201}
    assert len({response.content for response in responses}) == 1
    assert await world.counts() == [1, 1, 2, 1, 1]
    again = await world.send(scan, key="another-key")
    assert again.content == responses[0].content
    assert await world.counts() == [1, 1, 2, 1, 1]


async def test_a_repeated_scan_is_answered_by_what_was_decided_then(world: World) -> None:
    """What residents told meanwhile does not change a decision, nor does a closed gate."""
    scan = world.scan(direction="EXIT")
    first = await world.send(scan)
    await world.tell(color="RED")
    await world.rig.command(world.officer(), f"/checkpoints/{world.east.id}/close")

    assert (await world.send(scan)).content == first.content


async def test_many_scans_at_once_go_together_and_count(world: World) -> None:
    """Two hundred scans of two gates are all there, and so are their numbers."""
    scans = [(world.east, world.scan(world.east)) for _ in range(100)]
    scans += [(world.west, world.scan(world.west, direction="EXIT")) for _ in range(100)]

    responses = await asyncio.gather(*(world.send(scan, world.guard(gate)) for gate, scan in scans))

    assert {response.status_code for response in responses} == {201}
    assert len({response.json()["id"] for response in responses}) == 200
    passages, keys, facts, days, hours = await world.counts()
    assert (passages, keys, days, hours) == (200, 200, 200, 200)
    told = Counter(subject.split(".")[1] for subject, _ in await world.rig.facts())
    assert told["passage_recorded"] == 200
    assert facts == 200 + told["summary_changed"] < 250


async def test_a_sequence_with_other_content_is_refused_and_alarmed(world: World) -> None:
    """The first scan stays as it is; an operator is told once."""
    scan = world.scan()
    await world.send(scan)

    responses = [await world.send(scan | {"temperature_c": 36.7}) for _ in range(2)]

    assert [problem(response) for response in responses] == ["SequenceReused"] * 2
    assert responses[0].status_code == 409
    assert responses[0].json()["path"] == ["device_sequence"]
    (alarm,) = await world.rig.rows("SELECT kind, topic FROM alarms")
    assert alarm == {"kind": "SEQUENCE_REUSED", "topic": f"{world.east.device}:1"}
    assert [s.split(".")[1] for s, _ in await world.rig.facts()].count("alarm_raised") == 1
    assert (await world.counts())[:2] == [1, 1]


async def test_of_two_contents_at_once_one_is_stored(world: World) -> None:
    """Both in one flush: one of them wins, the other is refused."""
    scan = world.scan()

    responses = await asyncio.gather(*(world.send(scan | {"companions": n}) for n in range(10)))

    assert Counter(response.status_code for response in responses) == {201: 1, 409: 9}
    assert (await world.counts())[:2] == [1, 1]


async def test_a_fever_is_alarmed(world: World) -> None:
    """An operator hears of every fever, of a cooled-down one not."""
    fever = await world.record(temperature_c=37.8)
    await world.record(temperature_c=37.8, recheck_temperature_c=36.8)

    (alarm,) = await world.rig.rows("SELECT kind, topic, message_zh, message_en FROM alarms")
    assert alarm == {
        "kind": "FEVER",
        "topic": fever["id"],
        "message_zh": "山水苑东门测得体温 37.8℃。",
        "message_en": "A fever of 37.8 °C at 山水苑东门.",
    }
    subject, body = (await world.rig.facts())[2]
    assert subject == f"checkpoints.alarm_raised.{GRID}"
    assert (body["kind"], body["checkpoint_id"]) == ("FEVER", str(world.east.id))


async def test_each_passage_keeps_the_trace_of_its_caller(world: World) -> None:
    """A fact in a common flush leads back to the scan that caused it."""
    traces = [f"00-{n:032x}-{n:016x}-00" for n in (1, 2, 3)]

    async def send(trace: str) -> None:
        headers = world.rig.headers(world.guard()) | {"traceparent": trace}
        await world.rig.http.post("/passages", json=world.scan(), headers=headers)

    await asyncio.gather(*(send(trace) for trace in traces))

    rows = await world.rig.rows("SELECT traceparent FROM outbox WHERE subject LIKE '%passage_recorded%' ORDER BY id")
    assert sorted(row["traceparent"][:35] for row in rows) == [trace[:35] for trace in traces]


async def test_keys_are_forgotten_when_no_device_can_send_them_again(world: World) -> None:
    """After 90 days, not before."""
    await world.record()

    await world.rig.move_clock("2020-04-27T08:00:00+08:00")
    kept = await world.rig.rows("SELECT count(*) FROM passage_keys")
    await world.rig.move_clock("2020-04-27T08:00:01+08:00")

    assert kept == [{"count": 1}]
    assert await world.rig.rows("SELECT count(*) FROM passage_keys") == [{"count": 0}]


async def test_somebody_else_is_decided_by_what_is_known_of_them(world: World) -> None:
    """One person's order does not hold another."""
    await world.tell(color="RED", order_status="ACTIVE", order_setting="HOME", order_ends_on="2020-02-11")

    wang = await world.record(direction="EXIT")
    li = await world.record(direction="EXIT", person={"national_id": LI, "name": "李红"})

    assert [wang["outcome"], li["outcome"]] == ["TURNED_BACK", "ADMITTED"]
