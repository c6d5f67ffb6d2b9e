"""Mass look-ups: how many people one person looks up in an hour and in a day.

Above a role's limit an alarm is raised, once a window; above the hard limit nothing more is shown until
the window ends. Windows are those of business time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from chassis.auth import Viewer
from chassis.clock import Clock, day_bounds
from chassis.counting import Tally
from chassis.database import Transaction
from chassis.errors import TooMany
from chassis.facts import Fact, publish
from chassis.ids import new_id

HOUR, DAY = "HOUR", "DAY"
KEPT = timedelta(days=2)
DIVISION_DIGITS = (15, 12, 9)
DISTRICT_DIGITS = 6

ADD = """
INSERT INTO look_up_counts (district_code, subject, period, starts_at, look_ups)
SELECT $1, $2, w.period, w.starts_at, $5
FROM unnest($3::text[], $4::timestamptz[]) AS w(period, starts_at) ORDER BY w.period
ON CONFLICT (district_code, subject, period, starts_at) DO UPDATE SET look_ups = look_up_counts.look_ups + $5
RETURNING period, starts_at, look_ups
"""
RAISE = """
INSERT INTO look_up_alarms (district_code, id, division_code, subject, role, period, starts_at, look_ups,
    look_ups_max, is_refused, raised_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT ON CONSTRAINT look_up_alarms_once_per_window DO NOTHING RETURNING true
"""
EXPIRE = """
DELETE FROM look_up_counts WHERE (district_code, subject, period, starts_at) IN (
    SELECT district_code, subject, period, starts_at FROM look_up_counts WHERE starts_at < $1 LIMIT 1000)
RETURNING 1
"""

alarms = Tally(
    "look_up_alarms", "Alarms on mass look-ups, by role and whether look-ups were refused", ("role", "refused")
)
log = structlog.get_logger()


class LookUpsTooMany(TooMany):
    """You have looked up too many people; the limit is {limit} in {period}. It has been reported.
    您查询的人数过多：{period}内上限为 {limit} 人。已上报。
    """


@dataclass(frozen=True, slots=True)
class Limits:
    """How many people somebody of a role may look up before an alarm, and at all."""

    alarm_people_per_hour: int = 60
    alarm_people_per_day: int = 300
    refuse_people_per_hour: int = 300
    refuse_people_per_day: int = 1_000

    def of(self, period: str) -> tuple[int, int]:
        """Return a period's limit for an alarm, and the hard one."""
        if period == HOUR:
            return self.alarm_people_per_hour, self.refuse_people_per_hour
        return self.alarm_people_per_day, self.refuse_people_per_day


@dataclass(frozen=True, slots=True)
class LookUpRules:
    """The limits by role, and those of every other role."""

    by_role: Mapping[str, Limits] = field(default_factory=dict)
    others: Limits = field(default_factory=Limits)

    def of(self, role: str) -> Limits:
        """Return a role's limits."""
        return self.by_role.get(role, self.others)


@dataclass(frozen=True, slots=True)
class Window:
    """How many people somebody looked up in an hour or a day."""

    period: str
    starts_at: datetime
    look_ups: int

    @property
    def ends_at(self) -> datetime:
        """Return when the next window begins."""
        return self.starts_at + (timedelta(hours=1) if self.period == HOUR else timedelta(days=1))


async def count(db: Transaction, viewer: Viewer, people: int, *, at: datetime) -> list[Window]:
    """Count people looked up by somebody; return the hour's and the day's sums. A negative number takes back."""
    starts = [day_bounds(at.date())[0], at.replace(minute=0, second=0, microsecond=0)]
    rows = await db.connection.fetch(ADD, viewer.district_code, viewer.subject, [DAY, HOUR], starts, people)
    return [Window(row["period"], row["starts_at"], row["look_ups"]) for row in rows]


def refusal(windows: Sequence[Window], limits: Limits, at: datetime) -> LookUpsTooMany | None:
    """Return the refusal of a look-up that goes beyond a hard limit."""
    beyond = [window for window in windows if window.look_ups > limits.of(window.period)[1]]
    if not beyond:
        return None
    last = max(beyond, key=lambda window: window.ends_at)
    problem = LookUpsTooMany(limit=limits.of(last.period)[1], period=last.period.lower())
    problem.retry_after_ms = int((last.ends_at - at).total_seconds() * 1_000)
    return problem


async def raise_alarms(
    db: Transaction, service: str, viewer: Viewer, *, windows: Sequence[Window], limits: Limits, at: datetime
) -> None:
    """Raise an alarm, once, for each window that is beyond a limit; and another when it is beyond the hard one."""
    for window in windows:
        for limit, is_refused in zip(limits.of(window.period), (False, True), strict=True):
            if window.look_ups > limit:
                await raise_alarm(db, service, viewer, window=window, limit=limit, is_refused=is_refused, at=at)


async def raise_alarm(
    db: Transaction, service: str, viewer: Viewer, *, window: Window, limit: int, is_refused: bool, at: datetime
) -> None:
    """Raise one alarm: a row, a fact, a number and a line in the log."""
    alarm_id, division_code = new_id(), place_of(viewer)
    place = (viewer.district_code, alarm_id, division_code, viewer.subject, viewer.role)
    counted = (window.period, window.starts_at, window.look_ups, limit, is_refused, at)
    if not await db.connection.fetchval(RAISE, *place, *counted):
        return
    body = {"alarm_id": str(alarm_id), "period": window.period, "is_refused": is_refused}
    await publish(db, service, Fact("look_ups_alarmed", division_code, body))
    alarms.counts[viewer.role, str(is_refused).lower()] += 1
    await log.awarning(
        "mass look-ups",
        alarm=str(alarm_id),
        role=viewer.role,
        period=window.period,
        look_ups=window.look_ups,
        limit=limit,
        refused=is_refused,
    )


def place_of(viewer: Viewer) -> str:
    """Return the smallest division that holds all of somebody's scopes; the district without any."""
    scopes = viewer.scopes or (viewer.district_code,)
    first, last = min(scopes), max(scopes)
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: next((digits for digits in DIVISION_DIGITS if digits <= same), DISTRICT_DIGITS)]


async def expire_counts(db: Transaction, clock: Clock) -> int:
    """Forget the counts of windows that are over; a job of every service."""
    return len(await db.connection.fetch(EXPIRE, clock.now() - KEPT))
