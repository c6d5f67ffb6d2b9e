"""Deciding applications: who may, when, once."""

import asyncio
from typing import Any

import pytest

from tests.component.enterprises.support import (
    BUILDER_CODE,
    ENTERPRISE_ID,
    GRID,
    LARGE_CODE,
    Xindeng,
    in_quarantine,
)
from tests.support.rig import problem

BODIES: dict[str, dict[str, Any]] = {
    "approve": {"note": "现场已核查"},
    "inspect": {"note": "明日上门"},
    "return": {"reasons": [{"path": ["roster", "1", "dormitoryRoom"], "message": "请补充隔离房间"}]},
    "reject": {"reason": "不符合条件"},
    "withdraw": {},
    "resume": {},
}
BECOMES = {
    "approve": "APPROVED",
    "inspect": "INSPECTING",
    "return": "RETURNED",
    "reject": "REJECTED",
    "withdraw": "WITHDRAWN",
    "resume": "RESUMED",
}
ALLOWED = {
    "DRAFT": {"withdraw"},
    "SUBMITTED": {"withdraw"},
    "PRECHECKED": {"approve", "withdraw"},
    "UNDER_REVIEW": {"approve", "inspect", "return", "reject", "withdraw"},
    "RETURNED": {"withdraw"},
    "INSPECTING": {"approve", "return", "reject", "withdraw"},
    "APPROVED": {"resume"},
    "REJECTED": set(),
    "RESUMED": set(),
    "WITHDRAWN": set(),
}


@pytest.mark.parametrize("verb", list(BODIES))
async def test_every_command_in_every_state(xindeng: Xindeng, verb: str) -> None:
    """A command does what it says where it may, and is refused everywhere else."""
    row = await xindeng.submit()
    await xindeng.rig.move_clock("2020-02-20T08:00:00+08:00")
    for status, verbs in ALLOWED.items():
        async with xindeng.rig.work() as db:
            await db.connection.execute("UPDATE resumption_applications SET status = $1", status)

        response = await xindeng.act(xindeng.town_officer, row["id"], verb, BODIES[verb])

        if verb in verbs:
            assert (response.status_code, response.json()["status"]) == (200, BECOMES[verb])
            after = await xindeng.application(row["id"])
            assert (after["status"], after["history"][-1]["status"]) == (BECOMES[verb], BECOMES[verb])
            subject, body = (await xindeng.rig.facts())[-1]
            assert (subject, body["status"]) == (f"enterprises.application_changed.{GRID}", BECOMES[verb])
        else:
            assert (response.status_code, problem(response)) == (409, "ApplicationCannotBecome")


async def test_approval_says_who_and_why(xindeng: Xindeng) -> None:
    """The reviewer's own words, in both languages."""
    row = await xindeng.submit()

    response = await xindeng.act(xindeng.reviewer, row["id"], "approve", BODIES["approve"])

    assert response.json() == {
        "id": row["id"],
        "enterprise_id": ENTERPRISE_ID,
        "credit_code": "91330111MA2GRD001J",
        "status": "APPROVED",
    }
    step = (await xindeng.application(row["id"]))["history"][-1]
    assert (step["by"], step["note"]) == ("reviewer", "现场已核查")


async def test_return_names_field_and_reason(xindeng: Xindeng) -> None:
    """The enterprise reads in the history what it must mend, and where."""
    row = await xindeng.submit()

    await xindeng.act(xindeng.reviewer, row["id"], "return", BODIES["return"])

    step = (await xindeng.application(row["id"]))["history"][-1]
    assert step["note"] == "roster.1.dormitoryRoom: 请补充隔离房间"


@pytest.mark.parametrize(
    ("verb", "body", "code", "path"),
    [
        ("return", {"reasons": []}, "ReasonsMissing", ["reasons"]),
        ("return", {"reasons": [{"path": [], "message": "x"}] * 51}, "ReasonsMissing", ["reasons"]),
        ("return", {"reasons": [{"path": [], "message": " "}]}, "TextMissing", ["reasons", "0", "message"]),
        ("return", {"reasons": [{"path": ["\x00"], "message": "x"}]}, "TextUnreadable", ["reasons", "0", "path"]),
        ("return", {}, "FieldMissing", ["reasons"]),
        ("reject", {"reason": " "}, "TextMissing", ["reason"]),
        ("reject", {}, "FieldMissing", ["reason"]),
        ("approve", {"note": "x" * 2001}, "TextTooLong", ["note"]),
        ("approve", {"verdict": "yes"}, "FieldMalformed", ["verdict"]),
    ],
)
async def test_a_decision_without_words_is_refused(
    xindeng: Xindeng, verb: str, body: dict[str, Any], code: str, path: list[str]
) -> None:
    """Nothing changes."""
    row = await xindeng.submit()

    response = await xindeng.act(xindeng.reviewer, row["id"], verb, body)

    assert (response.status_code, problem(response), response.json()["path"]) == (422, code, path)
    assert (await xindeng.application(row["id"]))["status"] == "UNDER_REVIEW"


async def test_findings_stand_in_the_way_of_approval(xindeng: Xindeng) -> None:
    """The officer may return it, not approve it; once the order has ended he may."""
    await xindeng.deliver(in_quarantine(2))
    row = await xindeng.submit()

    refused = await xindeng.act(xindeng.reviewer, row["id"], "approve", {})
    await xindeng.deliver(in_quarantine(3, "RELEASED") | {"color": "GREEN"})
    approved = await xindeng.act(xindeng.reviewer, row["id"], "approve", {})

    assert (refused.status_code, problem(refused)) == (409, "PrecheckNotPassed")
    assert refused.json()["detail"].startswith("The precheck still finds 1 items")
    assert approved.status_code == 200


@pytest.mark.parametrize(
    ("code", "who"),
    [
        (LARGE_CODE, "district_reviewer"),
        (LARGE_CODE, "district_officer"),
        (BUILDER_CODE, "district_officer"),
    ],
)
async def test_the_right_level_decides(xindeng: Xindeng, code: str, who: str) -> None:
    """The district for what is large, a district officer for what the city decided."""
    row = await xindeng.submit(xindeng.town_officer, credit_code=code)

    response = await xindeng.act(getattr(xindeng, who), row["id"], "approve", {})

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("code", "who"),
    [
        (LARGE_CODE, "reviewer"),
        (LARGE_CODE, "town_officer"),
        (BUILDER_CODE, "reviewer"),
        (BUILDER_CODE, "district_reviewer"),
    ],
)
@pytest.mark.parametrize("verb", ["approve", "inspect", "return", "reject"])
async def test_a_lower_level_does_not(xindeng: Xindeng, code: str, who: str, verb: str) -> None:
    """It sees the application and may not decide it."""
    row = await xindeng.submit(xindeng.town_officer, credit_code=code)

    response = await xindeng.act(getattr(xindeng, who), row["id"], verb, BODIES[verb])

    assert (response.status_code, problem(response)) == (403, "ReviewLevelTooLow")
    assert (await xindeng.application(row["id"]))["status"] == "UNDER_REVIEW"


@pytest.mark.parametrize("verb", ["approve", "inspect", "return", "reject"])
async def test_applicants_and_readers_do_not_decide(xindeng: Xindeng, verb: str) -> None:
    """Not the enterprise itself, not an auditor, nobody without the role."""
    row = await xindeng.submit()

    for viewer in (xindeng.agent, xindeng.rival, xindeng.auditor, xindeng.wang, *xindeng.nobodies):
        response = await xindeng.act(viewer, row["id"], verb, BODIES[verb])
        assert (response.status_code, problem(response)) == (403, "RoleMayNot"), viewer.role


@pytest.mark.parametrize("verb", ["withdraw", "resume"])
async def test_reviewers_do_not_act_for_the_enterprise(xindeng: Xindeng, verb: str) -> None:
    """Withdrawing and resuming are the applicant's."""
    row = await xindeng.submit()

    for viewer in (xindeng.reviewer, xindeng.auditor, xindeng.wang, *xindeng.nobodies):
        response = await xindeng.act(viewer, row["id"], verb, {})
        assert (response.status_code, problem(response)) == (403, "RoleMayNot"), viewer.role


@pytest.mark.parametrize("verb", list(BODIES))
async def test_outside_the_scope_there_is_no_application(xindeng: Xindeng, verb: str) -> None:
    """Another town's officer is told the same as of an id that nobody has."""
    row = await xindeng.submit()

    outside = await xindeng.act(xindeng.other_town_officer, row["id"], verb, BODIES[verb])
    unknown = await xindeng.act(xindeng.town_officer, ENTERPRISE_ID, verb, BODIES[verb])

    assert (outside.status_code, problem(outside)) == (404, "ApplicationUnknown")
    assert (unknown.status_code, problem(unknown)) == (404, "ApplicationUnknown")


async def test_a_rival_does_not_withdraw_it(xindeng: Xindeng) -> None:
    """Another enterprise's application does not exist for it."""
    row = await xindeng.submit()

    response = await xindeng.act(xindeng.rival, row["id"], "withdraw", {})

    assert (response.status_code, problem(response)) == (404, "ApplicationUnknown")


async def test_two_reviewers_decide_at_once(xindeng: Xindeng) -> None:
    """Exactly one wins, the other is told."""
    row = await xindeng.submit()

    answers = await asyncio.gather(
        xindeng.act(xindeng.reviewer, row["id"], "approve", {}),
        xindeng.act(xindeng.district_reviewer, row["id"], "reject", {"reason": "否"}),
    )

    assert sorted(a.status_code for a in answers) == [200, 409]
    assert problem(next(a for a in answers if a.status_code == 409)) == "ApplicationCannotBecome"
    assert len((await xindeng.application(row["id"]))["history"]) == 4


async def test_approving_twice_with_one_key_approves_once(xindeng: Xindeng) -> None:
    """A retry gets the first answer; another key is refused."""
    row = await xindeng.submit()
    path = f"/resumption-applications/{row['id']}/approve"

    first, again = [await xindeng.rig.command(xindeng.reviewer, path, {}, key="k-1") for _ in range(2)]
    other = await xindeng.rig.command(xindeng.reviewer, path, {}, key="k-2")

    assert (first.status_code, again.content) == (200, first.content)
    assert problem(other) == "ApplicationCannotBecome"


async def test_workers_leave_with_the_application(xindeng: Xindeng) -> None:
    """What came to nothing employs nobody."""
    row = await xindeng.submit()

    await xindeng.act(xindeng.agent, row["id"], "withdraw", {})

    assert set((await xindeng.roster(row["id"])).values()) == {"LEFT"}
    assert await xindeng.submit()


async def test_resuming_puts_the_cleared_on_post(xindeng: Xindeng) -> None:
    """The enterprise is at work, the board counts it, who was not cleared stays away."""
    row = await xindeng.submit()
    await xindeng.act(xindeng.reviewer, row["id"], "approve", {})
    await xindeng.deliver(in_quarantine(2))

    early = await xindeng.act(xindeng.agent, row["id"], "resume", {})
    await xindeng.rig.move_clock("2020-02-20T08:00:00+08:00")
    response = await xindeng.act(xindeng.agent, row["id"], "resume", {})

    assert (early.status_code, problem(early)) == (409, "ResumesTooEarly")
    assert "2020-02-20" in early.json()["detail"]
    assert response.json()["status"] == "RESUMED"
    assert await xindeng.roster(row["id"]) == {"李红": "ON_POST", "王小明": "OBSERVING"}
    (enterprise,) = await xindeng.rig.batch(
        xindeng.agent, "/enterprises:batch", [ENTERPRISE_ID], ["operation_status", "resumed_on"]
    )
    assert enterprise == {"operation_status": "RESUMED", "resumed_on": "2020-02-20"}
    (summary,) = await xindeng.rig.batch(
        xindeng.reviewer, "/division-summaries:batch", [GRID], ["enterprises", "enterprises_resumed"]
    )
    assert summary == {"enterprises": 3, "enterprises_resumed": 1}
    subjects = [subject for subject, _ in await xindeng.rig.facts()]
    assert subjects[-2:] == [f"enterprises.summary_changed.{GRID}", f"enterprises.application_changed.{GRID}"]


async def test_a_second_application_of_who_is_at_work(xindeng: Xindeng) -> None:
    """More workers come later; the enterprise is not counted twice."""
    await xindeng.rig.move_clock("2020-03-10T08:00:00+08:00")
    for _ in range(2):
        row = await xindeng.submit(planned_on="2020-03-10")
        response = await xindeng.act(xindeng.agent, row["id"], "resume", {})
        assert response.status_code == 200

    (summary,) = await xindeng.rig.batch(xindeng.reviewer, "/division-summaries:batch", [GRID], ["enterprises_resumed"])
    assert summary == {"enterprises_resumed": 1}


async def test_a_suspended_enterprise_does_not_resume_by_itself(xindeng: Xindeng) -> None:
    """It must be inspected again first."""
    await xindeng.rig.move_clock("2020-03-10T08:00:00+08:00")
    row = await xindeng.submit(planned_on="2020-03-10")
    async with xindeng.rig.work() as db:
        await db.connection.execute("UPDATE enterprises SET operation_status = 'SUSPENDED'")

    response = await xindeng.act(xindeng.agent, row["id"], "resume", {})

    assert (response.status_code, problem(response)) == (409, "OperationCannotBecome")
