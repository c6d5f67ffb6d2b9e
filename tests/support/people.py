"""A small district for trials: two towns, three villages, a few households, told as a stream."""

from collections.abc import Mapping
from io import StringIO
from typing import Any
from uuid import UUID

import msgspec
from rich.console import Console

from chassis.standards import NATIONAL_ID_CHECKS, NATIONAL_ID_WEIGHTS
from services.residents.loading.load import load_lines
from tests.support.rig import DISTRICT, Rig

LUSHAN, XINDENG = "330111004", "330111115"
SHANSHUI, DONGQIAO, CHANGLAN = "330111004002", "330111004003", "330111115011"
GRID, NEXT_GRID, FAR_GRID, OTHER_TOWN_GRID = (
    "330111004002001",
    "330111004002002",
    "330111004003001",
    "330111115011001",
)
ORIGINS = {
    "330000": ("浙江省", "PROVINCE", None),
    "330100": ("杭州市", "PREFECTURE", "330000"),
    "330111": ("富阳区", "COUNTY", "330100"),
    "330300": ("温州市", "PREFECTURE", "330000"),
    "330302": ("鹿城区", "COUNTY", "330300"),
    "420000": ("湖北省", "PROVINCE", None),
    "420100": ("武汉市", "PREFECTURE", "420000"),
}


def uid(number: int) -> UUID:
    """Return a UUIDv7 that a test can name."""
    return UUID(f"016f0000-0000-7000-8000-{number:012d}")


WANG_HOME, NEIGHBOR_HOME, NEXT_HOME, FAR_HOME = uid(1), uid(2), uid(3), uid(4)
WANG, WANG_WIFE, WANG_CHILD, NEIGHBOR, NEXT, FAR = uid(11), uid(12), uid(13), uid(14), uid(15), uid(16)
WORKER, NEXT_WORKER, FAR_WORKER = uid(21), uid(22), uid(23)
WANG_NUMBER, WANG_PHONE = "330199199005011011", "13800000001"


def national_id(day: str, sequence: int) -> str:
    """Return a valid number of the unassigned prefix, for a birth day YYYYMMDD and a serial."""
    body = f"330199{day}{sequence:03d}"
    total = sum(int(d) * w for d, w in zip(body, NATIONAL_ID_WEIGHTS, strict=True))
    return body + NATIONAL_ID_CHECKS[total % 11]


def records() -> list[dict[str, Any]]:
    """Return the stream's records, without its first line."""
    rows = [_division(DISTRICT, "富阳区", "DISTRICT", "DISTRICT", None)]
    rows += [_division(LUSHAN, "鹿山街道", "TOWN", "SUBDISTRICT", DISTRICT)]
    rows += [_division(XINDENG, "新登镇", "TOWN", "TOWN", DISTRICT)]
    rows += [_division(SHANSHUI, "山水社区", "VILLAGE", "COMMUNITY", LUSHAN)]
    rows += [_division(DONGQIAO, "东桥村", "VILLAGE", "VILLAGE", LUSHAN)]
    rows += [_division(CHANGLAN, "长兰村", "VILLAGE", "VILLAGE", XINDENG)]
    rows += [
        _division(code, f"第{int(code[12:])}网格", "GRID", "GRID", code[:12])
        for code in (GRID, NEXT_GRID, FAR_GRID, OTHER_TOWN_GRID)
    ]
    rows += [_alias("330111102", XINDENG, "2019-10-31", None)]
    rows += [
        {"record": "origin_division", "code": code, "name": name, "full_name": name, "level": level, "parent": parent}
        for code, (name, level, parent) in ORIGINS.items()
    ]
    rows += [
        _worker(WORKER, "陈建国", [GRID]),
        _worker(NEXT_WORKER, "周丽", [NEXT_GRID, FAR_GRID]),
        _worker(FAR_WORKER, "赵强", [OTHER_TOWN_GRID]),
    ]
    rows += [
        _household(WANG_HOME, GRID, "山水社区 3 幢 2 单元 501"),
        _household(NEIGHBOR_HOME, GRID, "山水社区 3 幢 2 单元 502"),
        _household(NEXT_HOME, NEXT_GRID, "山水社区 9 幢 1 单元 101"),
        _household(FAR_HOME, OTHER_TOWN_GRID, "长兰村 1 组 1 号"),
    ]
    return [*rows, *_residents()]


def _residents() -> list[dict[str, Any]]:
    return [
        _resident(WANG, WANG_HOME, GRID, "王小明", "MALE", "1990-05-01", WANG_NUMBER, WANG_PHONE),
        _resident(
            WANG_WIFE, WANG_HOME, GRID, "李红", "FEMALE", "1985-03-12", national_id("19850312", 202), "13800000002"
        )
        | {"relation": "SPOUSE"},
        _resident(WANG_CHILD, WANG_HOME, GRID, "王乐", "MALE", "2019-06-01", None, None)
        | {"guardian_id": str(WANG), "relation": "CHILD"},
        _resident(NEIGHBOR, NEIGHBOR_HOME, GRID, "孙芳", "FEMALE", "1970-01-02", national_id("19700102", 222), None),
        _resident(NEXT, NEXT_HOME, NEXT_GRID, "吴刚", "MALE", "1965-07-08", national_id("19650708", 333), None),
        _resident(FAR, FAR_HOME, OTHER_TOWN_GRID, "郑平", "MALE", "1955-09-09", national_id("19550909", 111), None),
    ]


def lines(rows: list[dict[str, Any]]) -> list[bytes]:
    """Return a whole stream: the counts, then the records."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["record"]] = counts.get(row["record"], 0) + 1
    return [msgspec.json.encode(row) for row in [{"record": "counts", "counts": counts}, *rows]]


async def load_people(rig: Rig) -> None:
    """Load the small district into a residents service."""
    await load_lines(rig.state, lines(records()), Console(file=StringIO()))


async def color_of(rig: Rig, resident_id: UUID) -> Mapping[str, Any]:
    """Return a resident's standing as it is stored."""
    found = await rig.rows("SELECT * FROM standings WHERE resident_id = $1", resident_id)
    return found[0]


def _division(code: str, name: str, level: str, kind: str, parent: str | None) -> dict[str, Any]:
    return {
        "record": "division",
        "code": code,
        "name": name,
        "level": level,
        "kind": kind,
        "parent_code": parent,
        "code_system": "STATISTICAL",
        "valid_from": "2019-10-31",
    }


def _alias(code: str, division_code: str, valid_from: str, valid_to: str | None) -> dict[str, Any]:
    return {
        "record": "division_alias",
        "code_system": "CIVIL_AFFAIRS",
        "code": code,
        "division_code": division_code,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


def _worker(worker_id: UUID, name: str, grids: list[str]) -> dict[str, Any]:
    return {
        "record": "grid_worker",
        "id": str(worker_id),
        "division_code": grids[0][:9],
        "name": name,
        "grid_codes": grids,
        "serves_from": "2019-10-31",
        "phone": "13810000001",
    }


def _household(household_id: UUID, grid: str, address: str) -> dict[str, Any]:
    return {"record": "household", "id": str(household_id), "grid_code": grid, "address": address}


def _resident(  # noqa: PLR0917 - a table's columns
    resident_id: UUID,
    household: UUID,
    grid: str,
    name: str,
    sex: str,
    birth_on: str,
    number: str | None,
    phone: str | None,
) -> dict[str, Any]:
    return {
        "record": "resident",
        "id": str(resident_id),
        "household_id": str(household),
        "grid_code": grid,
        "name": name,
        "sex": sex,
        "birth_on": birth_on,
        "document_kind": "NATIONAL_ID" if number else None,
        "national_id": number,
        "phone": phone,
        "guardian_id": None,
        "relation": "HEAD",
    }
