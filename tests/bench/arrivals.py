"""A list of returnees of any length, as stations would send it for a whole district.

Of a hundred rows, 34 name a resident's document, 10 a resident's phone and name, 8 a resident's phone
and another name, 43 people whom nobody knows, and 5 are to be refused.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random

from chassis.standards import NATIONAL_ID_CHECKS, NATIONAL_ID_WEIGHTS
from infra.seed import divisions, people
from infra.seed.records import Household, Resident
from infra.seed.returnees import COLUMNS

SHARES = {"document": 34, "phone": 10, "probable": 8, "unknown": 43, "refused": 5}
ORIGINS = ("330300", "420100", "330327", "440300", "310115", "110105", "320500", "410100")
TRANSPORTS = ("TRAIN G7333", "TRAIN G596", "BUS", "PLANE CA1702", "CAR", "高铁 G20", "自驾")
UNASSIGNED = "330198"  # beside the seed's own prefix, so that nobody of the roster is hit
FIRST_BIRTH = date(1950, 1, 1)
DAYS, SERIALS = 20_000, 999
STRANGERS = 200_000  # so many of each list are its own
PER_VILLAGE_MIN = 12

Row = dict[str, str]
Home = tuple[Resident, Household]


def returnee_list(seed: int, count: int, today: date, *, scale: str = "district") -> bytes:
    """Return a list of so many rows as CSV, the same every time."""
    random = Random(seed)
    kinds = random.choices(list(SHARES), list(SHARES.values()), k=count)
    homes = residents(seed, scale, sum(kind != "unknown" for kind in kinds))
    random.shuffle(homes)
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    with_phone = iter([home for home in homes if home[0].phone])
    with_document = iter([home for home in homes if not home[0].phone and home[0].national_id])
    for number, kind in enumerate(kinds):
        wants_phone = kind in {"phone", "probable"}
        home = next(with_phone if wants_phone else with_document, None) or homes[number % len(homes)]
        row = row_of(home, today + timedelta(days=number % 3), number)
        writer.writerow(row | changed(kind, number, stranger_id(STRANGERS * (seed // 10_000) + number)))
    return text.getvalue().encode()


def residents(seed: int, scale: str, count: int) -> list[Home]:
    """Return residents with their households, as many from each village, and enough of each kind."""
    villages = divisions.populated(seed, scale)
    share = max(PER_VILLAGE_MIN, 3 * count // len(villages))
    found: list[Home] = []
    for village in villages:
        households, members = people.people_of(village, seed)
        homes = {household.id: household for household in households}
        found += ((member, homes[member.household_id]) for member in islice(members, share))
    return found


def row_of(home: Home, arrives_on: date, number: int) -> Row:
    """Return the row of a resident who comes home."""
    resident, household = home
    return {
        "name": resident.name,
        "national_id": resident.national_id or "",
        "phone": resident.phone or "",
        "origin_code": ORIGINS[number % len(ORIGINS)],
        "arrives_on": arrives_on.isoformat(),
        "transport": TRANSPORTS[number % len(TRANSPORTS)],
        "destination_grid_code": resident.grid_code,
        "address": household.address,
    }


def changed(kind: str, number: int, stranger: str) -> Row:
    """Return what stands otherwise in a row of a kind."""
    if kind == "phone":
        return {"national_id": ""}
    if kind == "probable":
        return {"name": "欧阳远", "national_id": stranger}
    if kind == "unknown":
        return {"name": "司马青", "national_id": stranger, "phone": ""}
    if kind == "refused":
        return faults(number)
    return {}


def faults(number: int) -> Row:
    """Return one of the faults that lists have."""
    return (
        {"national_id": "330199199103040058"},
        {"origin_code": "999999"},
        {"name": ""},
        {"arrives_on": "28.01.20"},
        {"address": ""},
    )[number % 5]


def stranger_id(number: int) -> str:
    """Return the number of somebody whom nobody knows."""
    day = FIRST_BIRTH + timedelta(days=number % DAYS)
    body = f"{UNASSIGNED}{day:%Y%m%d}{1 + number // DAYS % SERIALS:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, NATIONAL_ID_WEIGHTS, strict=True))
    return body + NATIONAL_ID_CHECKS[total % 11]


def pieces(content: bytes, size: int = 64 * 2**10) -> Iterator[bytes]:
    """Yield a file as it would come in."""
    for start in range(0, len(content), size):
        yield content[start : start + size]
