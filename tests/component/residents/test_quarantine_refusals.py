"""Why a command on an order is refused: each by its own code, with its path, in two languages, leaving nothing."""

from typing import Any
from uuid import uuid4

import pytest

from services.residents.quarantine.model import OrderStatus
from tests.support.people import FAR, WANG, WANG_WIFE
from tests.support.quarantine import (
    AFTER_THE_END,
    active,
    deliver,
    draft,
    history_of,
    issue,
    officer,
    status_of,
    wang,
    worker,
)
from tests.support.rig import Rig, as_worker, problem

TRANSFER = {"to": "MEDICAL", "place": "医院"}
DELIVERY = {"method": "IN_PERSON", "delivered_at": "2020-01-28T08:00:00+08:00", "receiver": "王小明"}
COMMANDS: dict[str, dict[str, Any]] = {
    "issue": {},
    "deliver": DELIVERY,
    "release": {},
    "extend": {"ends_on": "2020-02-20"},
    "revoke": {"reason": "名单有误"},
    "revoke/confirm": {},
    "transfer": TRANSFER,
}


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({"resident_id": str(uuid4())}, "ResidentUnknown", ["resident_id"]),
        ({"resident_id": "x"}, "FieldMalformed", ["resident_id"]),
        ({"reason": "BECAUSE"}, "FieldMalformed", ["reason"]),
        ({"setting": "HOTEL"}, "FieldMalformed", ["setting"]),
        ({"length_days": 0}, "LengthOutOfRange", ["length_days"]),
        ({"length_days": 61}, "LengthOutOfRange", ["length_days"]),
        ({"length_days": 10**12}, "LengthOutOfRange", ["length_days"]),
        ({"starts_on": "2020-01-29"}, "StartsInFuture", ["starts_on"]),
        ({"starts_on": "2020-01-13"}, "EndsInThePast", ["starts_on"]),
        ({"starts_on": "0001-01-01"}, "EndsInThePast", ["starts_on"]),
        ({"starts_on": "2020-02-30"}, "FieldMalformed", ["starts_on"]),
        ({"color": "RED"}, "FieldMalformed", ["color"]),
    ],
)
async def test_an_order_is_not_created(people: Rig, body: dict[str, Any], code: str, path: list[str]) -> None:
    """Bad input names its field, and no order is left behind."""
    given = {"resident_id": str(WANG), "reason": "CLOSE_CONTACT", **body}

    response = await people.command(officer(people), "/quarantine-orders", given)

    assert (problem(response), response.json()["path"]) == (code, path)
    assert await as_worker(people, "SELECT count(*) FROM quarantine_orders") == 0
    assert await as_worker(people, "SELECT count(*) FROM outbox WHERE subject LIKE '%order%'") == 0


@pytest.mark.parametrize("drafted", [True, False])
async def test_a_second_open_order_is_refused(people: Rig, drafted: bool) -> None:
    """At most one order is open for a person, a draft included; another of the household may have one."""
    await (draft(people) if drafted else issue(people))

    response = await people.command(
        officer(people), "/quarantine-orders", {"resident_id": str(WANG), "reason": "CLOSE_CONTACT"}
    )

    assert (response.status_code, problem(response)) == (409, "AlreadyUnderQuarantine")
    assert (await issue(people, WANG_WIFE))["status"] == "ISSUED"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("deliver", "OrderNotIssued"),
        ("release", "OrderNotIssued"),
        ("extend", "OrderNotIssued"),
        ("transfer", "OrderNotIssued"),
        ("revoke/confirm", "RevocationNotAsked"),
    ],
)
async def test_a_draft_refuses(people: Rig, command: str, code: str) -> None:
    """What has not been issued cannot be carried on."""
    order_id = await draft(people)

    response = await people.command(officer(people), f"/quarantine-orders/{order_id}/{command}", COMMANDS[command])

    assert (response.status_code, problem(response)) == (409, code)
    assert await status_of(people, order_id) == "DRAFT"


@pytest.mark.parametrize("status", ["RELEASED", "TRANSFERRED_MEDICAL", "TRANSFERRED_FACILITY", "REVOKED", "MERGED"])
async def test_an_ended_order_refuses_everything(people: Rig, status: str) -> None:
    """What has ended stays as it was; the answer says how it ended."""
    order = await issue(people)
    await people.rows("UPDATE quarantine_orders SET status = $1", OrderStatus(status))

    for command, body in COMMANDS.items():
        response = await people.command(officer(people), f"/quarantine-orders/{order['id']}/{command}", body)
        assert (response.status_code, problem(response)) == (409, "OrderEnded")
        assert status in response.json()["detail"]
    assert len(await history_of(people, order["id"])) == 2


async def test_an_order_in_force_is_not_released(people: Rig) -> None:
    """An order holds through its last day."""
    order = await active(people)
    await people.move_clock("2020-02-11T23:59:59+08:00")

    response = await people.command(officer(people), f"/quarantine-orders/{order['id']}/release")

    assert (response.status_code, problem(response)) == (409, "StillInForce")
    assert "2020-02-11" in response.json()["detail"]
    assert await status_of(people, order["id"]) == "ACTIVE"


async def test_an_order_is_issued_once(people: Rig) -> None:
    """An order in force is not issued again."""
    order = await issue(people)

    response = await people.command(officer(people), f"/quarantine-orders/{order['id']}/issue", {})

    assert problem(response) == "OrderAlreadyIssued"


@pytest.mark.parametrize(("starts_on", "code"), [("2020-01-29", "StartsInFuture"), ("2020-01-01", "EndsInThePast")])
async def test_a_draft_is_not_issued_for_impossible_days(people: Rig, starts_on: str, code: str) -> None:
    """Day 0 is today or earlier, and the last day has not passed."""
    order_id = await draft(people)

    response = await people.command(officer(people), f"/quarantine-orders/{order_id}/issue", {"starts_on": starts_on})

    assert (problem(response), response.json()["path"]) == (code, ["starts_on"])


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({"delivered_at": "2020-01-28T10:00:01+08:00"}, "DeliveryInFuture", ["delivered_at"]),
        ({"delivered_at": "2020-01-28T07:59:59+08:00"}, "DeliveryBeforeIssue", ["delivered_at"]),
        ({"delivered_at": "2020-01-28T10:00:00"}, "FieldMalformed", ["delivered_at"]),
        ({"method": "PIGEON"}, "FieldMalformed", ["method"]),
        ({"receiver": " "}, "FieldMalformed", ["receiver"]),
        ({"receiver": "王" * 101}, "FieldMalformed", ["receiver"]),
    ],
)
async def test_an_impossible_delivery(people: Rig, body: dict[str, Any], code: str, path: list[str]) -> None:
    """Between the issue and now, by a known method, to somebody."""
    order = await issue(people)
    await people.move_clock("2020-01-28T10:00:00+08:00")

    response = await deliver(people, order["id"], **body)

    assert (problem(response), response.json()["path"]) == (code, path)
    assert await status_of(people, order["id"]) == "ISSUED"


async def test_a_notice_is_delivered_once(people: Rig) -> None:
    """A second delivery is refused."""
    order = await issue(people)
    await deliver(people, order["id"])

    assert problem(await deliver(people, order["id"])) == "NoticeAlreadyDelivered"


async def test_an_order_that_has_run_out_takes_no_delivery(people: Rig) -> None:
    """It waits for its release."""
    order = await issue(people)
    await people.move_clock(AFTER_THE_END)

    assert problem(await deliver(people, order["id"])) == "OrderRunOut"


@pytest.mark.parametrize(
    ("ends_on", "code"),
    [
        ("2020-02-11", "ShorterThanBefore"),
        ("2020-02-10", "ShorterThanBefore"),
        ("2020-03-29", "LengthOutOfRange"),
        ("2020-02-30", "FieldMalformed"),
    ],
)
async def test_an_order_is_only_lengthened(people: Rig, ends_on: str, code: str) -> None:
    """An extension ends later than before, within the limit."""
    order = await issue(people)

    response = await people.command(officer(people), f"/quarantine-orders/{order['id']}/extend", {"ends_on": ends_on})

    assert (problem(response), response.json()["path"]) == (code, ["ends_on"])


async def test_an_extension_does_not_end_in_the_past(people: Rig) -> None:
    """A due order needs a day that is still to come."""
    order = await issue(people)
    await people.move_clock("2020-02-20T08:00:00+08:00")

    response = await people.command(
        officer(people), f"/quarantine-orders/{order['id']}/extend", {"ends_on": "2020-02-19"}
    )

    assert problem(response) == "EndsInThePast"


async def test_one_person_does_not_revoke(people: Rig) -> None:
    """Unasked, alone or twice, a revocation is refused."""
    order = await issue(people)
    path = f"/quarantine-orders/{order['id']}/revoke"

    unasked = await people.command(officer(people, 2), f"{path}/confirm")
    unexplained = await people.command(officer(people, 1), path, {"reason": ""})
    await people.command(officer(people, 1), path, {"reason": "名单有误"})
    alone = await people.command(officer(people, 1), f"{path}/confirm")
    twice = await people.command(officer(people, 2), path, {"reason": "名单有误"})

    assert problem(unasked) == "RevocationNotAsked"
    assert (problem(unexplained), unexplained.json()["path"]) == ("FieldMalformed", ["reason"])
    assert (alone.status_code, problem(alone)) == (403, "SecondPersonRequired")
    assert problem(twice) == "RevocationAlreadyAsked"
    assert await status_of(people, order["id"]) == "ISSUED"


async def test_an_order_outside_the_scope_is_unknown(people: Rig) -> None:
    """Another town's order and one that never was answer the same."""
    order = await issue(people, FAR)
    town_officer = people.viewer("town_officer", scopes=("330111004",))

    for command, body in COMMANDS.items():
        for order_id in (order["id"], uuid4()):
            response = await people.command(town_officer, f"/quarantine-orders/{order_id}/{command}", body)
            assert (response.status_code, problem(response)) == (404, "OrderUnknown")
    assert await status_of(people, order["id"]) == "ISSUED"


@pytest.mark.parametrize("role", ["resident", "auditor", "reviewer", "gate_guard", "enterprise_agent", "ops"])
async def test_roles_that_may_not(people: Rig, role: str) -> None:
    """Only officers and grid workers change orders; an auditor reads."""
    order = await issue(people)
    caller = wang(people) if role == "resident" else people.viewer(role, scopes=("330111",))
    create = {"resident_id": str(WANG), "reason": "OTHER"}

    for command, body in COMMANDS.items():
        response = await people.command(caller, f"/quarantine-orders/{order['id']}/{command}", body)
        assert (response.status_code, problem(response)) == (403, "RoleMayNot")
    assert problem(await people.command(caller, "/quarantine-orders", create)) == "RoleMayNot"


@pytest.mark.parametrize("command", ["extend", "revoke", "revoke/confirm"])
async def test_what_only_officers_do(people: Rig, command: str) -> None:
    """A grid worker neither lengthens nor revokes."""
    order = await issue(people)

    response = await people.command(worker(people), f"/quarantine-orders/{order['id']}/{command}", COMMANDS[command])

    assert problem(response) == "RoleMayNot"


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "The order is in force until its last day, 2020-02-11, has passed."),
        ("zh-CN,zh;q=0.9", "隔离期至 2020-02-11 当日结束，尚不能解除。"),
    ],
)
async def test_a_refusal_speaks_the_caller_s_language(people: Rig, language: str, message: str) -> None:
    """The same code, in Chinese or English by Accept-Language."""
    order = await issue(people)

    response = await people.command(officer(people), f"/quarantine-orders/{order['id']}/release", language=language)

    assert (problem(response), response.json()["detail"]) == ("StillInForce", message)
