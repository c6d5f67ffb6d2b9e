"""The register of enterprises: Xindeng's 5,700 of the stories, other towns' in proportion.

Each kind of each town draws from a generator of its own, so that the first ones of a kind are the
same at every scale.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice
from random import Random

from infra.seed import cast
from infra.seed.divisions import LUSHAN, XINDENG, Town, Village, read_table, towns, villages
from infra.seed.draws import between, mobile, named_id, pick, rng
from infra.seed.firms import INDUSTRIES, Trade, style_name
from infra.seed.liaison import team_of
from infra.seed.names import any_name
from infra.seed.numbers import credit_code
from infra.seed.records import Contact, Enterprise, Industry

CREDIT_CODE = "91330111MA2GRD001J"  # the contract's own enterprise, 李红 in charge
DEMO, RIVAL, APPLICANT = 0, 1, 2  # places among Xindeng's industrial enterprises
DEMO_NAMES = {
    DEMO: "杭州新登示范纸业有限公司",
    RIVAL: "杭州新登恒达纸业有限公司",
    APPLICANT: "杭州新登联创机械有限公司",
}
DEMO_INDUSTRIES = {DEMO: "22", RIVAL: "22", APPLICANT: "34"}
DEMO_CONTACTS = {DEMO: cast.LI, APPLICANT: cast.HE}
DEMO_ADDRESSES = {
    DEMO: "新登镇登云社区 18 号",
    RIVAL: "新登镇登云社区 66 号",
    APPLICANT: "新登镇东安社区 9 号",
}
DEMO_GRIDS = {DEMO: "330111115011001", RIVAL: "330111115011002", APPLICANT: "330111115012001"}

XINDENG_COUNTS = {"INDUSTRIAL": 500, "SERVICE": 1_000, "MERCHANT": 4_200}
ELSEWHERE_ALSO = {"AGRICULTURE": 60, "CONSTRUCTION": 40}  # for a town of Xindeng's size
SMALL_COUNTS = {
    "story": {XINDENG: {"INDUSTRIAL": 3, "SERVICE": 1, "MERCHANT": 1}},
    "town": {
        LUSHAN: {"INDUSTRIAL": 30, "SERVICE": 50, "MERCHANT": 100, "AGRICULTURE": 6, "CONSTRUCTION": 4},
        XINDENG: {"INDUSTRIAL": 60, "SERVICE": 80, "MERCHANT": 160},
    },
}
REGISTERS = {"MERCHANT": "92", "AGRICULTURE": "93"}  # 91 for the rest
SERIALS_A_TOWN = 16_384
KINDS_SHARING_A_REGISTER = ("INDUSTRIAL", "SERVICE", "CONSTRUCTION")
SIZES = {
    "INDUSTRIAL": ((0.04, "LARGE"), (0.18, "MEDIUM"), (0.65, "SMALL"), (1.0, "MICRO")),
    "SERVICE": ((0.01, "LARGE"), (0.08, "MEDIUM"), (0.45, "SMALL"), (1.0, "MICRO")),
    "CONSTRUCTION": ((0.03, "LARGE"), (0.20, "MEDIUM"), (0.70, "SMALL"), (1.0, "MICRO")),
    "AGRICULTURE": ((0.05, "MEDIUM"), (0.35, "SMALL"), (1.0, "MICRO")),
    "MERCHANT": ((1.0, "MICRO"),),
}


@dataclass(frozen=True, slots=True)
class Block:
    """The enterprises of one kind in one town."""

    town: Town
    kind: str
    count: int


def industry_records() -> list[Industry]:
    """Return the sections and divisions of the industry classification."""
    return [
        Industry(
            code=r["code"],
            name=r["name"],
            level=r["level"].upper(),
            parent_code=r["parent_code"] or None,
        )
        for r in read_table("gbt4754_2017_sections_divisions.csv")
    ]


def blocks(seed: int, scale: str) -> list[Block]:
    """Return how many enterprises of each kind each town has at a scale."""
    full = [Block(t, kind, n) for t in towns() for kind, n in _town_counts(seed, t).items()]
    if scale == "district":
        return full
    wanted = SMALL_COUNTS[scale]
    return [
        Block(b.town, b.kind, min(b.count, wanted[b.town.code][b.kind]))
        for b in full
        if b.kind in wanted.get(b.town.code, {})
    ]


@cache
def _town_counts(seed: int, town: Town) -> dict[str, int]:
    if town.code == XINDENG:
        return XINDENG_COUNTS
    ratio = household_ratio(seed, town)
    return {k: max(1, round(n * ratio)) for k, n in (XINDENG_COUNTS | ELSEWHERE_ALSO).items()}


@cache
def household_ratio(seed: int, town: Town) -> float:
    """Return a town's households as a multiple of Xindeng's."""
    own = sum(v.households for v in villages(seed) if v.town.code == town.code)
    return own / sum(v.households for v in villages(seed) if v.town.code == XINDENG)


def enterprise_records(seed: int, scale: str, today: date) -> Iterator[Enterprise]:
    """Yield the enterprises of a scale."""
    for block in blocks(seed, scale):
        yield from islice(_kind_of_town(seed, block.town, block.kind, today), block.count)


def first_of(seed: int, town_code: str, kind: str, count: int) -> list[Enterprise]:
    """Return the first enterprises of a kind in a town."""
    town = next(t for t in towns() if t.code == town_code)
    return list(islice(_kind_of_town(seed, town, kind, date(2020, 2, 1)), count))


def _kind_of_town(seed: int, town: Town, kind: str, today: date) -> Iterator[Enterprise]:
    """Yield a town's enterprises of a kind, without end."""
    random = rng(seed, "enterprises", town.code, kind)
    units = [v for v in villages(seed) if v.town.code == town.code]
    place = 0
    while True:
        made = _enterprise(seed, random, units, Block(town, kind, place), today)
        yield _demo(made, place) if (town.code, kind) == (XINDENG, "INDUSTRIAL") else made
        place += 1


def _enterprise(seed: int, random: Random, units: list[Village], block: Block, today: date) -> Enterprise:
    """Return the enterprise whose place in its kind is the block's count."""
    town, kind, place = block.town, block.kind, block.count
    code = _credit_code(town, kind, place)
    unit = pick(random, units)
    trade = pick(random, INDUSTRIES[kind])
    runs = _runs(random, trade)
    size_draw = random.random()
    return Enterprise(
        id=named_id(seed, "enterprise", code),
        credit_code=code,
        name=style_name(random, trade, kind, town.name),
        kind=kind,
        industry_code=trade.code,
        division_code=pick(random, unit.grid_codes),
        size=next(size for until, size in SIZES[kind] if size_draw < until),
        operation_status="RESUMED" if runs else "STOPPED",
        capacity_percent=runs or None,
        resumed_on=(today - timedelta(days=between(random, 1, 6))).isoformat() if runs else None,
        address=f"{town.name}{unit.short_name} {between(random, 1, 399)} 号",
        contact=Contact(any_name(random, between(random, 1962, 1994)), _phone(town, kind, place)),
        liaison_team_id=None if kind == "MERCHANT" else team_of(seed, town.code, place),
    )


def _runs(random: Random, trade: Trade) -> int:
    """Return the capacity of an enterprise that people cannot do without, 0 if it is closed."""
    draw = random.random()
    return between(random, 4, 10) * 10 if trade.essential and draw < 0.5 else 0


def _demo(made: Enterprise, place: int) -> Enterprise:
    """Give the enterprises of the stories their names and places; all of them are closed."""
    if place not in DEMO_NAMES:
        return made
    member = DEMO_CONTACTS.get(place)
    return Enterprise(
        id=made.id,
        credit_code=made.credit_code,
        name=DEMO_NAMES[place],
        kind=made.kind,
        industry_code=DEMO_INDUSTRIES[place],
        division_code=DEMO_GRIDS[place],
        size="MEDIUM",
        operation_status="STOPPED",
        capacity_percent=None,
        resumed_on=None,
        address=DEMO_ADDRESSES[place],
        contact=Contact(member.name, member.phone) if member else made.contact,
        liaison_team_id=made.liaison_team_id,
    )


def _credit_code(town: Town, kind: str, place: int) -> str:
    """Return the code of a place in a kind; the contract's own comes first of its town."""
    if (town.code, kind, place) == (XINDENG, "INDUSTRIAL", DEMO):
        return CREDIT_CODE
    return credit_code(REGISTERS.get(kind, "91"), _serial(town, kind, place))


def _serial(town: Town, kind: str, place: int) -> int:
    """Return a serial that no other enterprise of its register has; the first heads stay free."""
    start = 30 + town.index * SERIALS_A_TOWN
    if kind in KINDS_SHARING_A_REGISTER:
        step = len(KINDS_SHARING_A_REGISTER)
        return start + place * step + KINDS_SHARING_A_REGISTER.index(kind)
    return start + place


def _phone(town: Town, kind: str, place: int) -> str:
    kinds = sorted(SIZES)
    return mobile("1382", (town.index * len(kinds) + kinds.index(kind)) * 20_000 + place)


def demo_enterprise(seed: int, place: int) -> Enterprise:
    """Return one of the enterprises of the stories."""
    return first_of(seed, XINDENG, "INDUSTRIAL", place + 1)[place]
