"""Stating where a person stands: the color decided anew, a new version if anything changed, told to all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import facts
from chassis.clock import DISTRICT_ZONE
from chassis.database import Transaction
from chassis.facts import Fact
from chassis.history import Change, record_in
from services.residents.health_code import queries
from services.residents.health_code.model import Decision, Expected, OrderInForce, PersonFacts, decide
from services.residents.health_code.queries import StandingFacts


@dataclass(frozen=True, slots=True)
class Restated:
    """A person's facts with the color they give."""

    row: StandingFacts
    decision: Decision

    @property
    def changed(self) -> bool:
        """Say whether others must learn of it."""
        row, decision = self.row, self.decision
        before = (row.color, row.reasons, row.stated_division_code, row.recheck_on)
        told = (row.order_id, row.order_status, row.order_setting, row.order_ends_on)
        awaited = (row.expected_arrival_on, row.expected_origin_code)
        return (
            row.version == 0
            or row.household_id != row.stated_household_id
            or before != (decision.color, decision.reasons, row.division_code, decision.recheck_on)
            or told != (row.now_order_id, row.now_order_status, row.now_order_setting, row.now_order_ends_on)
            or awaited != (row.now_arrives_on, row.now_origin_code)
        )

    @property
    def turned(self) -> bool:
        """Say whether the color or its reasons changed; where one begins is no change."""
        row, decision = self.row, self.decision
        return row.version > 0 and (row.color, row.reasons) != (decision.color, decision.reasons)


def color_change(restated: Restated) -> Change:
    """Return the entry of a color that changed, with the rule that decided it."""
    row, decision = restated.row, restated.decision
    before = {"color": row.color, "reasons": row.reasons}
    after = {"color": decision.color, "reasons": decision.reasons, "rule_version": decision.rule_version}
    return Change("health_code", row.resident_id, row.division_code, "DECIDED", before, after)


async def start_standing(db: Transaction, district_code: str, resident_id: UUID, now: datetime) -> None:
    """Give a new resident a standing and tell of it."""
    await queries.start_standing(db, district_code=district_code, resident_id=resident_id, now=now)
    await restate(db, district_code, resident_id, now)


async def restate(db: Transaction, district_code: str, resident_id: UUID, now: datetime) -> None:
    """Decide a resident's color anew, after a change of orders, health checks, expectation or home.

    The resident must be visible to the transaction; nothing happens if nothing changed.
    """
    await restate_many(db, district_code, [resident_id], now)


async def restate_many(db: Transaction, district_code: str, resident_ids: Sequence[UUID], now: datetime) -> int:
    """Decide the colors of several residents anew; return how many standings changed."""
    restated = await decided_anew(db, district_code, resident_ids, now)
    changed = [r for r in restated if r.changed]
    await store_and_tell(db, district_code, changed, now)
    return len(changed)


async def restate_and_tell(db: Transaction, district_code: str, resident_ids: Sequence[UUID], now: datetime) -> None:
    """Decide the colors of residents anew and tell each, changed or not: others may know an older standing."""
    restated = await decided_anew(db, district_code, resident_ids, now)
    await store_and_tell(db, district_code, restated, now)


async def decided_anew(
    db: Transaction, district_code: str, resident_ids: Sequence[UUID], now: datetime
) -> list[Restated]:
    """Return the standings of residents, locked, with the colors that their facts give today."""
    ids = sorted(set(resident_ids))
    if not ids:
        return []
    today = now.astimezone(DISTRICT_ZONE).date()
    await queries.lock_standings(db, district_code=district_code, resident_ids=ids)
    rows = await queries.facts_of_persons(db, district_code=district_code, resident_ids=ids, today=today)
    return [Restated(row, decide(person_facts(row), today)) for row in rows]


async def store_and_tell(db: Transaction, district_code: str, changed: Sequence[Restated], now: datetime) -> None:
    """Write standings with their next versions, and tell of them."""
    if changed:
        await store(db, district_code, changed, now)
        await record_in(db, district_code, now, *(color_change(r) for r in changed if r.turned))
        await facts.publish(db, "residents", *standing_facts(changed))


def person_facts(row: StandingFacts) -> PersonFacts:
    """Read what a color is decided from."""
    order, expected = None, None
    if row.now_order_id is not None:
        assert row.now_order_status is not None
        assert row.now_order_setting is not None
        assert row.now_order_length_days is not None
        assert row.now_order_ends_on is not None
        order = OrderInForce(
            row.now_order_id,
            row.now_order_status,
            row.now_order_setting,
            row.now_order_length_days,
            row.now_order_ends_on,
        )
    if row.now_arrives_on is not None:
        assert row.now_origin_code is not None
        expected = Expected(row.now_arrives_on, row.now_origin_code, row.now_origin_risk)
    return PersonFacts(order, expected, row.health_check_abnormal)


async def store(db: Transaction, district_code: str, changed: Sequence[Restated], now: datetime) -> None:
    """Write the changed standings, each with its next version."""
    await queries.state_standings(
        db,
        district_code=district_code,
        now=now,
        resident_ids=[c.row.resident_id for c in changed],
        division_codes=[c.row.division_code for c in changed],
        household_ids=[c.row.household_id for c in changed],
        versions=[c.row.version + 1 for c in changed],
        colors=[c.decision.color for c in changed],
        reasons=[",".join(c.decision.reasons) for c in changed],
        rule_versions=[c.decision.rule_version for c in changed],
        recheck_ons=[c.decision.recheck_on for c in changed],
        expected_arrival_ons=[c.row.now_arrives_on for c in changed],
        expected_origin_codes=[c.row.now_origin_code for c in changed],
        order_ids=[c.row.now_order_id for c in changed],
        order_statuses=[c.row.now_order_status for c in changed],
        order_settings=[c.row.now_order_setting for c in changed],
        order_ends_ons=[c.row.now_order_ends_on for c in changed],
    )


def standing_facts(changed: Sequence[Restated]) -> Iterator[Fact]:
    """Yield the fact of each changed standing: keys, codes and days, nobody's name or number."""
    for one in changed:
        row = one.row
        body = {
            "person_key": row.person_key,
            "resident_id": str(row.resident_id),
            "version": row.version + 1,
            "color": one.decision.color,
            "home_division_code": row.division_code,
            "expected_arrival_on": row.now_arrives_on and row.now_arrives_on.isoformat(),
            "expected_origin_code": row.now_origin_code,
            "order_id": row.now_order_id and str(row.now_order_id),
            "order_status": row.now_order_status,
            "order_setting": row.now_order_setting,
            "order_ends_on": row.now_order_ends_on and row.now_order_ends_on.isoformat(),
        }
        yield Fact("standing_changed", row.division_code, body)
