"""Steps of a quarantine that many tests take: who acts, an order issued, its notice delivered, a check reported."""

from typing import Any
from uuid import UUID

import httpx

from chassis.auth import Viewer
from chassis.database import Transaction
from services.residents.quarantine.model import Reason
from services.residents.quarantine.orders import draft_order
from tests.support.people import GRID, NEIGHBOR, NEIGHBOR_HOME, WANG, WANG_HOME, WANG_WIFE
from tests.support.rig import Rig

DAY_0_EVENING = "2020-01-28T20:00:00+08:00"
DAY_1_MORNING = "2020-01-29T08:00:00+08:00"
AFTER_THE_END = "2020-02-12T08:00:00+08:00"


def officer(rig: Rig, number: int = 1) -> Viewer:
    """Return a district officer."""
    return rig.viewer("district_officer", subject=f"officer-{number}", scopes=("330111",))


def worker(rig: Rig, *scopes: str) -> Viewer:
    """Return a grid worker, Wang's unless scopes say otherwise."""
    return rig.viewer("grid_worker", scopes=scopes or (GRID,))


def wang(rig: Rig) -> Viewer:
    """Return Wang himself."""
    return rig.viewer("resident", subject="wang", resident_id=str(WANG), household_id=str(WANG_HOME))


def wife(rig: Rig) -> Viewer:
    """Return Wang's wife, of his household."""
    return rig.viewer("resident", subject="wife", resident_id=str(WANG_WIFE), household_id=str(WANG_HOME))


def neighbor(rig: Rig) -> Viewer:
    """Return a resident of the same grid and another household."""
    return rig.viewer("resident", subject="neighbor", resident_id=str(NEIGHBOR), household_id=str(NEIGHBOR_HOME))


async def draft(rig: Rig, resident_id: UUID = WANG, *, starts_on: str = "2020-01-28", length_days: int = 14) -> UUID:
    """Draft an order as the matching of returnees does."""
    async with rig.work() as db:
        transaction: Transaction = db
        order_id = await draft_order(
            transaction,
            district_code="330111",
            resident_id=resident_id,
            division_code=GRID,
            reason=Reason.TRAVEL_FROM_RISK_AREA,
            starts_on=rig.state.clock.today().fromisoformat(starts_on),
            length_days=length_days,
            now=rig.state.clock.now(),
        )
    assert order_id is not None
    return order_id


async def issue(rig: Rig, resident_id: UUID = WANG, **body: Any) -> dict[str, Any]:
    """Issue an order to somebody, 14 days from today unless said otherwise."""
    given = {"resident_id": str(resident_id), "reason": "TRAVEL_FROM_RISK_AREA", **body}
    response = await rig.command(officer(rig), "/quarantine-orders", given)
    assert response.status_code == 201, response.text
    row: dict[str, Any] = response.json()
    return row


async def deliver(rig: Rig, order_id: object, **body: Any) -> httpx.Response:
    """Deliver a notice in person, now."""
    given = {"method": "IN_PERSON", "delivered_at": rig.state.clock.now().isoformat(), "receiver": "王小明", **body}
    return await rig.command(worker(rig), f"/quarantine-orders/{order_id}/deliver", given)


async def report(
    rig: Rig, viewer: Viewer, order_id: object, slot_at: str = DAY_0_EVENING, temperature_c: float = 36.5, **body: Any
) -> httpx.Response:
    """Report a temperature for a slot."""
    given = {"quarantine_order_id": str(order_id), "slot_at": slot_at, "temperature_c": temperature_c, **body}
    return await rig.command(viewer, "/health-checks", given)


async def active(rig: Rig) -> dict[str, Any]:
    """Return Wang's order after its notice was delivered and the first health check reported."""
    order = await issue(rig)
    await deliver(rig, order["id"])
    await rig.move_clock(DAY_0_EVENING)
    response = await report(rig, wang(rig), order["id"])
    assert response.status_code == 200, response.text
    return order


async def status_of(rig: Rig, order_id: object) -> str:
    """Return where an order stands."""
    rows = await rig.rows("SELECT status FROM quarantine_orders WHERE id = $1", UUID(str(order_id)))
    return str(rows[0]["status"])


async def history_of(rig: Rig, order_id: object) -> list[tuple[str, str | None, str, str]]:
    """Return an order's history: transition, before, after, by whom."""
    rows = await rig.rows(
        "SELECT transition, status_before, status_after, by_subject FROM quarantine_order_history "
        "WHERE quarantine_order_id = $1 ORDER BY change",
        UUID(str(order_id)),
    )
    return [(r["transition"], r["status_before"], r["status_after"], r["by_subject"]) for r in rows]


async def in_force(rig: Rig, division_code: str = GRID) -> int:
    """Return how many orders in force the board counts in a grid."""
    rows = await rig.rows(
        "SELECT quarantine_orders_in_force AS n FROM grid_counters WHERE division_code = $1", division_code
    )
    return int(rows[0]["n"]) if rows else 0
