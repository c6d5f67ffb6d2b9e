"""The streams: in which order records come, parents before what refers to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from infra.seed import applications, divisions, duty, enterprises, liaison, organizations, people, sites
from infra.seed.records import Counts, Record


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: the scale, the seed, and the day that dates are counted from."""

    scale: str
    seed: int
    today: date


def residents(request: Request) -> Iterator[Record]:
    """Yield divisions and workers of the district, then the people of each village in turn."""
    seed = request.seed
    lists: list[list[Record]] = [
        list(divisions.division_records(seed)),
        list(divisions.alias_records()),
        list(divisions.origin_records()),
        list(divisions.worker_records(seed)),
    ]
    units = divisions.populated(seed, request.scale)
    yield counts_of(
        *lists,
        household=sum(u.households for u in units),
        resident=sum(u.residents for u in units),
    )
    yield from chain(*lists)
    for unit in units:
        households, members = people.people_of(unit, seed)
        yield from households
        yield from members


def checkpoints(request: Request) -> Iterator[Record]:
    """Yield organizations, checkpoints, devices, staff and their shifts."""
    seed, scale = request.seed, request.scale
    lists: list[list[Record]] = [
        list(organizations.organization_records(seed, scale)),
        list(sites.checkpoint_records(seed, scale)),
        list(sites.device_records(seed, scale)),
        list(organizations.staff_records(seed, scale)),
        list(duty.shift_records(seed, scale, request.today)),
    ]
    yield counts_of(*lists)
    yield from chain(*lists)


def enterprise_register(request: Request) -> Iterator[Record]:
    """Yield industries, liaison teams, enterprises, and one application to submit."""
    seed, scale = request.seed, request.scale
    lists: list[list[Record]] = [
        list(enterprises.industry_records()),
        list(liaison.team_records(seed, scale)),
        list(enterprises.enterprise_records(seed, scale, request.today)),
        [applications.application_record(seed, request.today)],
    ]
    yield counts_of(*lists)
    yield from chain(*lists)


def counts_of(*lists: list[Record], **more: int) -> Counts:
    """Return the first line of a stream: how many records of each kind follow."""
    counts = {str(records[0].__struct_config__.tag): len(records) for records in lists}
    return Counts(counts=counts | more)


STREAMS = {
    "residents": residents,
    "checkpoints": checkpoints,
    "enterprises": enterprise_register,
}
