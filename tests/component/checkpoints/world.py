"""The small world of these tests: four gates, their guards, and what residents told of Wang."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from chassis.auth import Viewer
from chassis.crypto import person_key
from chassis.ids import new_id
from tests.support.rig import MATCHING_KEY, Rig

GRID = "330111004002001"
NEXT_GRID = "330111004002002"
VILLAGE = "330111004002000"
XINDENG = "330111115011000"
WANG = "330199199005011011"
LI = "330199198503122027"
WANG_KEY = person_key(MATCHING_KEY, "NATIONAL_ID", WANG)
LI_KEY = person_key(MATCHING_KEY, "NATIONAL_ID", LI)
AT = "2020-01-28T07:55:00+08:00"

SITE = """
INSERT INTO checkpoints (district_code, id, division_code, name, kind, status, minimum_strength)
VALUES ('330111', $1, $2, $3, 'COMPOUND', 'OPEN', $4)
"""
COUNTS = """
SELECT (SELECT count(*) FROM passages) AS passages, (SELECT count(*) FROM passage_keys) AS keys,
       (SELECT count(*) FROM outbox) AS facts, (SELECT coalesce(sum(passages), 0) FROM division_days) AS days,
       (SELECT coalesce(sum(entries + exits), 0) FROM gate_hours) AS hours
"""
DEVICE = "INSERT INTO devices (district_code, id, checkpoint_id) VALUES ('330111', $1, $2)"


@dataclass(slots=True)
class Gate:
    """A checkpoint with its device."""

    id: UUID
    device: str
    division_code: str
    name: str


@dataclass(slots=True)
class World:
    """The rig with its gates."""

    rig: Rig
    east: Gate
    west: Gate
    village: Gate
    xindeng: Gate
    sequences: dict[str, int] = field(default_factory=dict)

    @property
    def gates(self) -> list[Gate]:
        """Return every gate."""
        return [self.east, self.west, self.village, self.xindeng]

    def guard(self, *gates: Gate, **options: Any) -> Viewer:
        """Return the guard of some gates, the eastern one's if none is named."""
        return self.rig.viewer("gate_guard", checkpoints=[str(g.id) for g in gates or (self.east,)], **options)

    def officer(self, scope: str = "330111", role: str = "district_officer") -> Viewer:
        """Return somebody with a scope of divisions."""
        return self.rig.viewer(role, scopes=scope)

    def scan(self, gate: Gate | None = None, **changes: Any) -> dict[str, Any]:
        """Return a scan of Wang coming in, the next of the gate's device."""
        place = gate or self.east
        self.sequences[place.device] = self.sequences.get(place.device, 0) + 1
        scan = {
            "checkpoint_id": str(place.id),
            "device_id": place.device,
            "device_sequence": self.sequences[place.device],
            "direction": "ENTRY",
            "occurred_at": AT,
            "temperature_c": 36.6,
            "person": {"national_id": WANG, "name": "王小明"},
        }
        return scan | changes

    async def send(self, scan: Mapping[str, Any], viewer: Viewer | None = None, **options: Any) -> httpx.Response:
        """Send a scan as the eastern gate's guard, or somebody else."""
        return await self.rig.command(viewer or self.guard(), "/passages", scan, **options)

    async def record(self, gate: Gate | None = None, **changes: Any) -> dict[str, Any]:
        """Record a passage that must succeed, as the guard of its gate."""
        place = gate or self.east
        response = await self.send(self.scan(place, **changes), self.guard(place))
        assert response.status_code == 201, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def counts(self) -> list[int]:
        """Count passages, keys, facts, and what the roll-ups by day and by hour say."""
        return [int(n) for n in (await self.rig.rows(COUNTS))[0].values()]

    async def tell(self, version: int = 1, *, person: str = WANG_KEY, **standing: Any) -> None:
        """Take in where a person stands."""
        body = {
            "person_key": person,
            "resident_id": str(new_id()),
            "version": version,
            "color": "GREEN",
            "home_division_code": GRID,
            "expected_arrival_on": None,
            "expected_origin_code": None,
            "order_id": None,
            "order_status": None,
            "order_setting": None,
            "order_ends_on": None,
        }
        await self.rig.deliver("residents.standing_changed", GRID, body | standing)

    async def declare(self, version: int = 1, **region: Any) -> None:
        """Take in that Wenzhou is a risk region."""
        body = {
            "risk_region_id": "01977d5e-0000-7000-8000-0000000000aa",
            "code": "330300",
            "level": "HIGH",
            "valid_from": "2020-01-20",
            "valid_to": None,
            "version": version,
        }
        await self.rig.deliver("residents.risk_region_declared", "330111", body | region)


async def build(rig: Rig) -> World:
    """Write the gates and their devices."""
    world = World(
        rig,
        east=Gate(new_id(), "gate-330111004002-1", GRID, "山水苑东门"),
        west=Gate(new_id(), "gate-330111004002-2", NEXT_GRID, "山水苑西门"),
        village=Gate(new_id(), "gate-330111004002-9", VILLAGE, "山水村口"),
        xindeng=Gate(new_id(), "gate-330111115011-1", XINDENG, "新登路口"),
    )
    async with rig.work() as db:
        for gate in world.gates:
            await db.connection.execute(SITE, gate.id, gate.division_code, gate.name, 2)
            await db.connection.execute(DEVICE, gate.device, gate.id)
    return world
