"""The register, operation, and the board's numbers."""

import asyncio
from typing import Any

import pytest

from tests.component.enterprises.support import (
    CREDIT_CODE,
    ENTERPRISE_ID,
    GRID,
    LUSHAN_GRID,
    LUSHAN_ID,
    TEAM,
    Xindeng,
)
from tests.support.rig import as_worker, problem

NEW: dict[str, Any] = {
    "credit_code": "91110000600037341L",
    "name": "杭州新登新纸业有限公司",
    "kind": "INDUSTRIAL",
    "size": "SMALL",
    "industry_code": "22",
    "division_code": GRID,
    "address": "新登镇 1 号",
    "contact": {"name": "何志强", "phone": "13800000007"},
    "liaison_team_id": TEAM,
}


async def counted(xindeng: Xindeng, *codes: str) -> list[Any]:
    """Return the numbers of divisions, as the district sees them."""
    return await xindeng.rig.batch(
        xindeng.district_officer, "/division-summaries:batch", codes, ["enterprises", "enterprises_resumed"]
    )


async def test_an_enterprise_is_registered(xindeng: Xindeng) -> None:
    """Within the officer's scope; its phone is masked; the board counts it."""
    response = await xindeng.rig.command(xindeng.town_officer, "/enterprises", NEW)

    assert (response.status_code, response.json()["operation_status"]) == (201, "STOPPED")
    fields = ["name", "contact_name", "contact_phone_masked", "size", "liaison_team_id", "division_code"]
    (row,) = await xindeng.rig.batch(
        xindeng.reviewer, "/enterprises/by-credit-code:batch", ["91110000600037341L"], fields
    )
    assert row == {
        "name": "杭州新登新纸业有限公司",
        "contact_name": "何志强",
        "contact_phone_masked": "138****0007",
        "size": "SMALL",
        "liaison_team_id": TEAM,
        "division_code": GRID,
    }
    assert await counted(xindeng, GRID) == [{"enterprises": 4, "enterprises_resumed": 0}]
    assert (await xindeng.rig.facts())[-1][0] == f"enterprises.summary_changed.{GRID}"


@pytest.mark.parametrize(
    ("different", "status", "code", "path"),
    [
        ({"credit_code": "91110000600037341A"}, 422, "CreditCodeChecksumWrong", ["credit_code"]),
        ({"credit_code": CREDIT_CODE}, 409, "EnterpriseAlreadyRegistered", []),
        ({"division_code": "330111115"}, 422, "GridCodeMalformed", ["division_code"]),
        ({"division_code": LUSHAN_GRID}, 403, "OutOfScope", []),
        ({"industry_code": "99"}, 422, "IndustryUnknown", ["industry_code"]),
        ({"liaison_team_id": ENTERPRISE_ID}, 422, "LiaisonTeamUnknown", []),
        ({"liaison_team_id": "team"}, 422, "FieldMalformed", ["liaison_team_id"]),
        ({"kind": "BANK"}, 422, "EnterpriseKindUnknown", ["kind"]),
        ({"size": "HUGE"}, 422, "EnterpriseSizeUnknown", ["size"]),
        ({"name": ""}, 422, "TextMissing", ["name"]),
        ({"contact": {"name": "何志强", "phone": "1"}}, 422, "PhoneMalformed", ["contact", "phone"]),
    ],
)
async def test_registration_refused(
    xindeng: Xindeng, different: dict[str, Any], status: int, code: str, path: list[str]
) -> None:
    """Each with its own code, and nothing is counted."""
    response = await xindeng.rig.command(xindeng.town_officer, "/enterprises", NEW | different)

    assert (response.status_code, problem(response), response.json().get("path", [])) == (status, code, path)
    assert await counted(xindeng, GRID) == [{"enterprises": 3, "enterprises_resumed": 0}]


async def test_only_officers_register(xindeng: Xindeng) -> None:
    """Not an enterprise, not a reviewer, not an auditor."""
    for viewer in (xindeng.agent, xindeng.reviewer, xindeng.auditor, xindeng.wang, *xindeng.nobodies):
        response = await xindeng.rig.command(viewer, "/enterprises", NEW)
        assert (response.status_code, problem(response)) == (403, "RoleMayNot"), viewer.role


async def test_registering_at_once_registers_once(xindeng: Xindeng) -> None:
    """The credit code is the natural key."""
    answers = await asyncio.gather(
        *(xindeng.rig.command(by, "/enterprises", NEW) for by in (xindeng.town_officer, xindeng.district_officer))
    )

    assert sorted(a.status_code for a in answers) == [201, 409]
    assert await counted(xindeng, GRID) == [{"enterprises": 4, "enterprises_resumed": 0}]


async def test_no_token_no_answer(xindeng: Xindeng) -> None:
    """Neither a read nor a command."""
    read = await xindeng.rig.ask(None, "/enterprises:batch", [ENTERPRISE_ID], ["id"])
    command = await xindeng.rig.command(None, "/enterprises", NEW)

    assert (problem(read), problem(command)) == ("TokenMissing", "TokenMissing")


async def test_pages_of_a_scope(xindeng: Xindeng) -> None:
    """Page by page, forward and backward, nothing twice and nothing left out."""
    path, seen, cursor = "/enterprises/by-scope:batch", [], None
    while True:
        (page,) = await xindeng.rig.batch(
            xindeng.district_officer, path, ["330111"], ["id", "division_code"], limit=2, after=cursor
        )
        if not page:
            break
        seen += [row["id"] for row in page]
        cursor = page[-1]["cursor"]
    (back,) = await xindeng.rig.batch(xindeng.district_officer, path, ["330111"], ["id"], limit=2, before=cursor)

    assert len(seen) == len(set(seen)) == 6
    assert [row["id"] for row in back] == seen[3:5]


async def test_the_same_numbers_at_every_level(xindeng: Xindeng) -> None:
    """District = towns = villages = grids."""
    codes = ["330111", "330111115", "330111004", "330111115011", "330111115011001", "330111115011002", "330111001"]

    numbers = [row["enterprises"] for row in await counted(xindeng, *codes)]

    assert numbers == [6, 5, 1, 5, 3, 2, 0]
    assert await counted(xindeng, "330111", LUSHAN_GRID) == [
        {"enterprises": 6, "enterprises_resumed": 1},
        {"enterprises": 1, "enterprises_resumed": 1},
    ]


async def test_a_summary_stays_within_the_scope(xindeng: Xindeng) -> None:
    """A wider code is narrowed to the scope, another town's is not there; two scopes do not count twice."""
    path, fields = "/division-summaries:batch", ["code", "enterprises"]
    own = await xindeng.rig.batch(xindeng.reviewer, path, ["330111", "330111115", "330111004"], fields)
    twice = xindeng.rig.viewer("reviewer", scopes=["330111115", GRID])

    assert own == [{"code": "330111", "enterprises": 5}, {"code": "330111115", "enterprises": 5}, None]
    assert await xindeng.rig.batch(twice, path, ["330111115"], fields) == [{"code": "330111115", "enterprises": 5}]


async def report(xindeng: Xindeng, by: Any, enterprise_id: str, body: dict[str, Any]) -> Any:
    """Report a reading of capacity."""
    return await xindeng.rig.command(by, f"/enterprises/{enterprise_id}/capacity-readings", body)


async def test_capacity_moves_operation(xindeng: Xindeng) -> None:
    """All of it is back in full, less is partial; the board counts it once."""
    full = await report(xindeng, xindeng.other_town_officer, LUSHAN_ID, {"percent": 100})
    partial = await report(xindeng, xindeng.other_town_officer, LUSHAN_ID, {"percent": 55})

    assert (full.status_code, full.json()["operation_status"]) == (201, "FULL")
    assert partial.json()["operation_status"] == "RESUMED"
    assert await counted(xindeng, LUSHAN_GRID) == [{"enterprises": 1, "enterprises_resumed": 1}]
    (rows,) = await xindeng.rig.batch(
        xindeng.district_officer, "/capacity-readings/by-enterprise:batch", [LUSHAN_ID], ["percent", "source"], limit=5
    )
    assert [(row["percent"], row["source"]) for row in rows] == [(55, "ENTERPRISE"), (100, "ENTERPRISE")]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"percent": 101}, 422, "NumberOutOfRange"),
        ({"percent": -1}, 422, "NumberOutOfRange"),
        ({"percent": 50, "source": "GOSSIP"}, 422, "CapacitySourceUnknown"),
        ({"percent": 50, "source": "ELECTRICITY"}, 422, "CapacitySourceNotYours"),
        ({"percent": 50}, 409, "EnterpriseNotWorking"),
    ],
)
async def test_reading_refused(xindeng: Xindeng, body: dict[str, Any], status: int, code: str) -> None:
    """Out of range, of another office, or of an enterprise that does not work."""
    response = await report(xindeng, xindeng.agent, ENTERPRISE_ID, body)

    assert (response.status_code, problem(response)) == (status, code)
    assert await as_worker(xindeng.rig, "SELECT count(*) FROM capacity_readings") == 0


async def test_nobody_reports_for_another(xindeng: Xindeng) -> None:
    """A rival's enterprise does not exist, and reading roles do not write."""
    rival = await report(xindeng, xindeng.rival, ENTERPRISE_ID, {"percent": 50})
    auditor = await report(xindeng, xindeng.auditor, ENTERPRISE_ID, {"percent": 50})

    assert (problem(rival), problem(auditor)) == ("EnterpriseUnknown", "RoleMayNot")
