"""The checks of an order: expected when it is issued, closed when it ends, and told when they change."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis import facts
from chassis.clock import DISTRICT_ZONE
from chassis.database import Transaction
from chassis.facts import Fact
from chassis.history import Change, record_in
from chassis.ids import new_id
from services.residents.board.counters import count_day
from services.residents.health_checks import queries
from services.residents.health_checks.model import CheckStatus, HealthCheck, ReportedAs, closes_at
from services.residents.quarantine.model import QuarantineOrder


async def expect_slots(db: Transaction, order: QuarantineOrder, slots: Sequence[datetime]) -> None:
    """Expect a report in each slot."""
    await queries.expect_checks(
        db,
        district_code=order.district_code,
        division_code=order.division_code,
        order_id=order.id,
        resident_id=order.resident_id,
        ids=[new_id() for _ in slots],
        slots=list(slots),
    )


async def close_slots(db: Transaction, order: QuarantineOrder, now: datetime) -> None:
    """Mark as missed what nobody reported before the order's release."""
    missed = await queries.miss_checks_of_order(db, district_code=order.district_code, order_id=order.id, now=now)
    await tell_missed(db, missed, now)


async def drop_slots(db: Transaction, order: QuarantineOrder) -> None:
    """Expect nothing more of an order that ended early; readings and missed slots stay."""
    await queries.drop_expected_checks(db, district_code=order.district_code, order_id=order.id)


async def take_reading(
    db: Transaction,
    check: HealthCheck,
    statuses: Sequence[CheckStatus],
    *,
    temperature_c: float,
    symptoms: list[str],
    reported_by: str,
    reported_as: ReportedAs,
    now: datetime,
) -> None:
    """Write a reading and every status it leads through."""
    await queries.set_reading(
        db,
        district_code=check.district_code,
        check_id=check.id,
        status=statuses[-1],
        temperature_c=temperature_c,
        symptoms=symptoms,
        now=now,
        reported_by=reported_by,
        reported_as=reported_as,
        changes=check.changes + len(statuses),
    )
    said = {"status": statuses[-1], "temperature_c": temperature_c, "symptoms": symptoms, "reported_as": reported_as}
    await record_in(db, check.district_code, now, check_change(check, "REPORTED", check.status, said))
    before = check.status
    for change, after in enumerate(statuses, check.changes + 1):
        await queries.add_check_history(
            db,
            district_code=check.district_code,
            check_id=check.id,
            change=change,
            now=now,
            status_before=before,
            status_after=after,
            temperature_c=temperature_c,
            note=reported_as,
        )
        before = after


async def tell_missed(db: Transaction, missed: Sequence[HealthCheck], now: datetime) -> None:
    """Record missed checks, count each on the day on which it became missed, and tell of it."""
    await record_by_clock(db, missed, CheckStatus.EXPECTED, CheckStatus.MISSED, now)
    days = Counter((c.division_code, closes_at(c.slot_at).astimezone(DISTRICT_ZONE).date()) for c in missed)
    for (division_code, day), number in sorted(days.items()):
        await count_day(db, division_code, day, health_checks_missed=number)
    await facts.publish(db, "residents", *(check_changed(check, CheckStatus.MISSED) for check in missed))


async def record_by_clock(
    db: Transaction, checks: Sequence[HealthCheck], before: CheckStatus, after: CheckStatus, now: datetime
) -> None:
    """Record what became of checks as time went by."""
    for district_code in sorted({check.district_code for check in checks}):
        theirs = [check for check in checks if check.district_code == district_code]
        changes = [check_change(check, after, before, {"status": after}) for check in theirs]
        await record_in(db, district_code, now, *changes)


def check_change(
    check: HealthCheck, act: str, before: CheckStatus, after: Mapping[str, object], reason: str | None = None
) -> Change:
    """Return the entry of a check's history."""
    return Change("health_check", check.id, check.division_code, act, {"status": before}, after, reason)


def check_changed(check: HealthCheck, status: CheckStatus) -> Fact:
    """Return the fact of a change."""
    body = {
        "health_check_id": str(check.id),
        "order_id": str(check.quarantine_order_id),
        "resident_id": str(check.resident_id),
        "status": status,
    }
    return Fact("health_check_changed", check.division_code, body)


def residents_by_district(checks: Sequence[HealthCheck]) -> dict[str, list[UUID]]:
    """Return whose checks these are, by district."""
    found: dict[str, list[UUID]] = {}
    for check in checks:
        found.setdefault(check.district_code, []).append(check.resident_id)
    return found
