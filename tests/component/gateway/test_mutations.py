"""Mutations: bodies, keys, payloads, refusals."""

from typing import Any

import pytest

from gateway.shared.ids import encode
from tests.component.gateway.desk import Desk, codes
from tests.component.gateway.district import CHECKPOINT, ORDER, PASSAGE, district, passage, uid
from tests.component.gateway.stubs import answering, refusing

RELEASE = """mutation ($input: QuarantineOrderReleaseInput!) { quarantineOrderRelease(input: $input) {
    quarantineOrder { id status endsOn resident { name } } userErrors { code message path } } }"""
RECORD = """mutation ($input: PassageRecordInput!) { passageRecord(input: $input) {
    passage { id direction outcome instruction ruleVersion occurredAt receivedAt }
    userErrors { code message path } } }"""
SCAN: dict[str, Any] = {
    "idempotencyKey": "k-pas-1",
    "checkpointId": encode("Checkpoint", uid(CHECKPOINT)),
    "deviceId": "gate-1",
    "deviceSequence": 1,
    "direction": "ENTRY",
    "occurredAt": "2020-01-28T15:04:05+08:00",
    "temperatureC": 36.6,
    "person": {"nationalId": "330199199005011011", "name": "王小明"},
    "originCode": "330300",
    "companions": 0,
    "vehiclePlate": None,
}
PATH = f"/quarantine-orders/{uid(ORDER)}/release"
ORDER_ID = encode("QuarantineOrder", uid(ORDER))


async def test_command_travels_with_its_key(desk: Desk) -> None:
    """Names become the service's, ids its own, null is left out, the key is a header."""
    desk.stubs.commands["checkpoints", "/passages"] = answering(**passage(0))

    data = await desk.data(RECORD, {"input": SCAN})

    heard = desk.stubs.call("/passages")
    assert heard.headers["idempotency-key"] == "k-pas-1"
    assert heard.body == {
        "checkpoint_id": uid(CHECKPOINT),
        "device_id": "gate-1",
        "device_sequence": 1,
        "direction": "ENTRY",
        "occurred_at": "2020-01-28T15:04:05+08:00",
        "temperature_c": 36.6,
        "person": {"national_id": "330199199005011011", "name": "王小明"},
        "origin_code": "330300",
        "companions": 0,
    }
    assert data["passageRecord"]["passage"]["id"] == encode("Passage", uid(PASSAGE))
    assert data["passageRecord"]["userErrors"] == []
    assert len(desk.stubs.heard) == 1  # the answer held everything that was selected


async def test_fields_beyond_the_answer_are_loaded(desk: Desk) -> None:
    """A command answers what it has at hand; the rest comes from the batch endpoint."""
    desk.stubs.rows = district(1).rows
    desk.stubs.commands["residents", PATH] = answering(id=uid(ORDER), status="RELEASED")

    data = await desk.data(RELEASE, {"input": {"idempotencyKey": "k", "id": ORDER_ID}})

    found = data["quarantineOrderRelease"]["quarantineOrder"]
    assert found == {"id": ORDER_ID, "status": "RELEASED", "endsOn": "2020-02-11", "resident": {"name": "居民0"}}
    assert desk.stubs.call("/quarantine-orders:batch").body["fields"] == ["ends_on", "resident_id"]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_refusal_is_a_user_error(desk: Desk, language: str) -> None:
    """Code, words and place come across the hop; the place is one of the input."""
    refused = refusing(422, "NationalIdChecksumWrong", path=["person", "national_id"])
    desk.stubs.commands["checkpoints", "/passages"] = refused

    data = await desk.data(RECORD, {"input": SCAN}, headers={"accept-language": language})

    assert data["passageRecord"] == {
        "passage": None,
        "userErrors": [
            {
                "code": "NationalIdChecksumWrong",
                "message": f"NationalIdChecksumWrong in {language}",
                "path": ["person", "nationalId"],
            }
        ],
    }


async def test_unlisted_refusal_is_shown(desk: Desk) -> None:
    """A service that is newer than the gateway may refuse for a reason of its own."""
    desk.stubs.commands["residents", PATH] = refusing(409, "BrandNewReason")

    data = await desk.data(RELEASE, {"input": {"idempotencyKey": "k", "id": ORDER_ID}})

    assert data["quarantineOrderRelease"]["userErrors"][0]["code"] == "Unlisted"


async def test_id_of_another_type_is_a_user_error(desk: Desk) -> None:
    """Nothing is asked of the service."""
    wrong = {"idempotencyKey": "k", "id": encode("Resident", uid(ORDER))}

    data = await desk.data(RELEASE, {"input": wrong})

    [error] = data["quarantineOrderRelease"]["userErrors"]
    assert (error["code"], error["path"]) == ("IdOfAnotherType", ["id"])
    assert error["message"] == "The id belongs to a Resident, not to a QuarantineOrder."
    assert desk.stubs.heard == []


@pytest.mark.parametrize("key", ["", "x" * 201, "钥匙", "a\r\nx-purpose: GATE"])
async def test_bad_key_is_a_user_error(desk: Desk, key: str) -> None:
    """A key is text of a header."""
    data = await desk.data(RELEASE, {"input": {"idempotencyKey": key, "id": ORDER_ID}})

    [error] = data["quarantineOrderRelease"]["userErrors"]
    assert (error["code"], error["path"]) == ("IdempotencyKeyRequired", ["idempotencyKey"])


async def test_stopped_service_is_no_user_error(desk: Desk) -> None:
    """A failure is an error of the field: the client may try again with the same key."""
    desk.stubs.stopped = {"residents"}

    response = await desk.ask(RELEASE, {"input": {"idempotencyKey": "k", "id": ORDER_ID}})

    assert response["data"]["quarantineOrderRelease"] is None
    assert codes(response) == ["ServiceUnavailable"]


async def test_command_is_sent_once(desk: Desk) -> None:
    """A broken connection may have had its effect: only the client repeats it."""
    desk.stubs.breaking = {"residents": 1}
    desk.stubs.commands["residents", PATH] = answering(id=uid(ORDER))

    response = await desk.ask(RELEASE, {"input": {"idempotencyKey": "k", "id": ORDER_ID}})

    assert codes(response) == ["ServiceUnavailable"]
    assert len(desk.stubs.heard) == 1


async def test_place_in_a_list_is_named(desk: Desk) -> None:
    """Ids inside lists are checked as well."""
    scan = {k: v for k, v in SCAN.items() if k not in {"idempotencyKey", "deviceId"}}
    batch = {"idempotencyKey": "k", "deviceId": "g", "passages": [scan, {**scan, "checkpointId": "nonsense"}]}

    data = await desk.data(
        """mutation ($input: PassageBatchUploadInput!) { passageBatchUpload(input: $input) {
        batch { id } userErrors { code path } } }""",
        {"input": batch},
    )

    assert data["passageBatchUpload"]["userErrors"] == [
        {"code": "IdMalformed", "path": ["passages", "1", "checkpointId"]}
    ]
