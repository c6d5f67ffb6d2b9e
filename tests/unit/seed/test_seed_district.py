"""The whole district is made once, a line at a time, and looked at from all sides."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import msgspec
import pytest

from chassis import standards
from infra.seed import cast
from infra.seed.divisions import LUSHAN
from infra.seed.records import GridWorker, Household, Record, Resident
from infra.seed.streams import Request, residents

TODAY = date(2020, 1, 27)
CHECKED = 97  # one number in so many is checked whole


@dataclass(slots=True)
class Census:
    """What one pass over the district's stream found."""

    announced: dict[str, int]
    counts: Counter[str] = field(default_factory=Counter)
    ids: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    numbered: int = 0
    phoned: int = 0
    households_by_grid: Counter[str] = field(default_factory=Counter)
    grids_served: set[str] = field(default_factory=set)
    grids_lived_in: set[str] = field(default_factory=set)
    lushan: list[Record] = field(default_factory=list)
    sample: list[Resident] = field(default_factory=list)
    undocumented: list[Resident] = field(default_factory=list)
    orphans: int = 0

    def read(self, record: Record) -> None:
        """Take note of a record."""
        self.counts[str(record.__struct_config__.tag)] += 1
        if isinstance(record, Household):
            self.ids.add(record.id)
            self.households_by_grid[record.grid_code] += 1
        elif isinstance(record, Resident):
            self.read_resident(record)
        elif isinstance(record, GridWorker):
            self.grids_served.update(record.grid_codes)
        if isinstance(record, Household | Resident) and record.grid_code.startswith(LUSHAN):
            self.lushan.append(record)

    def read_resident(self, person: Resident) -> None:
        """Take note of a resident, whose household and guardian must have come before."""
        self.orphans += person.household_id not in self.ids
        self.orphans += person.guardian_id is not None and person.guardian_id not in self.ids
        self.ids.add(person.id)
        self.grids_lived_in.add(person.grid_code)
        if person.national_id:
            self.numbered += 1
            self.numbers.add(person.national_id)
        else:
            self.undocumented.append(person)
        if person.phone:
            self.phoned += 1
            self.phones.add(person.phone)
        if self.counts["resident"] % CHECKED == 0:
            self.sample.append(person)


def stream(scale: str) -> Iterator[Record]:
    """Return the stream of residents at a scale."""
    return residents(Request(scale, 330_111, TODAY))


@pytest.fixture(scope="module")
def census() -> Census:
    """Return the census of the district at full scale; takes some twenty seconds."""
    records = stream("district")
    first = next(records)
    found = Census(announced=msgspec.to_builtins(first)["counts"])
    for record in records:
        found.read(record)
    return found


def test_totals_are_the_district_s(census: Census) -> None:
    """Fuyang had 832,017 residents in 301,415 households, 24 towns and 329 villages."""
    assert census.counts["resident"] == 832_017
    assert census.counts["household"] == 301_415
    assert census.counts["origin_division"] > 3_000
    assert 2_900 < census.counts["division"] - 1 - 24 - 329 < 3_100


def test_first_line_announces_what_follows(census: Census) -> None:
    """A loader draws its bar from the first line."""
    assert census.announced == dict(census.counts)


def test_no_id_number_or_phone_is_given_twice(census: Census) -> None:
    """Ids, national IDs and phones are unique in the district."""
    assert len(census.ids) == 832_017 + 301_415
    assert len(census.numbers) == census.numbered
    assert len(census.phones) == census.phoned


def test_parents_come_before_children(census: Census) -> None:
    """A household stands before its residents, a guardian before the child."""
    assert census.orphans == 0


def test_every_grid_is_served_and_lived_in(census: Census) -> None:
    """No grid is without a worker, and each holds about a hundred households."""
    assert set(census.households_by_grid) == census.grids_served == census.grids_lived_in
    assert all(80 <= n <= 125 for n in census.households_by_grid.values())


def test_numbers_pass_the_national_standard(census: Census) -> None:
    """A number's check, birth date and sex agree with the person, under the unassigned prefix."""
    for person in census.sample:
        if person.national_id is None:
            continue
        number = standards.national_id(person.national_id, today=TODAY)
        assert number.startswith("330199")
        assert standards.birth_date(number).isoformat() == person.birth_on
        assert (int(number[16]) % 2 == 1) == (person.sex == "MALE")
        assert person.phone is None or standards.phone(person.phone) == person.phone


def test_ids_are_version_seven(census: Census) -> None:
    """The version and variant bits are those of a UUIDv7."""
    assert all(p.id[14] == "7" and p.id[19] in "89ab" and len(p.id) == 36 for p in census.sample)


def test_only_small_children_have_no_document(census: Census) -> None:
    """Who has no document is a small child, known by guardian, name and birth date."""
    known_by = {(c.guardian_id, c.name, c.birth_on) for c in census.undocumented}

    assert len(known_by) == len(census.undocumented) > 1_000
    for child in census.undocumented:
        assert child.birth_on >= "2013"
        assert child.guardian_id
        assert child.document_kind is None
        assert child.phone is None


def test_a_town_is_the_same_at_both_scales(census: Census) -> None:
    """The town's people are the district's people of that town, line by line."""
    town = [r for r in stream("town") if isinstance(r, Household | Resident)]

    assert town == census.lushan


def test_wang_s_number_is_nobody_else_s(census: Census) -> None:
    """The people of the stories are there once each."""
    cast_numbers = set(cast.MEMBERS)
    found = [r.national_id for r in census.lushan if isinstance(r, Resident) and r.national_id in cast_numbers]

    assert Counter(found) == Counter(cast_numbers)
    assert cast_numbers <= census.numbers
