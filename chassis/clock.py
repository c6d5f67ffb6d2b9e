"""Business time: orders, due times and retention ask this clock, never the machine's.

Wall time (tokens, leases, spans) stays the machine's. A story's clock moves forward only.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DISTRICT_ZONE = ZoneInfo("Asia/Shanghai")


class ClockRunsBackward(ValueError):
    """A story's clock only moves forward."""


@dataclass(slots=True)
class Clock:
    """The machine's clock in the district's zone, or a story's own."""

    story_time: datetime | None = None

    @property
    def is_story(self) -> bool:
        """Say whether the time is told by a story."""
        return self.story_time is not None

    def now(self) -> datetime:
        """Return the current business instant, aware, in Asia/Shanghai."""
        if self.story_time is not None:
            return self.story_time
        return datetime.now(DISTRICT_ZONE)

    def today(self) -> date:
        """Return the current business day."""
        return self.now().date()

    def move(self, instant: datetime) -> None:
        """Move a story's clock forward to an aware instant."""
        if self.story_time is None:
            raise ClockRunsBackward("this process runs on the machine's time")
        if instant < self.story_time:
            raise ClockRunsBackward(f"{instant.isoformat()} is before {self.story_time.isoformat()}")
        self.story_time = instant.astimezone(DISTRICT_ZONE)


def open_clock(story_clock: str | None, *, production: bool) -> Clock:
    """Return the process's clock; refuse a story's clock in production (exit code 2)."""
    if not story_clock:
        return Clock()
    if production:
        raise SystemExit("STORY_CLOCK is set: a story's clock does not run in production")
    instant = datetime.fromisoformat(story_clock)
    if instant.tzinfo is None:
        raise SystemExit("STORY_CLOCK needs a time zone, as in 2020-01-28T08:00:00+08:00")
    return Clock(instant.astimezone(DISTRICT_ZONE))


def wall_now() -> datetime:
    """Return the machine's instant, for leases, tokens and spans."""
    return datetime.now(DISTRICT_ZONE)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first instant of a day of the district, and of the next."""
    start = datetime(day.year, day.month, day.day, tzinfo=DISTRICT_ZONE)
    return start, start + timedelta(days=1)
