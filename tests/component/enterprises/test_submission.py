"""Submitting an application: what is refused, what is found, what is kept."""

from typing import Any

import pytest

from tests.component.enterprises.support import (
    BUILDER_CODE,
    CREDIT_CODE,
    ENTERPRISE_ID,
    LARGE_CODE,
    RIVAL_CODE,
    SHOP_CODE,
    Xindeng,
    application,
    in_quarantine,
    standing,
)
from tests.support.rig import as_worker, problem


def worker(place: int, **different: Any) -> list[dict[str, Any]]:
    """Return the roster with one worker different."""
    rows: list[dict[str, Any]] = application()["roster"]
    rows[place] |= different
    return rows


async def test_application_goes_to_the_reviewers_desk(xindeng: Xindeng) -> None:
    """Submitted, prechecked, under review: each with its row of history."""
    row = await xindeng.submit()

    assert row["status"] == "UNDER_REVIEW"
    assert (row["mode"], row["review_level"], row["planned_on"]) == ("APPROVAL", "TOWN", "2020-02-20")
    assert row["submitted_at"] == "2020-01-28T08:00:00+08:00"
    assert row["due_at"] == "2020-01-30T08:00:00+08:00"
    assert row["precheck"] == {"passed": True, "findings": []}
    assert [(h["status"], h["by"]) for h in row["history"]] == [
        ("SUBMITTED", "enterprise agent"),
        ("PRECHECKED", "Gridweave"),
        ("UNDER_REVIEW", "Gridweave"),
    ]


async def test_answer_holds_what_is_at_hand(xindeng: Xindeng) -> None:
    """The gateway need not ask again for what is known."""
    response = await xindeng.rig.command(xindeng.agent, "/resumption-applications", application())

    body = response.json()
    assert (body["enterprise_id"], body["credit_code"], body["status"]) == (ENTERPRISE_ID, CREDIT_CODE, "UNDER_REVIEW")


async def test_precheck_names_wang(xindeng: Xindeng) -> None:
    """Decided from the local watchlist; he is found by his number, in either language."""
    await xindeng.deliver(in_quarantine(2))

    row = await xindeng.submit()

    assert row["status"] == "UNDER_REVIEW"
    assert row["precheck"]["passed"] is False
    (finding,) = row["precheck"]["findings"]
    assert (finding["code"], finding["path"]) == ("WorkerUnderQuarantine", ["roster", "1"])
    assert finding["message"] == "王小明 is under a quarantine order and may not come to work yet."
    chinese = await xindeng.application(row["id"], language="zh-CN")
    assert chinese["precheck"]["findings"][0]["message"] == "王小明正在隔离期内，暂不能返岗。"
    assert chinese["history"][1]["note"] == "预审发现 1 项问题。"
    assert await xindeng.roster(row["id"]) == {"李红": "CLEARED", "王小明": "OBSERVING"}


async def test_precheck_knows_risk_regions(xindeng: Xindeng) -> None:
    """Whoever came back from one less than 14 days ago is named."""
    await xindeng.declare()

    row = await xindeng.submit()

    assert [f["code"] for f in row["precheck"]["findings"]] == ["WorkerReturnedFromRiskRegion"]


async def test_everything_missing_is_found_at_once(xindeng: Xindeng) -> None:
    """A thin application is taken, with everything that is wrong with it."""
    row = await xindeng.submit(
        supplies={"masks": 0, "thermometers": 0, "disinfectant_liters": 0.5},
        isolation_rooms=0,
        dormitories=[{"room": "B", "beds": 7, "area_square_meters": 1}],
        canteen_plan=None,
        undertaking_accepted=False,
        planned_on="2020-01-29",
    )

    assert [f["code"] for f in row["precheck"]["findings"]] == [
        "ResumptionClosed",
        "PlannedTooSoon",
        "MasksShort",
        "ThermometersShort",
        "DisinfectantShort",
        "IsolationRoomsShort",
        "DormitoryTooManyBeds",
        "DormitoryTooNarrow",
        "DormitoryRoomUnknown",
        "CanteenPlanMissing",
        "UndertakingMissing",
    ]
    assert row["mode"] == "CLOSED"


@pytest.mark.parametrize(
    ("different", "code", "path"),
    [
        ({"credit_code": "91350100M000100Y44"}, "CreditCodeChecksumWrong", ["credit_code"]),
        ({"credit_code": "91350100M000100Y4Z"}, "CreditCodeMalformed", ["credit_code"]),
        ({"planned_on": "2020-02-30"}, "FieldMalformed", ["planned_on"]),
        ({"planned_on": None}, "FieldMalformed", ["planned_on"]),
        ({"person_in_charge": {"name": "李红"}}, "FieldMissing", ["person_in_charge", "phone"]),
        ({"person_in_charge": {"name": "李红", "phone": "1"}}, "PhoneMalformed", ["person_in_charge", "phone"]),
        ({"roster": []}, "RosterEmpty", ["roster"]),
        (
            {"roster": worker(1, national_id="330199199005011012")},
            "NationalIdChecksumWrong",
            ["roster", "1", "national_id"],
        ),
        ({"roster": worker(1, national_id="330199198503122027")}, "WorkerListedTwice", ["roster", "1", "national_id"]),
        ({"roster": worker(0, name="a\x07")}, "TextUnreadable", ["roster", "0", "name"]),
        ({"roster": worker(0, color="RED")}, "FieldMalformed", ["roster", "0", "color"]),
        (
            {"supplies": {"masks": -1, "thermometers": 1, "disinfectant_liters": 1}},
            "NumberOutOfRange",
            ["supplies", "masks"],
        ),
        ({"canteen_plan": "BUFFET"}, "CanteenPlanUnknown", ["canteen_plan"]),
    ],
)
async def test_bad_form_is_refused_and_nothing_kept(
    xindeng: Xindeng, different: dict[str, Any], code: str, path: list[str]
) -> None:
    """A refusal names the field, and leaves nothing half-written."""
    response = await xindeng.rig.command(xindeng.agent, "/resumption-applications", application(**different))

    assert response.status_code == 422
    assert (problem(response), response.json()["path"]) == (code, path)
    assert await as_worker(xindeng.rig, "SELECT count(*) FROM resumption_applications") == 0
    assert await as_worker(xindeng.rig, "SELECT count(*) FROM idempotency_keys") == 0


async def test_refusal_speaks_chinese(xindeng: Xindeng) -> None:
    """Field and rule, in the caller's language."""
    response = await xindeng.rig.command(
        xindeng.agent, "/resumption-applications", application(roster=[]), language="zh-CN"
    )

    assert response.json()["detail"] == "返岗名单至少应有一人。"


@pytest.mark.parametrize("code", [RIVAL_CODE, "91110000600037341L"])
async def test_another_enterprise_is_unknown(xindeng: Xindeng, code: str) -> None:
    """A rival's code and one that nobody has are answered the same."""
    response = await xindeng.rig.command(xindeng.agent, "/resumption-applications", application(credit_code=code))

    assert (response.status_code, problem(response)) == (404, "EnterpriseUnknown")


@pytest.mark.parametrize("role", ["reviewer", "auditor", "resident", "grid_worker", "gate_guard", "ops"])
async def test_only_applicants_submit(xindeng: Xindeng, role: str) -> None:
    """An enterprise's agent, or an officer on its behalf."""
    viewer = xindeng.rig.viewer(role, scopes=["330111"], enterprises=[CREDIT_CODE])

    response = await xindeng.rig.command(viewer, "/resumption-applications", application())

    assert (response.status_code, problem(response)) == (403, "RoleMayNot")


async def test_an_officer_submits_for_an_enterprise(xindeng: Xindeng) -> None:
    """Within the officer's scope only."""
    refused = await xindeng.rig.command(xindeng.other_town_officer, "/resumption-applications", application())
    row = await xindeng.submit(xindeng.town_officer)

    assert problem(refused) == "EnterpriseUnknown"
    assert row["history"][0]["by"] == "town officer"


@pytest.mark.parametrize(
    ("code", "level"), [(CREDIT_CODE, "TOWN"), (LARGE_CODE, "DISTRICT"), (BUILDER_CODE, "CITY"), (SHOP_CODE, "TOWN")]
)
async def test_level_by_kind_and_size(xindeng: Xindeng, code: str, level: str) -> None:
    """Who decides is fixed when it is submitted."""
    row = await xindeng.submit(xindeng.town_officer, credit_code=code)

    assert row["review_level"] == level


@pytest.mark.parametrize(
    ("planned_on", "mode", "status", "due_at"),
    [
        ("2020-02-05", "CLOSED", "UNDER_REVIEW", "2020-01-31T08:00:00+08:00"),
        ("2020-02-20", "APPROVAL", "UNDER_REVIEW", "2020-01-30T08:00:00+08:00"),
        ("2020-02-25", "FILING", "APPROVED", "2020-01-29T08:00:00+08:00"),
        ("2020-03-02", "PLEDGE", "APPROVED", "2020-01-29T08:00:00+08:00"),
        ("2020-03-20", "NONE", "APPROVED", None),
    ],
)
async def test_mode_by_planned_day(
    xindeng: Xindeng, planned_on: str, mode: str, status: str, due_at: str | None
) -> None:
    """Where nobody's permission is needed, a passed precheck approves, and says so."""
    row = await xindeng.submit(planned_on=planned_on)

    assert (row["mode"], row["status"], row["due_at"]) == (mode, status, due_at)
    if status == "APPROVED":
        assert row["history"][-1]["note"] == f"Mode {mode}: no permission is needed."


async def test_a_red_worker_needs_a_person_in_any_mode(xindeng: Xindeng) -> None:
    """No mode lets an application with somebody in quarantine approve itself."""
    await xindeng.deliver(standing(2, "RED"))

    row = await xindeng.submit(planned_on="2020-03-20")

    assert (row["mode"], row["status"], row["precheck"]["passed"]) == ("NONE", "UNDER_REVIEW", False)


async def test_numbers_are_sealed_and_masked(xindeng: Xindeng) -> None:
    """No number stands in any table; a ciphertext opens only in its place."""
    row = await xindeng.submit()

    entries = await xindeng.rig.rows(
        "SELECT id, national_id_sealed, national_id_masked, phone_sealed, phone_masked"
        " FROM roster_entries ORDER BY place"
    )
    ring = xindeng.rig.state.keys.ring
    wang = entries[1]
    assert (wang["national_id_masked"], wang["phone_masked"]) == ("330199********1011", "138****0001")
    place = f"roster_entries/national_id/{wang['id']}"
    assert ring.decrypt(bytes(wang["national_id_sealed"]), place=place) == "330199199005011011"
    assert ring.decrypt(bytes(wang["phone_sealed"]), place=f"roster_entries/phone/{wang['id']}") == "13800000001"
    (stored,) = await xindeng.rig.rows("SELECT person_in_charge_phone_sealed AS s FROM resumption_applications")
    place = f"resumption_applications/person_in_charge_phone/{row['id']}"
    assert ring.decrypt(bytes(stored["s"]), place=place) == "13800000002"


async def test_facts_tell_of_it_and_of_nobody(xindeng: Xindeng) -> None:
    """Ids and codes; no name, no number."""
    row = await xindeng.submit()

    subject, body = (await xindeng.rig.facts())[-1]
    assert subject == "enterprises.application_changed.330111115011001"
    assert {k: body[k] for k in ("application_id", "credit_code", "status")} == {
        "application_id": row["id"],
        "credit_code": CREDIT_CODE,
        "status": "UNDER_REVIEW",
    }
    assert "王" not in str(body)
