"""The district's divisions: 24 towns and 329 villages of the official list, grids made for them.

How many households and residents each village has is decided here, once for the whole district,
so that a smaller scale holds the same people as the same villages of the full district.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from infra.seed.draws import apportion, between, mobile, named_id, rng
from infra.seed.names import any_name
from infra.seed.records import Division, DivisionAlias, GridWorker, OriginDivision

DISTRICT = "330111"
LUSHAN = "330111004"
SHANSHUI = "330111004002"
XINDENG = "330111115"
DONGCUNWU = "330111111232"
RESIDENTS = 832_017
HOUSEHOLDS = 301_415
HOUSEHOLDS_A_GRID = 100
VALID_FROM = "2019-10-31"  # the day the list of 2019 describes; published on 2020-02-25

POPULATED = {"story": SHANSHUI, "town": LUSHAN, "district": DISTRICT}  # prefixes, by scale
KINDS = {
    "county": "DISTRICT",
    "subdistrict": "SUBDISTRICT",
    "town": "TOWN",
    "township": "TOWNSHIP",
    "village": "VILLAGE",
    "community": "COMMUNITY",
}
WORKERS_WITH_ONE_GRID = 3  # then comes one who serves two
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Town:
    """A town, township or subdistrict and its place in the list."""

    index: int
    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Village:
    """A village or community with its share of the district's people."""

    index: int
    code: str
    name: str
    kind: str
    town: Town
    households: int
    residents: int
    first_household: int
    first_resident: int
    grid_codes: tuple[str, ...]  # the village's code and a serial from 001
    grid_sizes: tuple[int, ...]  # households of each grid, about a hundred

    @property
    def short_name(self) -> str:
        """Return the name people write in addresses: 陆家村, not 陆家村委会."""
        return self.name.removesuffix("委会")


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the official lists."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def towns() -> tuple[Town, ...]:
    """Return the 24 towns in the order of the list."""
    rows = [r for r in read_table("fuyang_divisions.csv") if r["parent_code"] == "330111000000"]
    return tuple(Town(i, r["code"][:9], r["name"], KINDS[r["level"]]) for i, r in enumerate(rows))


@cache
def villages(seed: int) -> tuple[Village, ...]:
    """Return the 329 villages and communities; their numbers add up to the district's."""
    by_code = {town.code: town for town in towns()}
    rows = [r for r in read_table("fuyang_divisions.csv") if r["code"][:9] in by_code]
    rows = [r for r in rows if r["level"] in {"village", "community"}]
    random = rng(seed, "villages")
    weights = [_weight(r["level"], by_code[r["code"][:9]], random.random()) for r in rows]
    households = apportion(HOUSEHOLDS, weights)
    persons = [2.65 if r["level"] == "community" else 2.85 for r in rows]
    residents = apportion(RESIDENTS, [h * p for h, p in zip(households, persons, strict=True)])
    sizes = [apportion(n, [1.0] * max(1, round(n / HOUSEHOLDS_A_GRID))) for n in households]
    return tuple(
        Village(
            index=i,
            code=r["code"],
            name=r["name"],
            kind=KINDS[r["level"]],
            town=by_code[r["code"][:9]],
            households=households[i],
            residents=residents[i],
            first_household=sum(households[:i]),
            first_resident=sum(residents[:i]),
            grid_codes=tuple(f"{r['code']}{serial + 1:03d}" for serial in range(len(sizes[i]))),
            grid_sizes=tuple(sizes[i]),
        )
        for i, r in enumerate(rows)
    )


def _weight(level: str, town: Town, jitter: float) -> float:
    """Weigh a village: communities hold twice a village's people, subdistricts some more."""
    base = 2.2 if level == "community" else 1.0
    return base * (1.15 if town.kind == "SUBDISTRICT" else 1.0) * (0.6 + 0.8 * jitter)


def populated(seed: int, scale: str) -> list[Village]:
    """Return the villages that have people at a scale."""
    return [v for v in villages(seed) if v.code.startswith(POPULATED[scale])]


def village(seed: int, code: str) -> Village:
    """Return one village by its 12-digit code."""
    return next(v for v in villages(seed) if v.code == code)


def division_records(seed: int) -> Iterator[Division]:
    """Yield the district, its towns, villages and grids, parents first."""
    yield _division(DISTRICT, "富阳区", "DISTRICT", "DISTRICT", None)
    for town in towns():
        yield _division(town.code, town.name, "TOWN", town.kind, DISTRICT)
    for unit in villages(seed):
        yield _division(unit.code, unit.name, "VILLAGE", unit.kind, unit.town.code)
        for serial, code in enumerate(unit.grid_codes, start=1):
            yield _division(code, f"第{serial}网格", "GRID", "GRID", unit.code)


def _division(code: str, name: str, level: str, kind: str, parent: str | None) -> Division:
    return Division(
        code=code,
        name=name,
        level=level,
        kind=kind,
        parent_code=parent,
        code_system="STATISTICAL",
        valid_from=VALID_FROM,
    )


def alias_records() -> list[DivisionAlias]:
    """Return the towns' codes in the civil-affairs list; a code may mean another town there."""
    return [
        DivisionAlias(
            code_system="CIVIL_AFFAIRS",
            code=r["mca_code"][:9],
            division_code=r["nbs_code"][:9],
            valid_from=VALID_FROM,
        )
        for r in read_table("fuyang_town_code_crosswalk.csv")
    ]


def origin_records() -> list[OriginDivision]:
    """Return the provinces, prefectures and counties that travelers may come from.

    Three cities without counties stand in the list of counties too, under their own code.
    """
    found: dict[str, OriginDivision] = {}
    for row in read_table("china_prefectures.csv") + read_table("china_counties.csv"):
        code = row["code"][:6]
        if code not in found:
            found[code] = OriginDivision(
                code=code,
                name=row["name"] if row.get("is_pseudo") != "1" else row["display_name"],
                full_name=row.get("full_name") or row["display_name"],
                level=row["level"].upper(),
                parent=row["parent_code"][:6] or None,
            )
    return list(found.values())


def worker_records(seed: int) -> Iterator[GridWorker]:
    """Yield the grid workers: no grid is without one, and one in four serves two grids."""
    for unit in villages(seed):
        random = rng(seed, "workers", unit.code)
        codes = unit.grid_codes
        start = number = 0
        while start < len(codes):
            count = 2 if number % (WORKERS_WITH_ONE_GRID + 1) == WORKERS_WITH_ONE_GRID else 1
            yield GridWorker(
                id=worker_id(seed, codes[start]),
                division_code=unit.code,
                name=any_name(random, between(random, 1960, 1995)),
                grid_codes=list(codes[start : start + count]),
                serves_from=VALID_FROM,
                phone=mobile("1381", unit.index * 1_000 + number),
            )
            start, number = start + count, number + 1


def worker_id(seed: int, first_grid_code: str) -> str:
    """Return the id of the grid worker whose first grid this is."""
    return named_id(seed, "grid_worker", first_grid_code)
