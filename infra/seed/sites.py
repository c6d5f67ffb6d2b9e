"""Checkpoints and their devices: compounds' gates, village entrances, roads, enterprises' gates."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from infra.seed import enterprises
from infra.seed.divisions import LUSHAN, SHANSHUI, XINDENG, Town, Village, populated, towns, villages
from infra.seed.draws import between, named_id, pick, rng
from infra.seed.records import Checkpoint, Device

HUASHU = "330111005002"
COMPOUNDS = {SHANSHUI: 3, HUASHU: 6}  # as the stories tell; elsewhere two to four
COMPOUND_NAMES = ("花苑", "新村", "公寓", "佳园", "名邸", "家园")
SIDES = ("东门", "西门", "北门")
WANG_GATE = f"gate-{SHANSHUI}-1"
OTHER_GATE = f"gate-{SHANSHUI}-2"
GATE_WITH_GAP = f"gate-{SHANSHUI}-3"
GATES_A_TOWN = 2  # of its first industrial enterprises


@dataclass(frozen=True, slots=True)
class Site:
    """A checkpoint known by its first device."""

    devices: tuple[str, ...]
    name: str
    kind: str
    division_code: str
    strength: int
    status: str = "OPEN"
    hours: tuple[str, str] | None = None

    @property
    def key(self) -> str:
        """Return what the checkpoint's id is made from."""
        return self.devices[0]


def sites(seed: int, scale: str) -> Iterator[Site]:
    """Yield the checkpoints of a scale."""
    units = populated(seed, scale)
    for unit in units:
        yield from _compound_gates(unit, seed) if unit.kind == "COMMUNITY" else _entrances(unit, seed)
    populated_towns = {u.town.code: u.town for u in units} if scale != "story" else {}
    for town in populated_towns.values():
        yield from _road_posts(town, seed)
    yield from _enterprise_gates(seed, scale)


def _compound_gates(unit: Village, seed: int) -> Iterator[Site]:
    """Yield a community's gates; 山水苑 is one compound with three gates, others one each."""
    random = rng(seed, "sites", unit.code)
    drawn = between(random, 2, 4)
    grids = unit.grid_codes
    base = unit.name.removesuffix("社区")
    for number in range(COMPOUNDS.get(unit.code, drawn)):
        name = f"{base}{COMPOUND_NAMES[number]}大门"
        if unit.code == SHANSHUI:
            name = f"山水苑{SIDES[number]}"
        yield Site(
            devices=(f"gate-{unit.code}-{number + 1}",),
            name=name,
            kind="COMPOUND",
            division_code=grids[number % len(grids)],
            strength=2,
        )


def _entrances(unit: Village, seed: int) -> Iterator[Site]:
    """Yield a village's entrances; of two, the second is sometimes closed."""
    random = rng(seed, "sites", unit.code)
    two, closed = random.random() < 0.35, random.random() < 0.25
    for number, side in enumerate(("村口", "后山路口") if two else ("村口",)):
        yield Site(
            devices=(f"gate-{unit.code}-{number + 1}",),
            name=f"{unit.short_name}{side}",
            kind="VILLAGE_ENTRANCE",
            division_code=f"{unit.code}000",
            strength=2 if number == 0 else 1,
            status="CLOSED" if number and closed else "OPEN",
        )


def _road_posts(town: Town, seed: int) -> Iterator[Site]:
    """Yield a town's posts on the roads into it, with two lanes each."""
    random: Random = rng(seed, "roads", town.code)
    units = [v for v in villages(seed) if v.town.code == town.code]
    for number in range(1, between(random, 1, 2) + 1):
        yield Site(
            devices=tuple(f"road-{town.code}-{number}-{lane}" for lane in (1, 2)),
            name=f"{town.name}第{number}道路卡口",
            kind="ROAD",
            division_code=f"{pick(random, units).code}000",
            strength=3,
        )


def _enterprise_gates(seed: int, scale: str) -> Iterator[Site]:
    """Yield the gates of each town's first industrial enterprises, open by day."""
    codes = {"story": [XINDENG], "town": [LUSHAN, XINDENG], "district": [t.code for t in towns()]}
    count = 1 if scale == "story" else GATES_A_TOWN
    for code in codes[scale]:
        for enterprise in enterprises.first_of(seed, code, "INDUSTRIAL", count):
            yield Site(
                devices=(f"gate-{enterprise.credit_code}-1",),
                name=f"{enterprise.name}大门",
                kind="ENTERPRISE_GATE",
                division_code=enterprise.division_code,
                strength=1,
                hours=("06:00:00", "22:00:00"),
            )


def checkpoint_records(seed: int, scale: str) -> Iterator[Checkpoint]:
    """Yield the checkpoints."""
    for site in sites(seed, scale):
        opens_at, closes_at = site.hours or (None, None)
        yield Checkpoint(
            id=checkpoint_id(seed, site.key),
            name=site.name,
            kind=site.kind,
            division_code=site.division_code,
            status=site.status,
            opens_at=opens_at,
            closes_at=closes_at,
            minimum_strength=site.strength,
        )


def device_records(seed: int, scale: str) -> Iterator[Device]:
    """Yield the devices."""
    for site in sites(seed, scale):
        for device in site.devices:
            yield Device(device_id=device, checkpoint_id=checkpoint_id(seed, site.key))


def checkpoint_id(seed: int, key: str) -> str:
    """Return the id of the checkpoint whose first device this is."""
    return named_id(seed, "checkpoint", key)
