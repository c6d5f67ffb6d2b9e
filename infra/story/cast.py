"""Who plays in Wang's story, and the scan that several scenes need."""

import base64
from dataclasses import dataclass, field
from typing import Any

from infra.story.client import Answer, Person
from infra.story.stage import Stage, done

WANG_ID = "330199199005011011"


@dataclass(slots=True)
class Cast:
    """Who plays, and what the story has learned so far."""

    stage: Stage
    officer: Person
    town: Person
    worker: Person
    guard: Person
    wang: Person
    agent: Person
    reviewer: Person
    checkpoint: str
    rows: list[dict[str, str]] = field(default_factory=list)
    wang_id: str = ""
    order_id: str = ""
    sequence: int = 0


def enter(stage: Stage) -> Cast:
    """Sign everybody in."""
    return Cast(
        stage,
        officer=stage.person("district_officer", "district officer"),
        town=stage.person("town_officer", "town officer"),
        worker=stage.person("grid_worker", "grid worker"),
        guard=stage.person("gate_guard", "gate guard"),
        wang=stage.person("resident", "Wang"),
        agent=stage.person("enterprise_agent", "enterprise"),
        reviewer=stage.person("reviewer", "reviewer"),
        checkpoint=checkpoint_id(stage.persona("gate_guard")["checkpoints"][0]),
    )


async def scan(
    cast: Cast, number: str, name: str, temperature: float, *, origin: str = "330300"
) -> tuple[dict[str, Any], Answer]:
    """Record one passage at the gate."""
    cast.sequence += 1
    scan_input = {
        "idempotencyKey": cast.stage.key(),
        "checkpointId": cast.checkpoint,
        "deviceId": "gate-330111004002-1",
        "deviceSequence": cast.sequence,
        "direction": "ENTRY",
        "occurredAt": cast.stage.now.isoformat(),
        "temperatureC": temperature,
        "person": {"nationalId": number, "name": name},
        "originCode": origin,
        "companions": 0,
        "vehiclePlate": None,
    }
    answer = await cast.guard.do("RecordPassage", input=scan_input)
    return done(answer, "passageRecord")["passage"], answer


def checkpoint_id(uuid: str) -> str:
    """Return a checkpoint's global id, as a guard's phone keeps it."""
    return base64.b64encode(f"Checkpoint:{uuid}".encode()).decode()
