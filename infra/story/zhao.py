"""Zhao's round in 东村坞村: a patrol without a connection, three findings, and what follows from them.

Names, places and numbers are the demo district's; nobody of them exists.
"""

import asyncio
from typing import Any

from rich.console import Console

from infra.seed.divisions import DONGCUNWU
from infra.story.client import Person
from infra.story.rounds import answered, open_round, progress, send, staged, step, stepped, tasks
from infra.story.stage import Stage, done, refused, require

START = "2020-02-03T07:30:00+08:00"
DUE = "2020-02-04T20:00:00+08:00"
WUHAN = "420100"
ORDERS = """
query ($scope: String!) { quarantineOrders(scope: $scope, status: [DRAFT]) { nodes { status startsOn endsOn } } }
"""


async def play(console: Console, *, keep: bool) -> None:
    """Play the story in a district of its own."""
    console.print("Zhao's round in 东村坞村. A district of its own is set up ...")
    async with staged(console, START, keep=keep) as stage:
        officer = stage.person("district_officer", "district officer")
        zhao = stage.person("village_worker", "Zhao")
        round_id = await the_morning(stage, officer, zhao)
        steps = await the_patrol(stage, zhao)
        await the_evening(stage, zhao, steps)
        await what_follows(stage, officer, round_id)


async def the_morning(stage: Stage, officer: Person, zhao: Person) -> str:
    """1. A round over the village; Zhao's day is one query."""
    stage.scene("1. The morning")
    region = {"code": WUHAN, "level": "HIGH", "validFrom": "2020-01-10", "validTo": None}
    answer = await officer.do("DeclareRiskRegion", input={"idempotencyKey": stage.key(), **region})
    done(answer, "riskRegionDeclare")
    round_id, answer = await open_round(stage, officer, DONGCUNWU, title="东村坞村排查", due_at=DUE)
    stage.tell("district officer", "opens a round over 东村坞村", answer)
    day = await zhao.do("WorkersDay", day="2020-02-04", first=100)
    require(not day.errors, "the day is answered", day.errors)
    due = day.data["workersDay"]["tasksDue"]["nodes"]
    require(due, "Zhao has households to ask", day.data)
    stage.tell(
        "Zhao", f"sees the day: {len(due)} households, {len(day.data['workersDay']['rounds']['nodes'])} grids", day
    )
    return round_id


async def the_patrol(stage: Stage, zhao: Person) -> list[dict[str, Any]]:
    """2. In the hills there is no connection: the phone records, nothing is sent."""
    stage.scene("2. The patrol, without a connection")
    own = await tasks(zhao, DONGCUNWU, reason=["ROUND"])
    require(len(own) >= 3, "three households at least", own)
    traveler, alone, shut, *rest = own
    back = {
        "residentId": traveler["household"]["members"]["nodes"][0]["id"],
        "isHere": True,
        "sinceOn": "2020-01-31",
        "originCode": WUHAN,
    }
    await stage.move("2020-02-03T10:00:00+08:00")
    steps = answered(stage, traveler["id"], findings=[back])
    stage.tell("Zhao", f"finds somebody back from Wuhan since 31 January: {traveler['household']['address']}")
    steps += answered(stage, alone["id"], peopleHere=1, needs=["MEDICINE", "FOOD"])
    stage.tell("Zhao", f"finds somebody alone who needs medicine: {alone['household']['address']}")
    refusing = {"key": "shut", "taskId": shut["id"], "act": "REFUSE", "occurredAt": stage.now.isoformat()}
    steps += [refusing, {**refusing, "key": "mistake", "act": "CLOSE"}]
    stage.tell("Zhao", f"is not let in: {shut['household']['address']}")
    for task in rest:
        steps += answered(stage, task["id"])
    return steps


async def the_evening(stage: Stage, zhao: Person, steps: list[dict[str, Any]]) -> None:
    """3. Back in the office everything is sent: stored or refused, each with its reason; and once more."""
    stage.scene("3. The evening")
    await stage.move("2020-02-03T18:00:00+08:00")
    batch, answer = await send(stage, zhao, steps)
    [refusal] = batch["refusals"]
    require(refusal["stepKey"] == "mistake", "only the mistake is refused", batch)
    stage.tell("Zhao", f"sends {batch['sent']} steps: {batch['stored']} stored, {batch['refused']} refused", answer)
    stage.tell("", f"  step {refusal['place']}: {refusal['code']} - {refusal['message']}")
    again, answer = await send(stage, zhao, steps)
    require((again["stored"], again["refused"]) == (batch["stored"], 1), "sent again nothing changes", again)
    stage.tell("Zhao", "the phone sends it all once more: nothing changes", answer)


async def what_follows(stage: Stage, officer: Person, round_id: str) -> None:
    """4. An order is drafted; the shut door is an officer's, one officer's only."""
    stage.scene("4. What follows")
    seen = await progress(officer, round_id, DONGCUNWU)
    require(seen["refused"] == 1 and seen["verified"] == seen["planned"] - 1, "all but one are verified", seen)
    stage.tell("district officer", f"sees {seen['verified']} of {seen['planned']} verified, 1 refused")
    drafts = await officer.send(ORDERS, None, {"scope": DONGCUNWU})
    require(not drafts.errors, "the orders are answered", drafts.errors)
    orders = drafts.data["quarantineOrders"]["nodes"]
    require(orders and orders[0]["status"] == "DRAFT", "an order is drafted for who came from Wuhan", drafts.data)
    stage.tell("district officer", f"sees the order {orders[0]['status']} from {orders[0]['startsOn']}", drafts)
    [shut] = await tasks(officer, DONGCUNWU, status=["ESCALATED"])
    first, second = await asyncio.gather(*(step(stage, officer, "Assign", shut["id"]) for _ in range(2)))
    lost = second if (first.data["screeningTaskAssign"] or {}).get("screeningTask") else first
    code = refused(lost, "screeningTaskAssign")
    require(code == "TaskAlreadyAssigned", "a second officer cannot take the same task", [first.data, second.data])
    stage.tell("district officer", f"hands the shut door out; a second who tries is told: {code}", lost)
    await stepped(stage, officer, "Contact", shut["id"], how="VISIT")
    await stepped(stage, officer, "Verify", shut["id"], outcome={"peopleHere": 3})
    closed = await stepped(stage, officer, "Close", shut["id"], note="已配合")
    require(closed["status"] == "CLOSED", "the last household is done", closed)
    seen = await progress(officer, round_id, DONGCUNWU)
    require(seen["verified"] == seen["planned"] and seen["refused"] == 0, "everybody is verified", seen)
    stage.tell("district officer", f"sees the village done: {seen['verified']} of {seen['planned']}")
