"""Carpet screening: every household of the 329 units is asked once, and every level sees the same progress.

Names, places and numbers are the demo district's; nobody of them exists.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from infra.seed.divisions import DISTRICT, LUSHAN, SHANSHUI, XINDENG
from infra.story.cast import WANG_ID
from infra.story.client import Answer, Person
from infra.story.rounds import (
    CANCEL_ROUND,
    LEVEL,
    NUMBERS,
    answered,
    open_round,
    progress,
    send,
    staged,
    step,
    stepped,
    tasks,
)
from infra.story.stage import Stage, done, refused, require

START = "2020-02-03T08:00:00+08:00"
DUE = "2020-02-04T20:00:00+08:00"
GRID, NEXT_GRID = f"{SHANSHUI}001", f"{SHANSHUI}002"
HOUSEHOLDS_A_BATCH = 12
WENZHOU = "330300"


@dataclass(slots=True)
class Cast:
    """Who plays, and what the story has learned so far."""

    stage: Stage
    officer: Person
    town: Person
    worker: Person
    next_worker: Person
    far_worker: Person
    round_id: str = ""
    from_wenzhou: set[str] = field(default_factory=set)


async def play(console: Console, *, keep: bool) -> None:
    """Play the story in a district of its own."""
    console.print("Carpet screening. A district of its own is set up ...")
    started = time.perf_counter()
    async with staged(console, START, keep=keep) as stage:
        console.print(f"ready after {time.perf_counter() - started:.1f} s")
        cast = Cast(
            stage,
            officer=stage.person("district_officer", "district officer"),
            town=stage.person("town_officer", "town officer"),
            worker=stage.person("grid_worker", "grid worker"),
            next_worker=stage.person("other_grid_worker", "other grid worker"),
            far_worker=stage.person("other_town_worker", "worker in Xindeng"),
        )
        await the_round(cast)
        await the_answers(cast)
        await the_region(cast)
        await asked_once(cast)
        await the_end(cast)
        console.print(f"played in {time.perf_counter() - started:.1f} s")


async def the_round(cast: Cast) -> None:
    """1. Wang is on a list; then a round over the whole district is opened."""
    stage = cast.stage
    stage.scene("1. A round over the district")
    arrival = {
        "person": {"name": "王小明", "nationalId": WANG_ID},
        "originCode": WENZHOU,
        "arrivesOn": "2020-01-28",
        "transport": {"kind": "TRAIN"},
        "destination": {"gridCode": GRID, "address": "山水社区 3 幢 2 单元 501"},
    }
    answer = await cast.officer.do("RegisterReturnee", input={"idempotencyKey": stage.key(), **arrival})
    done(answer, "returneeRegister")
    stage.tell("district officer", "registers a return from Wenzhou on 28 January: no risk region yet", answer)
    started = time.perf_counter()
    cast.round_id, answer = await open_round(stage, cast.officer, DISTRICT, title="全区地毯式排查", due_at=DUE)
    planned = (await progress(cast.officer, cast.round_id, DISTRICT))["planned"]
    took = time.perf_counter() - started
    stage.tell("district officer", f"opens the round: {planned} households of 329 units, {took:.1f} s", answer)
    households = await equal_at_every_level(cast)
    require(planned == households, "one task for every household of the district", [planned, households])


async def equal_at_every_level(cast: Cast) -> int:
    """Check that each level is the sum of the level below, from the district to the grids of two towns."""
    stage, counted = cast.stage, 0
    waiting = [DISTRICT]
    households = 0
    while waiting:
        answer = await cast.officer.send(LEVEL, None, {"code": waiting.pop()})
        division: dict[str, Any] = answer.data.get("division") or {}
        require(division and not answer.errors, "the level is answered", [answer.errors, answer.data])
        if division["code"] == DISTRICT:
            households = division["summary"]["households"]
        [own] = division["screeningProgress"]["nodes"]
        parts = [child["screeningProgress"]["nodes"][0] for child in division["children"]["nodes"]]
        for name in NUMBERS:
            total = sum(part[name] for part in parts)
            require(own[name] == total, f"{name} of {division['code']} is the sum of its parts", [own[name], total])
        counted += 1
        children = [child["code"] for child in division["children"]["nodes"]]
        if division["level"] == "DISTRICT" or (division["level"] == "TOWN" and division["code"] in {LUSHAN, XINDENG}):
            waiting += children
    stage.tell("", f"  equal progress: {counted} divisions are the sum of their parts, at all four levels")
    return households


async def the_answers(cast: Cast) -> None:
    """2. The workers answer, with every outcome."""
    stage = cast.stage
    stage.scene("2. From door to door")
    day = await cast.worker.do("WorkersDay", day="2020-02-04", first=100)
    require(not day.errors, "the day is answered", day.errors)
    due, rounds = day.data["workersDay"]["tasksDue"]["nodes"], day.data["workersDay"]["rounds"]["nodes"]
    require(due and rounds and rounds[0]["code"] == GRID, "the day shows tasks and rounds", day.data)
    stage.tell("grid worker", f"sees the day in one query: {len(due)} tasks due, a round with its progress", day)
    own = [task for task in await tasks(cast.worker, GRID, reason=["ROUND"]) if task["grid"]["code"] == GRID]
    wang = next(t for t in own if any(m["name"] == "王小明" for m in t["household"]["members"]["nodes"]))
    others = [task for task in own if task["id"] != wang["id"]]
    traveler, rest = others[0], others[1:]
    cast.from_wenzhou = {wang["id"], traveler["id"]}
    back = {
        "residentId": traveler["household"]["members"]["nodes"][0]["id"],
        "isHere": True,
        "sinceOn": "2020-01-30",
        "originCode": WENZHOU,
    }
    steps = [*answered(stage, wang["id"]), *answered(stage, traveler["id"], findings=[back])]
    steps += [one for task in rest[: HOUSEHOLDS_A_BATCH - 4] for one in answered(stage, task["id"])]
    batch, answer = await send(stage, cast.worker, steps)
    require(batch["refused"] == 0, "every household is stored", batch)
    stage.tell(
        "grid worker", f"sends what the phone recorded: {batch['stored']} steps, one family from Wenzhou", answer
    )
    await every_other_outcome(cast, [task["id"] for task in rest[HOUSEHOLDS_A_BATCH:]])
    for task in await tasks(cast.far_worker, f"{XINDENG}011001", reason=["ROUND"]):
        await send(stage, cast.far_worker, answered(stage, task["id"]))
    await equal_at_every_level(cast)


async def every_other_outcome(cast: Cast, ids: list[str]) -> None:
    """Nobody answers, nobody is here, somebody refuses; another grid takes over, an officer decides."""
    stage, worker = cast.stage, cast.worker
    silent, gone, stubborn, empty = ids[:4]
    task = await stepped(stage, worker, "NoAnswer", silent)
    stage.tell("grid worker", f"nobody answers: tried again at {task['dueAt'][11:16]}")
    await stepped(stage, worker, "Contact", empty)
    await stepped(stage, worker, "Verify", empty, outcome={"peopleHere": 0})
    await stepped(stage, worker, "NotHere", gone)
    moved = await stepped(stage, worker, "Transfer", gone, gridCode=NEXT_GRID, note="住在女儿家")
    await stepped(stage, cast.next_worker, "Assign", gone)
    await stepped(stage, cast.next_worker, "NotHere", gone)
    back = await step(stage, cast.next_worker, "Transfer", gone, gridCode=GRID)
    code = refused(back, "screeningTaskTransfer")
    require(code == "TransferredBack", "a task does not go round in circles", back.data)
    stage.tell("other grid worker", f"has the task ({moved['status']}), does not find them either; back: {code}", back)
    escalated = await stepped(stage, worker, "Refuse", stubborn)
    require(escalated["status"] == "ESCALATED", "a refusal goes to the officers", escalated)
    await stepped(stage, cast.town, "Assign", stubborn)
    stage.tell("town officer", "hands out a task that was refused at the door")


async def the_region(cast: Cast) -> None:
    """3. Wenzhou becomes a risk region in the middle of the round: only those concerned are asked again."""
    stage = cast.stage
    stage.scene("3. A new risk region")
    before = await progress(cast.officer, cast.round_id, DISTRICT)
    region = {"code": WENZHOU, "level": "HIGH", "validFrom": "2020-01-20", "validTo": None}
    answer = await cast.officer.do("DeclareRiskRegion", input={"idempotencyKey": stage.key(), **region})
    done(answer, "riskRegionDeclare")
    stage.tell("district officer", "declares Wenzhou (330300) a HIGH risk region", answer)
    for minute in ("08:05", "08:10"):
        await stage.move(f"2020-02-03T{minute}:00+08:00")
        again = await tasks(cast.officer, DISTRICT, reason=["RESCREEN"])
        require({t["id"] for t in again} == cast.from_wenzhou, "only those concerned are asked again", again)
    after = await progress(cast.officer, cast.round_id, DISTRICT)
    require(after["verified"] == before["verified"] - 2, "two households are no longer verified", [before, after])
    require(after["planned"] == before["planned"], "nobody is planned twice", [before, after])
    note = again[0]["steps"]["nodes"][0]["note"]
    stage.tell("district officer", f"sees {len(again)} households asked again: {note}")
    for task in again:
        await stepped(stage, cast.worker, "Contact", task["id"], how="VISIT")
        await stepped(stage, cast.worker, "Verify", task["id"], outcome={"peopleHere": 2})
    stage.tell("grid worker", "asks them again, for the new reason, and nobody else")
    await equal_at_every_level(cast)


async def asked_once(cast: Cast) -> None:
    """4. The town opens a round of its own over households that have just been asked."""
    stage = cast.stage
    stage.scene("4. Asked once")
    second, answer = await open_round(stage, cast.town, GRID, title="镇街补充排查", due_at=DUE)
    stage.tell("town officer", "opens another round over the same grid", answer)
    found = await tasks(cast.worker, GRID, reason=["ROUND"], status=["ASSIGNED"])
    asked = [t for t in found if t["round"]["id"] == second and (t["lastContact"] or {}).get("outcome") == "REACHED"]
    require(asked, "the ledger is shown on the task before anybody asks", found[:3])
    answer = await step(stage, cast.worker, "Contact", asked[0]["id"])
    code = refused(answer, "screeningTaskContact")
    require(code == "ContactedRecently", "the same is not asked twice unsaid", answer.data)
    stage.tell("grid worker", f"is told: {said(answer)}", answer)
    await stepped(stage, cast.worker, "Contact", asked[0]["id"], askedAgainBecause="住户来电更正")
    stage.tell("grid worker", "says why, and may ask")
    await cancel(cast, cast.town, second)


def said(answer: Answer) -> str:
    """Return the sentence of a refusal."""
    return str(answer.data["screeningTaskContact"]["userErrors"][0]["message"])


async def cancel(cast: Cast, who: Person, round_id: str) -> None:
    """Give a round up."""
    given = {"idempotencyKey": cast.stage.key(), "id": round_id, "reason": "与全区排查重复"}
    done(await who.send(CANCEL_ROUND, None, {"input": given}), "screeningRoundCancel")


async def the_end(cast: Cast) -> None:
    """5. What nobody has verified in time goes to the officers; the numbers stay equal."""
    stage = cast.stage
    stage.scene("5. The round is due")
    await stage.move("2020-02-04T20:30:00+08:00")
    seen = await progress(cast.officer, cast.round_id, DISTRICT)
    require(seen["overdue"] > 0 and seen["overdue"] + seen["verified"] <= seen["planned"], "the clock escalates", seen)
    stage.tell("district officer", f"sees {seen['verified']} of {seen['planned']} verified, {seen['overdue']} overdue")
    await equal_at_every_level(cast)
