"""What a passage at a gate means for quarantine: whoever is told to stay at home gets an order."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import structlog
from prometheus_client import Counter

from chassis.clock import DISTRICT_ZONE, Clock
from chassis.database import Transaction
from chassis.service import Handlers, State
from chassis.stream import Received
from services.residents.quarantine import queries
from services.residents.quarantine.model import LENGTH_DAYS_MAX, OrderStatus, Reason, period_is_over
from services.residents.quarantine.orders import draft_order, issue_order
from services.residents.risk_regions.levels import level_of
from services.residents.risk_regions.model import RiskLevel
from services.residents.roster import queries as roster
from services.residents.roster.queries import KnownResident

RISKY = (RiskLevel.MEDIUM, RiskLevel.HIGH)

unknown_persons = Counter(
    "quarantine_passages_of_unknown_persons_total", "Instructed to stay at home, not on the roster."
)

log = structlog.get_logger()


class Passage(msgspec.Struct, frozen=True):
    """What this service reads of a passage."""

    passage_id: UUID
    direction: Literal["ENTRY", "EXIT"]
    occurred_at: Annotated[datetime, msgspec.Meta(tz=True)]
    person_key: str | None = None
    origin_code: str | None = None
    quarantine_days: Annotated[int, msgspec.Meta(ge=1, le=LENGTH_DAYS_MAX)] | None = None

    @property
    def day(self) -> date:
        """Return the day of the passage in the district."""
        return self.occurred_at.astimezone(DISTRICT_ZONE).date()


def handlers(state: State) -> Handlers:
    """Return what this slice does with facts of other services."""

    async def on_passage(db: Transaction, fact: Received) -> None:
        """Issue the order that a gate's instruction stands for."""
        passage = msgspec.convert(fact.body, Passage)
        if passage.direction == "ENTRY" and passage.person_key is not None and passage.quarantine_days is not None:
            await stay_home(
                db,
                state.clock,
                passage,
                district_code=fact.division_code[:6],
                person_key=passage.person_key,
                days=passage.quarantine_days,
            )

    return {"checkpoints.passage_recorded": on_passage}


async def stay_home(
    db: Transaction, clock: Clock, passage: Passage, *, district_code: str, person_key: str, days: int
) -> None:
    """Issue the person's draft, or draft and issue an order; an order in force stays as it is."""
    person = await roster.resident_by_person_key(db, district_code=district_code, person_key=person_key)
    if person is None:
        unknown_persons.inc()
        await log.awarning("passage of an unknown person", passage=str(passage.passage_id))
        return
    order = await queries.lock_open_order(db, district_code=district_code, resident_id=person.id)
    if order is not None and order.status is not OrderStatus.DRAFT:
        return
    length_days = days if order is None else max(order.length_days, days)
    if period_is_over(passage.day, length_days, clock.today()):
        await log.awarning("passage too old for an order", passage=str(passage.passage_id))
        return
    if order is None:
        await draft_for(db, clock, passage, district_code=district_code, person=person, days=days)
        order = await queries.lock_open_order(db, district_code=district_code, resident_id=person.id)
    if order is not None and order.status is OrderStatus.DRAFT:
        note = f"passage {passage.passage_id}"
        await issue_order(db, order, starts_on=passage.day, length_days=length_days, now=clock.now(), note=note)


async def draft_for(
    db: Transaction, clock: Clock, passage: Passage, *, district_code: str, person: KnownResident, days: int
) -> None:
    """Draft the order that a gate's instruction stands for."""
    level = None
    if passage.origin_code is not None:
        level = await level_of(db, district_code, passage.origin_code, passage.day)
    await draft_order(
        db,
        district_code=district_code,
        resident_id=person.id,
        division_code=person.division_code,
        reason=Reason.TRAVEL_FROM_RISK_AREA if level in RISKY else Reason.TRAVEL_FROM_ELSEWHERE,
        starts_on=passage.day,
        length_days=days,
        now=clock.now(),
    )
