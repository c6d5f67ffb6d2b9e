"""A small district for stubs: as many rows as a test wants, all linked to each other."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.component.gateway.stubs import Rows, Stubs

GRID = "330111004002001"
NAMES = {"330111": "富阳区", "330111004": "鹿山街道", "330111004002": "山水社区", GRID: "山水社区第1网格"}
LEVELS = {6: "DISTRICT", 9: "TOWN", 12: "VILLAGE", 15: "GRID"}
KINDS = {6: "DISTRICT", 9: "SUBDISTRICT", 12: "COMMUNITY", 15: "GRID"}
Known = Rows | Callable[[str], Any]

CREDIT_CODE = "91330111MA2GRD001J"


def uid(kind: int, number: int = 0) -> str:
    """Return an id; kinds keep the objects of a test apart."""
    return str(UUID(int=(kind << 64) | (number + 1)))


RESIDENT, HOUSEHOLD, ORDER, CHECK, TASK, CHECKPOINT, PASSAGE, ENTERPRISE, APPLICATION, TICKET, TEAM, IMPORT, ALARM = (
    range(1, 14)
)
ROUND, CONTACT, RETURNEE = range(14, 17)


def division(code: str) -> dict[str, Any]:
    """Return a division."""
    parent = code[:-3] if len(code) > 6 else None
    size = len(code)
    return {
        "code": code,
        "name": NAMES.get(code, code),
        "level": LEVELS[size],
        "kind": KINDS[size],
        "parent_code": parent,
    }


def resident(number: int) -> dict[str, Any]:
    """Return a resident."""
    return {
        "id": uid(RESIDENT, number),
        "name": f"居民{number}",
        "national_id_masked": "330199********1011",
        "phone_masked": "138****0001",
        "grid_code": GRID,
        "household_id": uid(HOUSEHOLD),
        "person_key": f"key-{number}",
    }


def order(number: int) -> dict[str, Any]:
    """Return a quarantine order."""
    return {
        "id": uid(ORDER, number),
        "resident_id": uid(RESIDENT, number),
        "status": "ACTIVE",
        "setting": "HOME",
        "reason": "TRAVEL_FROM_RISK_AREA",
        "starts_on": "2020-01-28",
        "ends_on": "2020-02-11",
        "issued_at": "2020-01-28T15:04:06+08:00",
        "notice_url": f"/notices/{uid(ORDER, number)}",
        "health_checks_expected": 29,
        "health_checks_reported": 2,
        "health_checks_missed": 1,
        "health_checks_abnormal": 0,
    }


def passage(number: int) -> dict[str, Any]:
    """Return a passage."""
    return {
        "id": uid(PASSAGE, number),
        "checkpoint_id": uid(CHECKPOINT),
        "direction": "ENTRY",
        "outcome": "ADMITTED",
        "instruction": None,
        "rule_version": "gate-2020-1",
        "temperature_c": 36.6,
        "occurred_at": "2020-01-28T15:04:05+08:00",
        "received_at": "2020-01-28T15:04:06+08:00",
        "person_key": f"key-{number}",
    }


def application(number: int) -> dict[str, Any]:
    """Return a resumption application."""
    return {
        "id": uid(APPLICATION, number),
        "enterprise_id": uid(ENTERPRISE, number),
        "status": "UNDER_REVIEW",
        "mode": "APPROVAL",
        "planned_on": "2020-02-20",
        "submitted_at": "2020-02-15T09:00:00+08:00",
        "review_level": "TOWN",
        "due_at": "2020-02-18T09:00:00+08:00",
        "precheck": {
            "passed": False,
            "findings": [{"code": "X", "message": "x", "path": ["roster", "1", "national_id"]}],
        },
        "history": [{"at": "2020-02-15T09:00:00+08:00", "status": "SUBMITTED", "by": "李红", "note": None}],
    }


def enterprise(number: int) -> dict[str, Any]:
    """Return an enterprise."""
    return {
        "id": uid(ENTERPRISE, number),
        "name": f"企业{number}",
        "credit_code": CREDIT_CODE,
        "kind": "INDUSTRIAL",
        "industry_code": "13",
        "division_code": GRID,
        "operation_status": "STOPPED",
        "capacity_percent": None,
        "resumed_on": None,
        "liaison_team_id": uid(TEAM),
    }


def task(number: int) -> dict[str, Any]:
    """Return a screening task."""
    return {
        "id": uid(TASK, number),
        "status": "OPEN",
        "reason": "RETURN",
        "due_at": "2020-01-28T20:00:00+08:00",
        "attempts": 0,
        "resident_id": uid(RESIDENT, number),
        "returnee_id": None,
        "household_id": uid(HOUSEHOLD, number),
        "round_id": uid(ROUND),
        "division_code": GRID,
    }


def progress(code: str) -> dict[str, Any]:
    """Return how far a round is in a division."""
    counted = {"planned": 4, "reached": 2, "verified": 1, "refused": 0, "not_here": 0, "overdue": 0}
    return {"code": code, "round_id": uid(ROUND), **counted}


def contact(number: int) -> dict[str, Any]:
    """Return a contact."""
    return {
        "id": uid(CONTACT, number),
        "how": "CALL",
        "reason": "SCREENING",
        "outcome": "REACHED",
        "made_by_name": "陈建国",
        "made_at": "2020-01-28T09:00:00+08:00",
    }


def check(number: int) -> dict[str, Any]:
    """Return a health check."""
    return {
        "id": uid(CHECK, number),
        "slot_at": "2020-01-28T20:00:00+08:00",
        "status": "EXPECTED",
        "temperature_c": None,
        "quarantine_order_id": uid(ORDER, number),
    }


def ticket(number: int) -> dict[str, Any]:
    """Return a problem ticket."""
    return {"id": uid(TICKET, number), "status": "OPENED", "subject": "口罩不足", "owner_name": "俞"}


def worker(number: int) -> dict[str, Any]:
    """Return a worker of a roster."""
    return {"name": f"员工{number}", "origin_code": "330300", "status": "LISTED", "person_key": f"key-{number}"}


def number_of(text: str) -> int:
    """Return the number within an id."""
    return (UUID(text).int & 0xFFFFFFFF) - 1


def district(rows: int) -> Stubs:
    """Return the stubs of a district whose lists have this many rows."""
    stubs = Stubs()
    numbers = range(rows)
    for service, paths in (
        ("residents", of_residents(numbers)),
        ("checkpoints", of_checkpoints(numbers)),
        ("enterprises", of_enterprises(numbers)),
    ):
        stubs.rows |= {(service, path): found for path, found in paths.items()}
    return stubs


SITE = {
    "id": uid(CHECKPOINT),
    "name": "山水社区南门",
    "kind": "COMPOUND",
    "status": "OPEN",
    "division_code": GRID,
}


def of_residents(numbers: range) -> dict[str, Known]:
    """Return what the residents service holds."""
    return {
        "/divisions:batch": division,
        "/divisions/by-parent:batch": lambda code: [division(f"{code}{n:03}") for n in numbers],
        "/division-summaries:batch": lambda code: {
            "code": code, "residents": 10, "households": 4, "quarantine_orders_in_force": 1,
            "health_checks_missed_today": 0, "screening_tasks_open": 1, "grid_events_open": 0,
        },
        "/grid-workers/by-grid:batch": lambda _code: {"id": uid(98), "name": "羊红"},
        "/residents:batch": lambda i: resident(number_of(i)),
        "/residents/by-person-key:batch": lambda key: resident(int(key.split("-")[1])),
        "/residents/by-household:batch": lambda _i: [resident(n) for n in numbers],
        "/households:batch": lambda i: {"id": i, "address": "3 幢 501", "grid_code": GRID},
        "/health-codes/by-resident:batch": lambda _i: {
            "color": "YELLOW", "reasons": [{"code": "R", "message": "m"}], "decided_at": "2020-01-28T15:00:00+08:00",
        },
        "/standings/by-person-key:batch": lambda key: {
            "person_key": key, "color": "YELLOW", "quarantine_in_force": True,
        },
        "/quarantine-orders:batch": lambda i: order(number_of(i)),
        "/quarantine-orders/by-resident:batch": lambda _i: [order(n) for n in numbers],
        "/quarantine-orders/by-grid:batch": lambda _i: [order(n) for n in numbers],
        "/quarantine-orders/by-scope:batch": lambda _i: [order(n) for n in numbers],
        "/health-checks:batch": lambda i: check(number_of(i)),
        "/health-checks/due-by-grid:batch": lambda _i: [check(n) for n in numbers],
        "/screening-tasks:batch": lambda i: task(number_of(i)),
        "/screening-tasks/by-grid:batch": lambda _i: [task(n) for n in numbers],
        "/screening-rounds:batch": lambda i: {"id": i, "title": "排查", "due_at": "2020-01-31T18:00:00+08:00"},
        "/contacts/last-by-screening-task:batch": lambda i: contact(number_of(i)),
        "/workers-days:batch": lambda day: {"day": day},
        "/workers-days/tasks-due:batch": lambda _day: [task(n) for n in numbers],
        "/workers-days/orders-with-missed-checks:batch": lambda _day: [order(n) for n in numbers],
        "/workers-days/notices-to-deliver:batch": lambda _day: [order(n) for n in numbers],
        "/workers-days/returnees-expected:batch": lambda _day: [
            {"id": uid(RETURNEE, n), "origin_code": "330300", "resident_id": uid(RESIDENT, n)} for n in numbers
        ],
        "/workers-days/rounds:batch": lambda _day: [progress(f"{GRID[:12]}{n:03}") for n in numbers],
        "/returnee-list-imports:batch": lambda i: {
            "id": i, "status": "DONE", "version": 1, "rows_read": 3, "rows_stored": 2, "rows_refused": 1,
        },
        "/returnee-list-imports/refusals:batch": lambda _i: [
            {"line": n + 2, "field": "phone", "code": "PhoneMalformed", "message": "m"} for n in numbers
        ],
    }  # fmt: skip


def of_checkpoints(numbers: range) -> dict[str, Known]:
    """Return what the checkpoints service holds."""
    return {
        "/checkpoints:batch": lambda _i: SITE,
        "/duty/by-checkpoint:batch": lambda _i: [{"name": f"值守{n}", "organization_name": "物业"} for n in numbers],
        "/passages:batch": lambda i: passage(number_of(i)),
        "/passages/by-checkpoint:batch": lambda _i: [passage(n) for n in numbers],
        "/passages/by-person-key:batch": lambda _i: [passage(n) for n in numbers],
        "/alarms:batch": lambda i: {
            "id": i, "kind": "GAP", "checkpoint_id": uid(CHECKPOINT), "raised_at": "2020-01-28T15:00:00+08:00",
            "message": "m",
        },
        "/division-summaries:batch": lambda code: {
            "code": code, "checkpoints": 2, "checkpoints_with_gap": 1, "passages_today": 7,
            "passages_turned_back_today": 0,
        },
    }  # fmt: skip


def of_enterprises(numbers: range) -> dict[str, Known]:
    """Return what the enterprises service holds."""
    return {
        "/industries:batch": lambda code: {"code": code, "name": "农副食品加工业"},
        "/enterprises:batch": lambda i: enterprise(number_of(i)),
        "/enterprises/by-credit-code:batch": lambda _code: enterprise(0),
        "/liaison-teams:batch": lambda i: {"id": i, "name": "第一组", "phone": "0571-1"},
        "/resumption-applications:batch": lambda i: application(number_of(i)),
        "/resumption-applications/by-enterprise:batch": lambda _i: [application(n) for n in numbers],
        "/resumption-applications/by-scope:batch": lambda _i: [application(n) for n in numbers],
        "/roster-entries/by-application:batch": lambda _i: [worker(n) for n in numbers],
        "/employments/by-person-key:batch": lambda _key: {"on_post": False, "enterprise_id": uid(ENTERPRISE)},
        "/problem-tickets/by-enterprise:batch": lambda _i: [ticket(n) for n in numbers],
        "/division-summaries:batch": lambda code: {"code": code, "enterprises": 3, "enterprises_resumed": 1},
    }
