"""Duty shifts round the clock from the day before loading, so that a night shift is under way.

A checkpoint has a crew of its own, a third larger than its posts of a day: nobody is booked twice,
and whoever leaves a post rests for at least two shifts.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from chassis.clock import DISTRICT_ZONE
from infra.seed import organizations, sites
from infra.seed.draws import named_id
from infra.seed.organizations import PROPERTY_COMPANY
from infra.seed.records import DutyShift

SHIFT_HOURS = 8
DAYS_AHEAD = {"story": 21, "town": 7, "district": 7}
GUARDED_BY_COMPANY = {sites.WANG_GATE: 0, sites.OTHER_GATE: 8, sites.GATE_WITH_GAP: 16}


def shift_records(seed: int, scale: str, today: date) -> Iterator[DutyShift]:
    """Yield the shifts of all open checkpoints; one gate of the demo is a person short."""
    pool = _pool(seed, scale)
    taken = 0
    for site in sites.sites(seed, scale):
        if site.status != "OPEN":
            continue
        size = crew_size(site)
        start = GUARDED_BY_COMPANY.get(site.key)
        if start is None:
            crew, taken = pool[taken : taken + size], taken + size
        else:
            crew = [organizations.staff_id(seed, PROPERTY_COMPANY, start + i) for i in range(size)]
        assert len(crew) == size, "more posts than people"
        yield from _shifts(seed, site, crew, _days(scale, today))


def crew_size(site: sites.Site) -> int:
    """Return how many people a checkpoint needs, a third more than its posts of a day."""
    posts = site.strength * len(_starts(site))
    return posts + max(1, posts // 3)


def _pool(seed: int, scale: str) -> list[str]:
    """Return everybody who is not a guard of the property company."""
    return [
        organizations.staff_id(seed, employer.name, number)
        for employer in organizations.employers(scale)
        if employer.name != PROPERTY_COMPANY
        for number in range(employer.strength)
    ]


def _days(scale: str, today: date) -> list[date]:
    return [today + timedelta(days=i) for i in range(-1, DAYS_AHEAD[scale])]


def _starts(site: sites.Site) -> list[int]:
    """Return the hours at which a checkpoint's shifts start."""
    if site.hours is None:
        return [0, 8, 16]
    return list(range(int(site.hours[0][:2]), int(site.hours[1][:2]), SHIFT_HOURS))


def _shifts(seed: int, site: sites.Site, crew: list[str], days: list[date]) -> Iterator[DutyShift]:
    present = site.strength - (1 if site.key == sites.GATE_WITH_GAP else 0)
    for day in days:
        for number, hour in enumerate(_starts(site)):
            starts_at = datetime.combine(day, time(hour), DISTRICT_ZONE)
            turn = day.toordinal() * len(_starts(site)) + number
            for post in range(present):
                yield DutyShift(
                    id=named_id(seed, "duty_shift", f"{site.key}:{starts_at}:{post}"),
                    checkpoint_id=sites.checkpoint_id(seed, site.key),
                    staff_id=crew[(turn * site.strength + post) % len(crew)],
                    starts_at=starts_at.isoformat(),
                    ends_at=(starts_at + timedelta(hours=SHIFT_HOURS)).isoformat(),
                )
