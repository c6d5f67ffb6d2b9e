"""An enterprise in Xindeng wants to work again, with Wang on its roster."""

from typing import Any

from infra.story.cast import WANG_ID, Cast
from infra.story.stage import done, require

CREDIT_CODE = "91330111MA2GRD001J"


async def back_to_work(cast: Cast) -> None:
    """4. The precheck names Wang; the reviewer sees his color, and nothing else of him."""
    stage = cast.stage
    answer = await cast.agent.do("SubmitResumption", input=application(stage.key()))
    submitted = done(answer, "resumptionApplicationSubmit")["resumptionApplication"]
    findings = submitted["precheck"]["findings"]
    named = [f for f in findings if f["path"][:2] == ["roster", "1"]]
    require(named and not submitted["precheck"]["passed"], "the precheck names Wang", findings)
    stage.tell("enterprise", f"submits its application: {submitted['status']}", answer)
    for finding in named:
        stage.tell("", f"  {'.'.join(finding['path'])}: {finding['code']} - {finding['message']}")

    queue = await cast.reviewer.do("ReviewQueue", scope="330111115", status=["UNDER_REVIEW", "PRECHECKED", "SUBMITTED"])
    require(not queue.errors, "the queue is answered", queue.errors)
    entry = await on_roster(queue.data, submitted["id"])
    require(
        entry["healthColor"] in {"YELLOW", "RED"} and entry["quarantineInForce"] is True, "his color is seen", entry
    )
    stage.tell("reviewer", f"sees {entry['name']}: {entry['healthColor']}, quarantine in force", queue)
    card = await cast.reviewer.do("ResidentCard", id=cast.wang_id)
    require(card.data.get("resident") is None, "the reviewer sees nothing else of him", card.data)
    stage.tell("reviewer", "may not open his card", card)


async def on_roster(data: dict[str, Any], application_id: str) -> dict[str, Any]:
    """Return Wang's line of the roster as the reviewer sees it."""
    nodes = [n for n in data["resumptionApplications"]["nodes"] if n["id"] == application_id]
    require(nodes, "the application is in the reviewer's queue", data)
    entries = [e for e in nodes[0]["roster"]["nodes"] if e["originCode"] == "330300"]
    require(len(entries) == 1, "Wang is on the roster", nodes[0]["roster"])
    entry: dict[str, Any] = entries[0]
    return entry


def application(key: str) -> dict[str, Any]:
    """Return the application as the enterprise's portal sends it."""
    by_car, by_train = {"kind": "CAR", "number": None}, {"kind": "TRAIN", "number": "G7333"}
    li = worker(
        "李红", "330199198503122027", "13800000002", originCode="330111", returnedOn="2020-01-10", transport=by_car
    )
    wang = worker("王小明", WANG_ID, "13800000001", originCode="330300", returnedOn="2020-01-28", transport=by_train)
    return {
        "idempotencyKey": key,
        "creditCode": CREDIT_CODE,
        "plannedOn": "2020-02-20",
        "personInCharge": {"name": "李红", "phone": "13800000002"},
        "roster": [li, wang | {"dormitoryRoom": "A-101"}],
        "supplies": {"masks": 2000, "thermometers": 4, "disinfectantLiters": 60},
        "isolationRooms": 2,
        "dormitories": [{"room": "A-101", "beds": 4, "areaSquareMeters": 14.5}],
        "canteenPlan": "STAGGERED",
        "undertakingAccepted": True,
    }


def worker(name: str, number: str, phone: str, **travel: Any) -> dict[str, Any]:
    """Return one line of a roster; `travel` is originCode, returnedOn and transport."""
    return {"name": name, "nationalId": number, "phone": phone, "dormitoryRoom": None, **travel}
