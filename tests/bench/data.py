"""What the stub services hold: rows made from their keys, so that every key has an answer of its own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID
from zlib import crc32

GRIDS_OF_VILLAGE = 20
CHECKPOINTS_OF_GRID = 3
SURNAMES = "王李张刘陈杨黄赵吴周"
KINDS = ("COMPOUND", "VILLAGE", "ROAD")

Row = Mapping[str, Any]
Rows = Callable[[str, Mapping[str, Any]], Any]


def uuid_of(*parts: object) -> str:
    """Return an id that depends on all of these and on nothing else."""
    text = "/".join(str(part) for part in parts)
    return str(UUID(int=sum(crc32(f"{text}:{n}".encode()) << (32 * n) for n in range(4))))


def resident(key: str, _arguments: Mapping[str, Any]) -> Row:
    """Return a resident."""
    number = crc32(key.encode())
    return {
        "id": key,
        "name": f"{SURNAMES[number % 10]}居民{number % 1_000}",
        "sex": "FEMALE" if number % 2 else "MALE",
        "birth_on": f"{1940 + number % 70}-{1 + number % 12:02}-{1 + number % 28:02}",
        "phone_masked": f"138****{number % 10_000:04}",
        "household_id": uuid_of("household", key),
        "grid_code": f"330111{number % 10**9:09}",
    }


def residents_of_grid(key: str, arguments: Mapping[str, Any]) -> Sequence[Row]:
    """Return the first residents of a grid."""
    return [resident(uuid_of("resident", key, n), {}) for n in range(arguments["first"])]


def grid(key: str, _arguments: Mapping[str, Any]) -> Row:
    """Return a grid."""
    number = crc32(key.encode())
    return {"code": key, "name": f"第{number % 90 + 10}网格", "worker_name": f"{SURNAMES[number % 10]}红"}


def grids_of_village(key: str, _arguments: Mapping[str, Any]) -> Sequence[Row]:
    """Return the grids of a village."""
    return [grid(f"{key}{n + 1:03}", {}) for n in range(GRIDS_OF_VILLAGE)]


def count_of_residents(key: str, _arguments: Mapping[str, Any]) -> Row:
    """Return how many residents a grid has."""
    return {"total": 200 + crc32(key.encode()) % 700}


def checkpoints_of_grid(key: str, _arguments: Mapping[str, Any]) -> Sequence[Row]:
    """Return the checkpoints of a grid."""
    return [
        {
            "id": uuid_of("checkpoint", key, n),
            "name": f"第{n + 1}卡口",
            "kind": KINDS[n % len(KINDS)],
            "status": "OPEN" if n else "CLOSED",
        }
        for n in range(CHECKPOINTS_OF_GRID)
    ]


def count_of_passages(key: str, _arguments: Mapping[str, Any]) -> Row:
    """Return how many passages a checkpoint has seen."""
    number = crc32(key.encode())
    return {"total": number % 4_000, "turned_back": number % 40}


def count_of_enterprises(key: str, _arguments: Mapping[str, Any]) -> Row:
    """Return how many enterprises a grid has."""
    number = crc32(key.encode())
    return {"total": number % 60, "resumed": number % 30}


ROWS: Mapping[tuple[str, str], Rows] = {
    ("residents", "/bench/residents:batch"): resident,
    ("residents", "/bench/residents/by-grid:batch"): residents_of_grid,
    ("residents", "/bench/resident-counts/by-grid:batch"): count_of_residents,
    ("residents", "/bench/grids:batch"): grid,
    ("residents", "/bench/grids/by-village:batch"): grids_of_village,
    ("checkpoints", "/bench/checkpoints/by-grid:batch"): checkpoints_of_grid,
    ("checkpoints", "/bench/passage-counts/by-checkpoint:batch"): count_of_passages,
    ("enterprises", "/bench/enterprise-counts/by-grid:batch"): count_of_enterprises,
}
