"""One application at a time: submitted twice, at once, again with its key, and after a return."""

import asyncio

from tests.component.enterprises.support import (
    Xindeng,
    application,
)
from tests.support.rig import as_worker, problem


async def test_one_open_application_an_enterprise(xindeng: Xindeng) -> None:
    """A second one waits for the first to be decided."""
    await xindeng.submit()

    response = await xindeng.rig.command(xindeng.agent, "/resumption-applications", application())

    assert (response.status_code, problem(response)) == (409, "ApplicationAlreadyOpen")


async def test_two_submissions_at_once_make_one_application(xindeng: Xindeng) -> None:
    """The constraint decides; the other is told."""
    both = await asyncio.gather(
        *(xindeng.rig.command(xindeng.agent, "/resumption-applications", application()) for _ in range(2))
    )

    assert sorted(r.status_code for r in both) == [201, 409]
    assert await as_worker(xindeng.rig, "SELECT count(*) FROM resumption_applications") == 1
    assert await as_worker(xindeng.rig, "SELECT count(*) FROM roster_entries") == 2


async def test_same_key_answers_the_same(xindeng: Xindeng) -> None:
    """A retry after a time-out returns the first answer and has no second effect."""
    first, second = [
        await xindeng.rig.command(xindeng.agent, "/resumption-applications", application(), key="k-1") for _ in range(2)
    ]

    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert await as_worker(xindeng.rig, "SELECT count(*) FROM application_history") == 3


async def test_same_key_with_another_body_is_refused(xindeng: Xindeng) -> None:
    """A key belongs to one request."""
    await xindeng.rig.command(xindeng.agent, "/resumption-applications", application(), key="k-1")

    response = await xindeng.rig.command(
        xindeng.agent, "/resumption-applications", application(isolation_rooms=3), key="k-1"
    )

    assert (response.status_code, problem(response)) == (422, "IdempotencyKeyReused")


async def test_a_refusal_does_not_use_up_the_key(xindeng: Xindeng) -> None:
    """It left nothing behind and is evaluated anew."""
    await xindeng.rig.command(xindeng.agent, "/resumption-applications", application(roster=[]), key="k-1")

    response = await xindeng.rig.command(xindeng.agent, "/resumption-applications", application(), key="k-1")

    assert response.status_code == 201


async def test_a_returned_application_is_submitted_again(xindeng: Xindeng) -> None:
    """The same application with the new form and its whole history."""
    first = await xindeng.submit(isolation_rooms=0)
    await xindeng.act(xindeng.reviewer, first["id"], "return", {"reasons": [{"path": [], "message": "请补充"}]})
    fewer = application()["roster"][:1]

    again = await xindeng.submit(roster=fewer)

    assert again["id"] == first["id"]
    assert again["precheck"] == {"passed": True, "findings": []}
    assert [h["status"] for h in again["history"]] == [
        "SUBMITTED", "PRECHECKED", "UNDER_REVIEW", "RETURNED", "SUBMITTED", "PRECHECKED", "UNDER_REVIEW",
    ]  # fmt: skip
    assert await xindeng.roster(first["id"]) == {"李红": "CLEARED"}
