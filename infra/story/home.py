"""Fourteen days at home: the notice, the checks, the one missed, the one taken again, and the release."""

from datetime import date, datetime, timedelta
from typing import Any

from infra.story.cast import Cast
from infra.story.client import Answer
from infra.story.stage import done, refused, require

MISSED = datetime.fromisoformat("2020-02-02T08:00:00+08:00")
FEVERISH = datetime.fromisoformat("2020-02-05T20:00:00+08:00")


async def the_notice(cast: Cast) -> None:
    """3. The grid worker delivers the notice."""
    stage = cast.stage
    stage.scene("3. Fourteen days at home")
    await stage.move("2020-01-28T16:10:00+08:00")
    delivery = {
        "idempotencyKey": stage.key(),
        "id": cast.order_id,
        "method": "IN_PERSON",
        "deliveredAt": stage.now.isoformat(),
        "receiver": "王小明",
    }
    answer = await cast.worker.do("DeliverNotice", input=delivery)
    order = done(answer, "quarantineOrderDeliver")["quarantineOrder"]
    require(order["status"] == "DELIVERED" and order["noticeUrl"], "the notice is delivered", order)
    stage.tell("grid worker", f"delivers the notice in person: {order['status']}", answer)


def slots() -> list[datetime]:
    """Return day 0 and the two slots of each of the fourteen days."""
    first = datetime.fromisoformat("2020-01-28T20:00:00+08:00")
    return [first] + [first + timedelta(hours=12 * n) for n in range(1, 29)]


async def fourteen_days(cast: Cast, *, after: date | None = None, until: date | None = None) -> None:
    """Report slot by slot; miss one; have one reading of 37.4 checked again."""
    for slot in slots():
        if (after and slot.date() <= after) or (until and slot.date() > until):
            continue
        await cast.stage.move((slot + timedelta(minutes=20)).isoformat())
        if slot == MISSED:
            cast.stage.tell("Wang", "sleeps through his morning check")
            continue
        if slot == FEVERISH:
            check, answer = await report(cast, slot, 37.4)
            require(check["status"] == "RECHECK_DUE", "37.4 is checked again before it counts", check)
            cast.stage.tell("Wang", f"reports 37.4 C: {check['status']}", answer)
        check, answer = await report(cast, slot, 36.8 if slot == FEVERISH else 36.5)
        require(check["status"] == "REPORTED", "the check is reported", check)
        if slot in (slots()[0], FEVERISH, slots()[-1]):
            cast.stage.tell("Wang", f"reports {check['temperatureC']} C: {check['status']}", answer)


async def report(cast: Cast, slot: datetime, temperature: float) -> tuple[dict[str, Any], Answer]:
    """Report one health check as Wang."""
    reading = {
        "idempotencyKey": cast.stage.key(),
        "quarantineOrderId": cast.order_id,
        "slotAt": slot.isoformat(),
        "temperatureC": temperature,
        "symptoms": [],
    }
    answer = await cast.wang.do("ReportHealthCheck", input=reading)
    return done(answer, "healthCheckReport")["healthCheck"], answer


async def the_release(cast: Cast) -> None:
    """The order holds through its last day, becomes due by the clock, and is released."""
    stage = cast.stage
    stage.scene("3. The fifteenth morning")
    release = {"id": cast.order_id}
    await stage.move("2020-02-11T23:30:00+08:00")
    answer = await cast.town.do("ReleaseOrder", input={"idempotencyKey": stage.key(), **release})
    code = refused(answer, "quarantineOrderRelease")
    require(code == "StillInForce", "an order in force is not released", code)
    stage.tell("town officer", f"may not release on the last evening: {code}", answer)
    await stage.move("2020-02-12T08:00:00+08:00")
    due = await cast.town.do("OrdersDue", scope="330111004")
    ids = [node["id"] for node in due.data["quarantineOrders"]["nodes"]]
    require(cast.order_id in ids, "the order is due by the clock", due.data)
    stage.tell("town officer", "finds the order RELEASE_DUE", due)
    answer = await cast.town.do("ReleaseOrder", input={"idempotencyKey": stage.key(), **release})
    order = done(answer, "quarantineOrderRelease")["quarantineOrder"]
    counts = order["healthChecks"]
    require(order["status"] == "RELEASED", "the order is released", order)
    require(counts == {"expected": 29, "reported": 28, "missed": 1, "abnormal": 0}, "28 and day 0, one missed", counts)
    stage.tell("town officer", f"releases Wang: {counts['reported']} reported, {counts['missed']} missed", answer)
