"""Facts behind a health code, written as the slices that own them would."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from chassis.ids import new_id
from services.residents.health_code.standing import restate
from tests.support.people import GRID, WANG, color_of
from tests.support.rig import DISTRICT, Rig

TODAY = date(2020, 1, 28)


async def put(rig: Rig, table: str, values: Mapping[str, Any]) -> None:
    """Write a row as the slice that owns the table would."""
    row = {"district_code": DISTRICT, **values}
    places = ", ".join(f"${i}" for i in range(1, len(row) + 1))
    async with rig.work() as db:
        await db.connection.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})",  # noqa: S608 - names of this file
            *row.values(),
        )


async def order(rig: Rig, status: str = "ISSUED", *, length_days: int = 14, starts_on: date = TODAY) -> Any:
    """Write an order of Wang's."""
    order_id = new_id()
    values = {
        "id": order_id,
        "division_code": GRID,
        "resident_id": WANG,
        "status": status,
        "setting": "HOME",
        "reason": "TRAVEL_FROM_RISK_AREA",
        "length_days": length_days,
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=length_days),
        "issued_at": rig.state.clock.now(),
        "changes": 1,
    }
    await put(rig, "quarantine_orders", values)
    return order_id


async def set_status(rig: Rig, table: str, status: str) -> None:
    """Change the status of all rows of a table."""
    async with rig.work() as db:
        await db.connection.execute(f"UPDATE {table} SET status = $1", status)  # noqa: S608 - names of this file


async def expect(rig: Rig, arrives_on: date = TODAY, origin_code: str = "330302", place: str = GRID) -> None:
    """Write that Wang is on the way home."""
    values = {
        "id": new_id(),
        "division_code": place,
        "destination_grid_code": GRID,
        "address": "",
        "name": "王小明",
        "identity_index": new_id().bytes,
        "origin_code": origin_code,
        "arrives_on": arrives_on,
        "transport_kind": "TRAIN",
        "match": "MATCHED",
        "resident_id": WANG,
        "candidate_ids": [],
        "policy_version": 1,
        "registered_by": "officer",
        "registered_at": rig.state.clock.now(),
    }
    await put(rig, "returnees", values)


async def risk(rig: Rig, level: str, code: str = "330300", prefix: str = "3303") -> None:
    """Declare a risk region."""
    values = {
        "id": new_id(),
        "code": code,
        "prefix": prefix,
        "level": level,
        "valid_from": date(2020, 1, 20),
        "version": 1,
        "declared_by": "officer",
        "declared_at": rig.state.clock.now(),
    }
    await put(rig, "risk_regions", values)


async def restated(rig: Rig) -> Mapping[str, Any]:
    """Restate Wang and return his standing."""
    async with rig.work() as db:
        await restate(db, DISTRICT, WANG, rig.state.clock.now())
    return await color_of(rig, WANG)


async def told(rig: Rig) -> list[dict[str, Any]]:
    """Return the standings that were told, in order."""
    return [body for subject, body in await rig.facts() if "standing_changed" in subject]
