"""Facts of residents: the local copies, and the prechecks and rosters that follow them."""

import asyncio
from typing import Any

import msgspec
import pytest

from chassis.ids import new_id
from tests.component.enterprises.support import (
    LI_KEY,
    LUSHAN_GRID,
    WANG_KEY,
    Xindeng,
    application,
    in_quarantine,
    standing,
)


async def watchlist(xindeng: Xindeng) -> list[dict[str, Any]]:
    """Return the watchlist's rows."""
    return await xindeng.rig.rows("SELECT person_key, version, color, order_status FROM watchlist ORDER BY person_key")


async def codes(xindeng: Xindeng, application_id: str) -> list[str]:
    """Return what the precheck finds now."""
    return [f["code"] for f in (await xindeng.application(application_id))["precheck"]["findings"]]


async def test_only_people_who_matter_are_kept(xindeng: Xindeng) -> None:
    """The first word about somebody green is not kept; later ones are, for an earlier may be late."""
    await xindeng.deliver(standing(1, "GREEN"))
    await xindeng.deliver(standing(1, "GREEN", person_key=LI_KEY, expected_arrival_on="2020-02-01"))

    assert [row["person_key"] for row in await watchlist(xindeng)] == [LI_KEY]


async def test_facts_out_of_order_end_the_same(xindeng: Xindeng) -> None:
    """The highest version holds, in whatever order they come."""
    for version, color in ((3, "GREEN"), (2, "RED"), (1, "YELLOW")):
        await xindeng.deliver(standing(version, color))

    assert await watchlist(xindeng) == [{"person_key": WANG_KEY, "version": 3, "color": "GREEN", "order_status": None}]


async def test_a_fact_twice_has_one_effect(xindeng: Xindeng) -> None:
    """The inbox is the guard."""
    row = await xindeng.submit()
    identity = new_id()
    for _ in range(2):
        await xindeng.rig.deliver("residents.standing_changed", LUSHAN_GRID, in_quarantine(2), fact_id=identity)

    assert len((await xindeng.application(row["id"]))["history"]) == 4


async def test_an_order_reaches_an_open_application(xindeng: Xindeng) -> None:
    """The precheck runs again and the history says so; the release mends it."""
    row = await xindeng.submit()
    await xindeng.deliver(in_quarantine(2, "ISSUED"))
    found = await xindeng.application(row["id"])
    await xindeng.deliver(in_quarantine(3, "RELEASED") | {"color": "GREEN"})
    mended = await xindeng.application(row["id"])

    assert [f["code"] for f in found["precheck"]["findings"]] == ["WorkerUnderQuarantine"]
    assert (found["history"][-1]["status"], found["history"][-1]["by"]) == ("UNDER_REVIEW", "Gridweave")
    assert found["history"][-1]["note"] == "The precheck was run again and finds 1 items."
    assert mended["precheck"] == {"passed": True, "findings": []}
    assert mended["history"][-1]["note"] == "The precheck was run again and finds nothing."
    assert await xindeng.roster(row["id"]) == {"李红": "CLEARED", "王小明": "CLEARED"}
    subject, body = (await xindeng.rig.facts())[-1]
    assert (subject.split(".")[1], body["status"]) == ("application_changed", "UNDER_REVIEW")


async def test_what_changes_nothing_leaves_no_history(xindeng: Xindeng) -> None:
    """A new color under the same order is the same finding."""
    await xindeng.deliver(in_quarantine(2))
    row = await xindeng.submit()
    await xindeng.deliver(in_quarantine(3) | {"color": "RED"})

    assert len((await xindeng.application(row["id"]))["history"]) == 3


async def test_nobody_elses_application_is_touched(xindeng: Xindeng) -> None:
    """A roster that does not name the person stays as it is."""
    row = await xindeng.submit(roster=application()["roster"][:1])
    await xindeng.deliver(in_quarantine(2))

    assert len((await xindeng.application(row["id"]))["history"]) == 3


async def test_a_decided_application_stays_decided(xindeng: Xindeng) -> None:
    """Its roster follows all the same: whoever falls ill is sent home."""
    row = await xindeng.submit()
    await xindeng.act(xindeng.reviewer, row["id"], "approve", {})
    await xindeng.rig.move_clock("2020-02-20T08:00:00+08:00")
    await xindeng.act(xindeng.agent, row["id"], "resume", {})
    assert await xindeng.roster(row["id"]) == {"李红": "ON_POST", "王小明": "ON_POST"}

    await xindeng.deliver(standing(2, "RED"))

    assert (await xindeng.application(row["id"]))["status"] == "RESUMED"
    assert await xindeng.roster(row["id"]) == {"李红": "ON_POST", "王小明": "OBSERVING"}


async def test_a_new_risk_region_reaches_open_applications(xindeng: Xindeng) -> None:
    """Declared afterwards, lifted again, and an old version that comes late."""
    row = await xindeng.submit()
    await xindeng.declare(version=1)
    declared = await codes(xindeng, row["id"])
    await xindeng.declare(version=3, level="LOW")
    lifted = await codes(xindeng, row["id"])
    await xindeng.declare(version=2)

    assert (declared, lifted) == (["WorkerReturnedFromRiskRegion"], [])
    assert await codes(xindeng, row["id"]) == []


async def test_somebody_expected_from_a_new_risk_region(xindeng: Xindeng) -> None:
    """What he declares himself does not hide what a list says of him."""
    roster = application()["roster"]
    roster[1] |= {"origin_code": "330111"}
    row = await xindeng.submit(roster=roster)
    await xindeng.deliver(standing(2, "GREEN", expected_arrival_on="2020-01-30", expected_origin_code="330302"))
    before = await codes(xindeng, row["id"])
    await xindeng.declare()

    assert (before, await codes(xindeng, row["id"])) == ([], ["WorkerExpectedFromRiskRegion"])


async def test_waiting_time_ends_by_the_clock(xindeng: Xindeng) -> None:
    """Fourteen days after his return the finding is gone; once a day is enough, and no fact is needed."""
    await xindeng.declare()
    row = await xindeng.submit()
    await xindeng.rig.move_clock("2020-02-10T23:00:00+08:00")
    waiting = await codes(xindeng, row["id"])
    await xindeng.rig.move_clock("2020-02-11T00:30:00+08:00")

    assert (waiting, await codes(xindeng, row["id"])) == (["WorkerReturnedFromRiskRegion"], [])
    assert await xindeng.roster(row["id"]) == {"李红": "CLEARED", "王小明": "CLEARED"}
    history = (await xindeng.application(row["id"]))["history"]
    await xindeng.rig.move_clock("2020-02-14T00:30:00+08:00")
    assert (await xindeng.application(row["id"]))["history"] == history


async def test_submitting_and_learning_at_once(xindeng: Xindeng) -> None:
    """Whichever comes first, the finding is there in the end."""
    response, _ = await asyncio.gather(
        xindeng.rig.command(xindeng.agent, "/resumption-applications", application()),
        xindeng.deliver(in_quarantine(2)),
    )

    assert await codes(xindeng, response.json()["id"]) == ["WorkerUnderQuarantine"]


@pytest.mark.parametrize("body", [{"version": 2}, {"person_key": "k", "version": "two", "color": "RED"}])
async def test_a_fact_that_says_nothing_is_not_swallowed(xindeng: Xindeng, body: dict[str, Any]) -> None:
    """It ends among the dead letters, with its inbox row rolled back."""
    with pytest.raises(msgspec.ValidationError):
        await xindeng.deliver(body)

    assert await xindeng.rig.rows("SELECT fact_id FROM inbox") == []
