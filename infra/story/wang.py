"""Wang comes home from Wenzhou: from the list and the gate to the released order.

Names, places and numbers are the demo district's; Wang is nobody.
"""

import asyncio
import csv
import io
import time
from contextlib import AsyncExitStack
from datetime import date, datetime
from typing import Any

import httpx
from rich.console import Console

from infra.district import District
from infra.seed.cli import SEED
from infra.seed.returnees import returnee_list
from infra.story import after, board, home, work
from infra.story.cast import WANG_ID, Cast, enter, scan
from infra.story.client import Answer, Listener, Person
from infra.story.stage import Stage, StepWrong, done, require

START = "2020-01-28T09:00:00+08:00"
ARRIVES = date(2020, 1, 28)
GRID = "330111004002001"
NOTICE_WITHIN_S = 2.0


async def play(console: Console, *, keep: bool) -> None:
    """Play the story in a district of its own, and take it down unless it is kept."""
    console.print("Wang comes home from Wenzhou. A district of its own is set up ...")
    started = time.perf_counter()
    async with (
        District.temporary(scale="story", story_clock=START) as district,
        httpx.AsyncClient(base_url=district.url("gateway"), timeout=30) as http,
    ):
        console.print(f"ready after {time.perf_counter() - started:.1f} s: {district.url('gateway')}/graphql")
        stage = Stage(district, console, http, datetime.fromisoformat(START))
        await tell(enter(stage))
        console.print(f"\n[green]every step went as it must[/green]  ({time.perf_counter() - started:.1f} s)")
        if keep:
            console.print(f"kept until Ctrl-C: {district.url('gateway')}/graphql, data in {district.layout.data}")
            await asyncio.Event().wait()


async def tell(cast: Cast) -> None:
    """Tell the story in its order of days."""
    await the_list(cast)
    await the_gate(cast)
    await home.the_notice(cast)
    await home.fourteen_days(cast, until=date(2020, 1, 31))
    await board.the_same_numbers(cast)
    await work.back_to_work(cast)
    await home.fourteen_days(cast, after=date(2020, 1, 31))
    await home.the_release(cast)
    await after.residents_away(cast)
    await after.traces(cast)


async def the_list(cast: Cast) -> None:
    """1. A risk region is declared, a list comes in, Wang is matched and an order drafted."""
    stage = cast.stage
    stage.scene("1. The list from the station")
    answer = await cast.officer.do(
        "DeclareRiskRegion",
        input={
            "idempotencyKey": stage.key(),
            "code": "330300",
            "level": "HIGH",
            "validFrom": "2020-01-20",
            "validTo": None,
        },
    )
    region = done(answer, "riskRegionDeclare")["riskRegion"]
    require(region["code"] == "330300" and region["level"] == "HIGH", "Wenzhou is a risk region", region)
    stage.tell("district officer", "declares Wenzhou (330300) a HIGH risk region", answer)

    text = returnee_list(SEED, ARRIVES)
    cast.rows = list(csv.DictReader(io.StringIO(text)))
    upload = await cast.officer.upload(text, stage.key())
    require(upload.status == 202, "the list is accepted", upload)
    stage.tell("district officer", f"uploads a list of {len(cast.rows)} rows", upload)
    report, answer = await imported(cast, upload.data["id"])
    read, stored, bad = report["rowsRead"], report["rowsStored"], report["rowsRefused"]
    require(read == len(cast.rows) == stored + bad, "rows read = stored + refused", report)
    stage.tell("district officer", f"reads the report: {read} rows read = {stored} stored + {bad} refused", answer)
    for row in report["refusals"]["nodes"]:
        stage.tell("", f"  line {row['line']}, {row['field']}: {row['code']} - {row['message']}")
    require(len(report["refusals"]["nodes"]) == bad, "each refusal has its line and reason", report)
    again = await cast.officer.upload(text, stage.key())
    require(again.data["id"] == upload.data["id"], "the same list again changes nothing", again.data)

    task, answer = await his_task(cast)
    cast.wang_id = task["resident"]["id"]
    stage.tell("grid worker", f"has a screening task for {task['resident']['name']} ({task['status']})", answer)
    order, answer = await his_order(cast, cast.worker)
    require(order["status"] == "DRAFT", "an order is drafted before he arrives", order)
    cast.order_id = order["id"]
    stage.tell("grid worker", f"sees the order {order['status']}, {order['reason']}", answer)


async def imported(cast: Cast, import_id: str) -> tuple[dict[str, Any], Answer]:
    """Wait for the import and return its report."""

    async def look() -> tuple[dict[str, Any], Answer] | None:
        answer = await cast.officer.do("ImportReport", id=import_id)
        report: dict[str, Any] = answer.data.get("returneeListImport") or {}
        require(report and report["status"] != "FAILED", "the import goes on", answer)
        return (report, answer) if report["status"] == "DONE" else None

    found: tuple[dict[str, Any], Answer] = await cast.stage.until("the import is done", look)
    return found


async def his_task(cast: Cast) -> tuple[dict[str, Any], Answer]:
    """Return Wang's screening task as his grid worker sees it."""
    answer = await cast.worker.do("GridRound", code=GRID)
    require(not answer.errors, "the round is answered", answer.errors)
    nodes = answer.data["grid"]["screeningTasks"]["nodes"]
    tasks = [n for n in nodes if n["resident"] and n["resident"]["name"] == "王小明"]
    require(len(tasks) == 1, "one screening task for Wang goes to his grid worker", nodes)
    return tasks[0], answer


async def his_order(cast: Cast, who: Person) -> tuple[dict[str, Any], Answer]:
    """Return Wang's newest order as somebody sees it."""
    answer = await who.do("ResidentCard", id=cast.wang_id)
    card: dict[str, Any] = answer.data.get("resident") or {}
    require(card and card["quarantineOrders"]["nodes"], "his card shows his order", [answer.errors, answer.data])
    order: dict[str, Any] = card["quarantineOrders"]["nodes"][0]
    return order, answer


async def the_gate(cast: Cast) -> None:
    """2. Wang scans; the gate answers at once; within two seconds the order is issued and both have the notice."""
    stage = cast.stage
    stage.scene("2. The gate of his compound")
    await stage.move("2020-01-28T15:04:05+08:00")
    async with AsyncExitStack() as stack:
        ears = {
            "grid worker": await stack.enter_async_context(cast.worker.listening("Notices", scope=GRID)),
            "Wang": await stack.enter_async_context(cast.wang.listening("Notices", scope=GRID)),
        }
        stranger = stage.person("neighbor", "neighbor")
        deaf = await stack.enter_async_context(stranger.listening("Notices", scope=GRID))
        scanned = time.perf_counter()
        passage, answer = await scan(cast, WANG_ID, "王小明", 36.6)
        require(passage["outcome"] == "ADMITTED_REGISTERED", "he is admitted and registered", passage)
        stage.tell("gate guard", f"scans Wang, 36.6 C: {passage['outcome']} ({passage['ruleVersion']})", answer)
        stage.tell("", f"  {passage['instruction']}")
        await asyncio.gather(*(hears(cast, name, ear, scanned) for name, ear in ears.items()))
        require(deaf.arrived.empty(), "a neighbor hears nothing of it", deaf.arrived)
    order, answer = await his_order(cast, cast.worker)
    require(order["status"] == "ISSUED" and order["startsOn"] == "2020-01-28", "the order is issued", order)
    require(order["endsOn"] == "2020-02-11", "fourteen days after day 0", order)
    stage.tell("grid worker", f"sees the order {order['status']}, {order['startsOn']} to {order['endsOn']}", answer)


async def hears(cast: Cast, name: str, ear: Listener, scanned: float) -> None:
    """Wait for the notice on somebody's screen."""
    try:
        at, event = await ear.next(NOTICE_WITHIN_S)
    except TimeoutError:
        raise StepWrong(f"{name} has no notice within {NOTICE_WITHIN_S} s") from None
    notice: dict[str, Any] = (event.get("data") or {}).get("quarantineNoticeIssued") or {}
    require(notice and notice["quarantineOrder"]["resident"]["id"] == cast.wang_id, f"{name} has the notice", event)
    trace_id = str((event.get("extensions") or {}).get("traceId") or "-")
    late = (at - scanned) * 1e3
    cast.stage.tell(name, "has the notice on the screen", Answer({}, [], trace_id, late))
