"""With residents away the gate still decides; and every step can be traced."""

from typing import Any

from infra.story.cast import WANG_ID, Cast, scan
from infra.story.stage import require
from infra.tracedesk.spans import find

IN_FORCE = """
query ($scope: String!) {
  quarantineOrders(scope: $scope, status: [ISSUED, DELIVERED, ACTIVE], first: 50) {
    nodes { id status startsOn resident { id name } }
  }
}
"""


async def residents_away(cast: Cast) -> None:
    """5. Another returnee of the list arrives while residents is stopped; afterwards everything catches up."""
    stage = cast.stage
    stage.scene("5. Residents is stopped, the gate goes on")
    late = next(r for r in cast.rows if r["origin_code"] == "330300" and r["national_id"] != WANG_ID)
    await stage.stop("residents")
    stage.tell("", "the residents service is stopped")
    passage, answer = await scan(cast, late["national_id"], late["name"], 36.4)
    require(passage["outcome"] == "ADMITTED_REGISTERED", "the gate decides from its watchlist", passage)
    stage.tell("gate guard", f"scans a second returnee: {passage['outcome']}, from the watchlist", answer)
    gate = await cast.guard.do("Gate", id=cast.checkpoint)
    nodes = ((gate.data.get("checkpoint") or {}).get("passages") or {}).get("nodes")
    require(nodes and nodes[0]["id"] == passage["id"], "the gate's own list is answered", gate)
    missing = {(tuple(str(p) for p in e["path"]), e["extensions"]["code"]) for e in gate.errors}
    require(missing and all(e["extensions"]["traceId"] for e in gate.errors), "what is missing is said", gate)
    stage.tell("gate guard", f"sees the gate's list; {len(missing)} fields of residents are missing, and say so", gate)

    await stage.start("residents")
    stage.tell("", "the residents service is started again")

    async def caught_up() -> Any:
        seen = await cast.town.send(IN_FORCE, None, {"scope": "330111004"})
        nodes = ((seen.data.get("quarantineOrders") or {}).get("nodes")) or []
        return next(((n, seen) for n in nodes if n["resident"]["name"] == late["name"]), None)

    order, seen = await stage.until("the order of the second returnee is issued", caught_up)
    require(order["status"] == "ISSUED", "the order is issued afterwards", order)
    stage.tell("town officer", f"sees the second order {order['status']}: everything has caught up", seen)


async def traces(cast: Cast) -> None:
    """Find the gate's step by its trace: from the gateway to SQL, and across the fact."""
    stage = cast.stage
    passage, answer = await scan(cast, WANG_ID, "王小明", 36.5, origin="330111")
    require(passage["outcome"] in {"ADMITTED", "ADMITTED_REGISTERED"}, "Wang may pass", passage)

    async def written() -> Any:
        spans = find(stage.district.layout.traces, answer.trace_id).spans
        services = {span.service for span in spans}
        whole = {"gateway", "checkpoints", "residents"} <= services
        return spans if whole and any(span.name.startswith("sql ") for span in spans) else None

    spans = await stage.until("the trace reaches from the gateway to SQL and across the fact", written)
    stage.tell("ops", f"finds {len(spans)} spans of Wang's last scan: make trace ID={answer.trace_id}", answer)
