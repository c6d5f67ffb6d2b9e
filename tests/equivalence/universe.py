"""A universe of rows: what each key leads to follows from the seed and from nothing else.

Keys come from small pools, so that ids repeat, rows point at each other and de-duplication matters.
"""

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.equivalence import values
from tests.equivalence.chance import happens, pick, roll
from tests.equivalence.shape import DIVISIONS, Key, Rows
from tests.equivalence.values import MISSING

POOL = 8
NULL_KEYS = 0.12
NOT_FOUND = 0.08
OTHER_LEVEL = 0.03
LONG_LISTS = 0.02
LEVELS = {6: "DISTRICT", 9: "TOWN", 12: "VILLAGE", 15: "GRID"}
CODES = (
    "330111",
    "330111004",
    "330111005",
    "330111004002",
    "330111004003",
    "330111004002001",
    "330111004002002",
    "330111005001001",
)
TEXT_KEYS = {"industry_code": "industry-{}", "person_key": 'key "{}"', "credit_code": "91330111MA2GRD00{}J"}


def key_of(domain: str, number: int) -> str:
    """Return a key of a domain: the same in every universe, so that documents can name it."""
    if domain == DIVISIONS:
        return CODES[number % POOL]
    if domain in TEXT_KEYS:
        return TEXT_KEYS[domain].format(number % POOL)
    return str(UUID(int=roll(domain) << 64 | 1 << 63 | (number % POOL)))


@dataclass(slots=True)
class Universe:
    """All rows of one seed; `spoilt` is the share of columns that hold what they must not.

    Columns of endpoints that are vouched for hold what they must: nothing is promised otherwise.
    """

    seed: int
    spoilt: float = 0.0
    _spread: int = field(init=False)
    _longest: int = field(init=False)

    def __post_init__(self) -> None:
        self._spread = 1 + roll(self.seed, "spread") % POOL
        self._longest = pick((0, 1, 2, 3, 3, 5), self.seed, "longest")

    def key(self, domain: str, *about: object) -> str:
        """Return one of the keys of a domain that this universe uses."""
        return key_of(domain, roll(self.seed, domain, *about) % self._spread)

    def one(self, rows: Rows, key: str) -> "Row | None":
        """Return the row of a key."""
        if happens(NOT_FOUND, self.seed, rows.endpoint.path, key, "found"):
            return None
        own = key if rows.domain == rows.own_domain else self.key(rows.own_domain, rows.endpoint.path, key)
        return Row(self, rows, own if rows.own else f"{rows.endpoint.path} {key}")

    def many(self, rows: Rows, key: str, arguments: str) -> "list[Row]":
        """Return the rows of a key, filtered by arguments."""
        about = (self.seed, rows.endpoint.path, key, arguments)
        count = roll(*about, "count") % (self._longest + 1)
        if self._longest > 1 and happens(LONG_LISTS, *about, "long"):
            count = 15 + roll(*about, "more") % 100
        if rows.own:
            return [Row(self, rows, self.key(rows.own_domain, *about, n)) for n in range(count)]
        return [Row(self, rows, f"{rows.endpoint.path} {key} {n}") for n in range(count)]


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its columns follow from its own key, wherever it is met."""

    universe: Universe
    rows: Rows
    own: str

    def column(self, name: str) -> Any:
        """Return what a column holds."""
        what = self.rows.columns[name]
        about = (self.universe.seed, self.rows.own_domain, self.own, name)
        share = 0.0 if self.rows.endpoint.vouched else self.universe.spoilt
        if share and happens(share, *about, "spoilt"):
            return self.spoilt(name, about)
        if isinstance(what, Key):
            return self.key(name, what, about)
        if name == "level" and self.rows.own_domain == DIVISIONS and not happens(OTHER_LEVEL, *about, "other"):
            return LEVELS.get(len(self.own), "GRID")
        return values.value(what, *about)

    def key(self, name: str, what: Key, about: tuple[object, ...]) -> str | None:
        """Return a key: the row's own, or one that leads elsewhere or nowhere."""
        if name == self.rows.own:
            return self.own
        if happens(NULL_KEYS, *about, "null"):
            return None
        return self.universe.key(what.domain, *about)

    def spoilt(self, name: str, about: tuple[object, ...]) -> Any:
        """Return what a column must not hold."""
        what = self.rows.columns[name]
        if isinstance(what, Key):
            return pick((None, MISSING, MISSING, "", "no-such-key", 5, True, ["x"], {"a": 1}), *about, "key")
        return values.broken(what, *about)


def cursor_of(number: int) -> str:
    """Return the cursor of the row at a place of a list, as a service writes it."""
    return json.dumps([f"2020-01-{1 + number % 28:02}T08:00:00+08:00", number])


def opaque(text: str) -> str:
    """Return a cursor or an id as clients know it."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
