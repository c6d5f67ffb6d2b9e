"""Facts of residents, taken in: each says all of one person or one region, with a version."""

from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec
from prometheus_client import Gauge

from chassis.clock import wall_now
from chassis.database import Transaction
from chassis.stream import Received
from services.checkpoints.watchlist import queries
from services.checkpoints.watchlist.model import RiskLevel

taken_in_at = Gauge("watchlist_taken_in_timestamp_seconds", "When the last fact of residents was taken in.")


class Told(msgspec.Struct, frozen=True, tag_field="fact"):
    """What residents tells; the district is the first 6 digits of the division code."""

    division_code: str

    @property
    def district_code(self) -> str:
        """Return the district that the fact belongs to."""
        return self.division_code[:6]


class Standing(Told, frozen=True, tag="standing_changed"):
    """Where a person stands."""

    person_key: str
    version: int
    color: str | None = None
    home_division_code: str | None = None
    expected_arrival_on: date | None = None
    expected_origin_code: str | None = None
    order_id: UUID | None = None
    order_status: str | None = None
    order_setting: str | None = None
    order_ends_on: date | None = None

    COLUMNS: ClassVar[tuple[str, ...]] = queries.INCOMING_COLUMNS

    def columns(self) -> tuple[object, ...]:
        """Return the row of the table of incoming rows."""
        return tuple(getattr(self, name) for name in self.COLUMNS)


class Region(Told, frozen=True, tag="risk_region_declared"):
    """A risk region."""

    risk_region_id: UUID
    version: int
    code: str
    level: RiskLevel
    valid_from: date
    valid_to: date | None = None


class Merged(Told, frozen=True, tag="person_merged"):
    """A key that means another person's record since a merge."""

    lost_person_key: str
    survivor_person_key: str
    version: int


class MergeUndone(Told, frozen=True, tag="person_merge_undone"):
    """A key that means its own record again."""

    lost_person_key: str
    version: int


async def on_person_merged(db: Transaction, fact: Received) -> None:
    """Let a key mean the survivor; an older version changes nothing."""
    await take_in_alias(db, msgspec.convert({**fact.body, "fact": "person_merged"}, Merged))


async def on_person_merge_undone(db: Transaction, fact: Received) -> None:
    """Let a key mean its own record again; an older version changes nothing."""
    await take_in_alias(db, msgspec.convert({**fact.body, "fact": "person_merge_undone"}, MergeUndone))


async def take_in_alias(db: Transaction, told: Merged | MergeUndone) -> None:
    """Keep whom a key means unless something newer is kept."""
    await queries.take_in_alias(
        db,
        district_code=told.district_code,
        lost_person_key=told.lost_person_key,
        survivor_person_key=told.survivor_person_key if isinstance(told, Merged) else None,
        version=told.version,
        taken_in_at=wall_now(),
    )
    await note(db, told.district_code)


async def on_standing_changed(db: Transaction, fact: Received) -> None:
    """Keep what a gate must know of a person; an older version changes nothing."""
    standing = msgspec.convert({**fact.body, "fact": "standing_changed"}, Standing)
    now = wall_now()
    await queries.take_in_standing(db, taken_in_at=now, **{name: getattr(standing, name) for name in Standing.COLUMNS})
    await note(db, standing.district_code)


async def on_risk_region_declared(db: Transaction, fact: Received) -> None:
    """Keep a risk region; an older version changes nothing."""
    await take_in_region(db, msgspec.convert({**fact.body, "fact": "risk_region_declared"}, Region))


async def take_in_region(db: Transaction, region: Region) -> None:
    """Keep a risk region unless a newer version is kept."""
    await queries.take_in_risk_region(
        db,
        district_code=region.district_code,
        risk_region_id=region.risk_region_id,
        version=region.version,
        code=region.code,
        level=region.level,
        valid_from=region.valid_from,
        valid_to=region.valid_to,
    )
    await note(db, region.district_code)


async def note(db: Transaction, district_code: str) -> None:
    """Remember, for the gates and for the metrics, that facts come in."""
    now = wall_now()
    await queries.note_taken_in(db, district_code=district_code, taken_in_at=now)
    db.after_commit.append(lambda: taken_in_at.set(now.timestamp()))
