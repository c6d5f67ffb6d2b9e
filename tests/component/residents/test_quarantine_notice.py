"""The notice 居家隔离通知书: what stands on it, who opens it, and how one that somebody holds is verified."""

import re
from datetime import date
from html import unescape
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.auth import Viewer
from services.residents.quarantine.notice import in_words, qr, verification_code, verification_path
from tests.support.people import NEIGHBOR, WANG, WANG_NUMBER
from tests.support.quarantine import draft, issue, neighbor, officer, wang
from tests.support.rig import Rig, as_worker, problem


async def opened(rig: Rig, viewer: Viewer | None, order_id: object, purpose: str | None = None) -> httpx.Response:
    """Open a notice."""
    return await rig.http.get(f"/notices/{order_id}", headers=rig.headers(viewer, purpose))


async def verified(rig: Rig, viewer: Viewer, order_id: UUID, code: str) -> httpx.Response:
    """Verify a notice by its code."""
    return await rig.http.get(verification_path(order_id, code), headers=rig.headers(viewer))


async def test_what_stands_on_a_notice(people: Rig) -> None:
    """Name, masked number, address, days, duties, office, number of the order, and a QR code."""
    order = await issue(people)

    response = await opened(people, wang(people), order["id"])

    text = unescape(response.text)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    for expected in (
        "居家隔离通知书",
        "王小明",
        "330199********1011",
        "山水社区 3 幢 2 单元 501",
        "2020年1月28日",
        "2020年2月11日",
        "您近期从疫情风险地区返回",
        "富阳区鹿山街道疫情防控工作领导小组",
        order["id"],
        "<svg",
        "@page { size: A4;",
    ):
        assert expected in text
    assert WANG_NUMBER not in text
    assert not re.search(r"\$\w", text)


async def test_the_qr_code_holds_the_verification_path(people: Rig) -> None:
    """The code stands beside it in letters, for whoever cannot scan."""
    order_id = UUID((await issue(people))["id"])
    code = verification_code(people.state.keys, order_id)

    text = (await opened(people, wang(people), order_id)).text

    assert qr(f"/notices/{order_id}/verification?code={code}") in text
    assert f"核验码 {code}" in text


async def test_a_notice_is_not_kept_by_caches(people: Rig) -> None:
    """It is a person's, loads nothing, and runs nothing."""
    order = await issue(people)

    headers = (await opened(people, wang(people), order["id"])).headers

    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"


async def test_a_facility_and_a_child_without_number(people: Rig) -> None:
    """The title follows the setting; what is not known is said so."""
    await as_worker(
        people,
        "UPDATE residents SET document_kind = NULL, document_number_sealed = NULL, document_number_masked = NULL, "
        "document_number_index = NULL, guardian_id = $2 WHERE id = $1 RETURNING true",
        NEIGHBOR,
        WANG,
    )
    order = await issue(people, NEIGHBOR, setting="FACILITY", reason="CLOSE_CONTACT")

    text = (await opened(people, officer(people), order["id"])).text

    assert "集中隔离通知书" in text
    assert "您系密切接触者" in text
    assert "<td>无</td>" in text


async def test_names_are_escaped(people: Rig) -> None:
    """A name cannot bring markup with it."""
    await as_worker(people, "UPDATE residents SET name = '<b>王</b>$x' WHERE id = $1 RETURNING true", WANG)
    order = await issue(people)

    text = (await opened(people, officer(people), order["id"])).text

    assert "<b>王</b>" not in text
    assert "&lt;b&gt;王&lt;/b&gt;$x" in text


async def test_each_opening_is_logged(people: Rig) -> None:
    """Who, when, what for, whose; a refused one is not an opening."""
    order = await issue(people)

    await opened(people, wang(people), order["id"])
    await opened(people, officer(people), order["id"], purpose="AUDIT")
    await opened(people, neighbor(people), order["id"])

    rows = await people.rows("SELECT subject, role, purpose, what, person_key FROM read_log ORDER BY id")
    key = await as_worker(people, "SELECT person_key FROM residents WHERE id = $1", WANG)
    assert [tuple(row.values()) for row in rows] == [
        ("wang", "resident", "QUARANTINE", "quarantine_notice", key),
        ("officer-1", "district_officer", "AUDIT", "quarantine_notice", key),
    ]


async def test_notices_that_are_refused(people: Rig) -> None:
    """A draft has none; an unknown order, a foreign one and no token have their own answers."""
    draft_id = await draft(people)

    assert problem(await opened(people, officer(people), draft_id)) == "OrderNotIssued"
    assert problem(await opened(people, officer(people), uuid4())) == "OrderUnknown"
    assert problem(await opened(people, neighbor(people), draft_id)) == "OrderUnknown"
    assert problem(await opened(people, None, draft_id)) == "TokenMissing"
    assert problem(await opened(people, officer(people), "x")) == "FieldMalformed"


async def test_a_notice_is_verified_by_its_code(people: Rig) -> None:
    """Whoever holds it learns its days and whether they still hold, and nothing of the person."""
    order = await issue(people)
    order_id = UUID(order["id"])
    code = verification_code(people.state.keys, order_id)
    guard = people.viewer("gate_guard")

    held = await verified(people, guard, order_id, code)
    path = f"/quarantine-orders/{order['id']}/revoke"
    await people.command(officer(people, 1), path, {"reason": "名单有误"})
    await people.command(officer(people, 2), f"{path}/confirm")
    revoked = await verified(people, guard, order_id, code)

    assert held.json() == {"in_force": True, "starts_on": "2020-01-28", "ends_on": "2020-02-11"}
    assert revoked.json()["in_force"] is False


@pytest.mark.parametrize("code", ["", "0" * 16, "码", "x" * 100])
async def test_a_wrong_code_verifies_nothing(people: Rig, code: str) -> None:
    """Neither does the code of another order, or of a draft."""
    order, draft_id = await issue(people, NEIGHBOR), await draft(people)
    issued_id = UUID(order["id"])
    keys = people.state.keys

    for order_id, tried in (
        (issued_id, code),
        (issued_id, verification_code(keys, draft_id)),
        (draft_id, verification_code(keys, draft_id)),
        (uuid4(), code),
    ):
        response = await verified(people, people.viewer("gate_guard"), order_id, tried)
        assert (response.status_code, problem(response)) == (404, "NoticeCodeWrong")


def test_dates_are_written_as_notices_write_them() -> None:
    """Without leading zeros."""
    assert in_words(date(2020, 2, 1)) == "2020年2月1日"
