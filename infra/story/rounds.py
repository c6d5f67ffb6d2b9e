"""What the stories of screening ask and do: the documents, and what several scenes need."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx
from rich.console import Console

from infra.district import GENERATOR, District
from infra.processes import Program
from infra.story.client import Answer, Person
from infra.story.stage import Stage, done, require

UNITS = Program("seed", (*GENERATOR.command[:-1], "infra.story.units"))
NUMBERS = ("planned", "reached", "verified", "refused", "notHere", "overdue")

OPEN_ROUND = """
mutation ($input: ScreeningRoundOpenInput!) {
  screeningRoundOpen(input: $input) { screeningRound { id status } userErrors { code message path } }
}
"""
CANCEL_ROUND = """
mutation ($input: ScreeningRoundCancelInput!) {
  screeningRoundCancel(input: $input) { screeningRound { id status } userErrors { code message path } }
}
"""
ROUND = """
query ($id: ID!, $code: String) {
  screeningRound(id: $id) {
    status progress(code: $code) { code planned reached verified refused notHere overdue }
  }
}
"""
LEVEL = """
query ($code: String!) {
  division(code: $code) {
    code name level summary { households }
    screeningProgress(status: [OPEN], first: 1) { nodes { planned reached verified refused notHere overdue } }
    children(first: 100) {
      nodes {
        code
        screeningProgress(status: [OPEN], first: 1) { nodes { planned reached verified refused notHere overdue } }
      }
    }
  }
}
"""
TASKS = """
query ($scope: String!, $status: [ScreeningTaskStatus!], $reason: [ScreeningTaskReason!], $first: Int = 100) {
  screeningTasks(scope: $scope, status: $status, reason: $reason, first: $first) {
    nodes {
      id status reason dueAt grid { code }
      household { id address members(first: 10) { nodes { id name } } }
      round { id }
      steps(last: 1) { nodes { status note } }
      lastContact { how outcome madeByName madeAt }
    }
  }
}
"""
BATCH = """
mutation ($input: ScreeningTaskBatchInput!) {
  screeningTaskBatch(input: $input) {
    batch { sent stored refused refusals { place stepKey field code message } }
    userErrors { code message path }
  }
}
"""
STEP = """
mutation ($input: ScreeningTask%sInput!) {
  screeningTask%s(input: $input) {
    screeningTask { id status dueAt grid { code } } userErrors { code message path }
  }
}
"""


@asynccontextmanager
async def staged(console: Console, start: str, *, keep: bool) -> AsyncIterator[Stage]:
    """Set up a district with people in all 329 units, and take it down unless it is kept."""
    async with (
        District.temporary(scale="story", story_clock=start, generator=UNITS) as district,
        httpx.AsyncClient(base_url=district.url("gateway"), timeout=30) as http,
    ):
        yield Stage(district, console, http, datetime.fromisoformat(start))
        console.print("\n[green]every step went as it must[/green]")
        if keep:
            console.print(f"kept until Ctrl-C: {district.url('gateway')}/graphql, data in {district.layout.data}")
            await asyncio.Event().wait()


async def open_round(stage: Stage, who: Person, scope: str, *, title: str, due_at: str) -> tuple[str, Answer]:
    """Open a round and wait until all its tasks are written."""
    opening = {"scope": scope, "title": title, "reason": "疫情防控需要", "dueAt": due_at}
    answer = await who.send(OPEN_ROUND, None, {"input": {"idempotencyKey": stage.key(), **opening}})
    round_id: str = done(answer, "screeningRoundOpen")["screeningRound"]["id"]

    async def ready() -> Answer | None:
        seen = await who.send(ROUND, None, {"id": round_id, "code": scope})
        return seen if seen.data["screeningRound"]["status"] == "OPEN" else None

    return round_id, await stage.until("the round is open", ready)


async def progress(who: Person, round_id: str, code: str) -> dict[str, int]:
    """Return how far a round is in a division."""
    answer = await who.send(ROUND, None, {"id": round_id, "code": code})
    found: dict[str, int] = (answer.data.get("screeningRound") or {}).get("progress") or {}
    require(found, f"the progress of {code} is answered", [answer.errors, answer.data])
    return found


async def tasks(who: Person, scope: str, **narrowed: Any) -> list[dict[str, Any]]:
    """Return the first hundred tasks of a scope, the one due first before the others."""
    answer = await who.send(TASKS, None, {"scope": scope, **narrowed})
    require(not answer.errors, "the tasks are answered", answer.errors)
    found: list[dict[str, Any]] = answer.data["screeningTasks"]["nodes"]
    return found


async def step(stage: Stage, who: Person, act: str, task_id: str, **given: Any) -> Answer:
    """Take one step of a task: `act` as the schema has it, `NoAnswer`."""
    body = {"idempotencyKey": stage.key(), "id": task_id, **given}
    return await who.send(STEP % (act, act), None, {"input": body})


async def stepped(stage: Stage, who: Person, act: str, task_id: str, **given: Any) -> dict[str, Any]:
    """Take one step that must succeed, and return the task."""
    answer = await step(stage, who, act, task_id, **given)
    task: dict[str, Any] = done(answer, f"screeningTask{act}")["screeningTask"]
    return task


def answered(stage: Stage, task_id: str, **outcome: Any) -> list[dict[str, Any]]:
    """Return the steps of a household that is asked, verified and done, as a device records them."""
    at = {"taskId": task_id, "occurredAt": stage.now.isoformat()}
    return [
        {"key": f"{task_id}-1", "act": "CONTACT", **at},
        {"key": f"{task_id}-2", "act": "VERIFY", **at, "outcome": {"peopleHere": 2, **outcome}},
        {"key": f"{task_id}-3", "act": "CLOSE", **at},
    ]


async def send(stage: Stage, who: Person, steps: list[dict[str, Any]]) -> tuple[dict[str, Any], Answer]:
    """Send recorded steps; every one of them is stored or refused."""
    answer = await who.send(BATCH, None, {"input": {"idempotencyKey": stage.key(), "steps": steps}})
    batch: dict[str, Any] = done(answer, "screeningTaskBatch")["batch"]
    require(batch["sent"] == batch["stored"] + batch["refused"] == len(steps), "sent = stored + refused", batch)
    return batch, answer
