"""A small Xindeng: enterprises, teams, people who ask, and an application to vary."""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from chassis.auth import Viewer
from chassis.crypto import person_key
from services.enterprises.loading.load import load_lines
from tests.support.rig import MATCHING_KEY, Rig

GRID, RIVAL_GRID, LUSHAN_GRID = "330111115011001", "330111115011002", "330111004002001"
CREDIT_CODE, RIVAL_CODE, LARGE_CODE = "91330111MA2GRD001J", "91330111MA2GRLXLY8", "91330111MA2GRLXM2J"
BUILDER_CODE, LUSHAN_CODE, SHOP_CODE = "91330111MA2GRLXLW2", "92330111MA2GRLXLUU", "91350100M000100Y43"
TEAM = "016f5caf-7400-7627-81f4-57b05b16205f"
WANG_ID, LI_ID = "330199199005011011", "330199198503122027"
WANG_KEY = person_key(MATCHING_KEY, "NATIONAL_ID", WANG_ID)
LI_KEY = person_key(MATCHING_KEY, "NATIONAL_ID", LI_ID)

INDUSTRIES: list[dict[str, Any]] = [
    {"record": "industry", "code": "C", "name": "制造业", "level": "SECTION", "parent_code": None},
    {"record": "industry", "code": "22", "name": "造纸和纸制品业", "level": "DIVISION", "parent_code": "C"},
    {"record": "industry", "code": "52", "name": "零售业", "level": "DIVISION", "parent_code": "C"},
]


def team() -> dict[str, Any]:
    """Return the one liaison team."""
    return {
        "record": "liaison_team",
        "id": TEAM,
        "name": "新登镇组团联企第1组",
        "phone": "13832592610",
        "division_code": "330111115000000",
        "leader_name": "江华斌",
    }


def enterprise(place: int, code: str, grid: str, **different: Any) -> dict[str, Any]:
    """Return an enterprise's record."""
    return {
        "record": "enterprise",
        "id": f"016f5caf-7400-7718-9901-00000000000{place}",
        "credit_code": code,
        "name": f"杭州新登第{place}纸业有限公司",
        "kind": "INDUSTRIAL",
        "industry_code": "22",
        "division_code": grid,
        "size": "MEDIUM",
        "operation_status": "STOPPED",
        "capacity_percent": None,
        "resumed_on": None,
        "address": "新登镇登云社区 18 号",
        "contact": {"name": "李红", "phone": "13800000002"},
        "liaison_team_id": None,
        **different,
    }


ENTERPRISES: list[dict[str, Any]] = [
    enterprise(0, CREDIT_CODE, GRID, liaison_team_id=TEAM),
    enterprise(1, RIVAL_CODE, RIVAL_GRID),
    enterprise(2, LARGE_CODE, GRID, size="LARGE"),
    enterprise(3, BUILDER_CODE, GRID, kind="CONSTRUCTION", size="LARGE"),
    enterprise(4, LUSHAN_CODE, LUSHAN_GRID, operation_status="RESUMED", capacity_percent=60, resumed_on="2020-01-20"),
    enterprise(5, SHOP_CODE, RIVAL_GRID, kind="MERCHANT", size="MICRO"),
]
ENTERPRISE_ID, RIVAL_ID, LUSHAN_ID = (ENTERPRISES[place]["id"] for place in (0, 1, 4))

APPLICATION: dict[str, Any] = {
    "credit_code": CREDIT_CODE,
    "planned_on": "2020-02-20",
    "person_in_charge": {"name": "李红", "phone": "13800000002"},
    "roster": [
        {
            "name": "李红",
            "national_id": LI_ID,
            "phone": "13800000002",
            "origin_code": "330111",
            "returned_on": "2020-01-10",
            "transport": {"kind": "CAR", "number": None},
            "dormitory_room": None,
        },
        {
            "name": "王小明",
            "national_id": WANG_ID,
            "phone": "13800000001",
            "origin_code": "330300",
            "returned_on": "2020-01-28",
            "transport": {"kind": "TRAIN", "number": "G7333"},
            "dormitory_room": "A-101",
        },
    ],
    "supplies": {"masks": 2000, "thermometers": 4, "disinfectant_liters": 60},
    "isolation_rooms": 2,
    "dormitories": [{"room": "A-101", "beds": 4, "area_square_meters": 14.5}],
    "canteen_plan": "STAGGERED",
    "undertaking_accepted": True,
}
FIELDS = ["id", "status", "mode", "review_level", "planned_on", "submitted_at", "due_at", "precheck", "history"]


def lines(*records: Mapping[str, Any]) -> list[bytes]:
    """Return records as a stream."""
    return [json.dumps(record).encode() for record in records]


def application(**different: Any) -> dict[str, Any]:
    """Return an application with some fields different."""
    return deepcopy(APPLICATION) | different


def standing(version: int, color: str = "YELLOW", **different: Any) -> dict[str, Any]:
    """Return what residents says of Wang."""
    return {"person_key": WANG_KEY, "resident_id": "r", "version": version, "color": color, **different}


def in_quarantine(version: int, status: str = "ACTIVE") -> dict[str, Any]:
    """Return Wang's standing while his order has a status."""
    order = {"order_id": "016f5caf-7400-7718-9901-0000000000aa", "order_status": status, "order_ends_on": "2020-02-11"}
    return standing(version, order_setting="HOME", home_division_code=LUSHAN_GRID, **order)


@dataclass(slots=True)
class Xindeng:
    """The service under test, and who asks."""

    rig: Rig
    agent: Viewer
    rival: Viewer
    reviewer: Viewer
    district_reviewer: Viewer
    town_officer: Viewer
    other_town_officer: Viewer
    district_officer: Viewer
    auditor: Viewer
    wang: Viewer
    nobodies: list[Viewer] = field(default_factory=list)

    async def submit(self, by: Viewer | None = None, **different: Any) -> dict[str, Any]:
        """Submit an application that must be taken, and return it as its reviewers see it."""
        response = await self.rig.command(by or self.agent, "/resumption-applications", application(**different))
        assert response.status_code == 201, response.text
        return await self.application(response.json()["id"])

    async def application(self, application_id: str, language: str = "en") -> dict[str, Any]:
        """Return an application as it is read."""
        (row,) = await self.rig.batch(
            self.district_officer, "/resumption-applications:batch", [application_id], FIELDS, language=language
        )
        assert row is not None
        found: dict[str, Any] = row
        return found

    async def act(self, by: Viewer, application_id: str, verb: str, body: Mapping[str, Any] | None = None) -> Any:
        """Give a command to an application."""
        return await self.rig.command(by, f"/resumption-applications/{application_id}/{verb}", body or {})

    async def roster(self, application_id: str) -> dict[str, str]:
        """Return the workers' statuses by name."""
        rows = await self.rig.rows("SELECT name, status FROM roster_entries WHERE application_id = $1", application_id)
        return {row["name"]: row["status"] for row in rows}

    async def deliver(self, body: Mapping[str, Any]) -> None:
        """Hand over a standing of Wang's."""
        await self.rig.deliver("residents.standing_changed", LUSHAN_GRID, body)

    async def declare(self, version: int = 1, level: str = "HIGH", valid_to: str | None = None) -> None:
        """Hand over the risk region Wenzhou."""
        body = {
            "risk_region_id": "016f5caf-7400-7718-9901-0000000000ff",
            "code": "330300",
            "level": level,
            "valid_from": "2020-01-20",
            "valid_to": valid_to,
            "version": version,
        }
        await self.rig.deliver("residents.risk_region_declared", "330111", body)


async def make_xindeng(rig: Rig) -> Xindeng:
    """Load the register and name who asks."""
    await load_lines(rig.state, lines(*INDUSTRIES, team(), *ENTERPRISES))
    nobodies = [
        rig.viewer("grid_worker", scopes=[GRID]),
        rig.viewer("gate_guard", checkpoints=["c-1"]),
        rig.viewer("ops"),
        rig.viewer("resident", person_key="0" * 64, subject="neighbor"),
    ]
    return Xindeng(
        rig=rig,
        agent=rig.viewer("enterprise_agent", enterprises=[CREDIT_CODE]),
        rival=rig.viewer("enterprise_agent", enterprises=[RIVAL_CODE], subject="rival"),
        reviewer=rig.viewer("reviewer", scopes=["330111115"]),
        district_reviewer=rig.viewer("reviewer", scopes=["330111"], subject="reviewer-2"),
        town_officer=rig.viewer("town_officer", scopes=["330111115"]),
        other_town_officer=rig.viewer("town_officer", scopes=["330111004"], subject="officer-2"),
        district_officer=rig.viewer("district_officer", scopes=["330111"]),
        auditor=rig.viewer("auditor", scopes=["330111"]),
        wang=rig.viewer("resident", person_key=WANG_KEY, subject="wang"),
        nobodies=nobodies,
    )
