"""Liaison teams: 13 in Xindeng, others in proportion; each answers for enterprises of its town."""

from collections.abc import Iterator
from functools import cache

from infra.seed.divisions import LUSHAN, XINDENG, towns, villages
from infra.seed.draws import between, mobile, named_id, rng
from infra.seed.names import any_name
from infra.seed.records import LiaisonTeam

TEAMS_OF_XINDENG = 13
TOWNS_AT = {"story": (XINDENG,), "town": (LUSHAN, XINDENG)}


@cache
def team_count(seed: int, town_code: str) -> int:
    """Return how many teams a town has."""
    units = villages(seed)
    own = sum(v.households for v in units if v.town.code == town_code)
    whole = sum(v.households for v in units if v.town.code == XINDENG)
    return max(1, round(TEAMS_OF_XINDENG * own / whole))


def team_records(seed: int, scale: str) -> Iterator[LiaisonTeam]:
    """Yield the teams of a scale; a team belongs to its town as a whole."""
    for town in towns():
        if scale != "district" and town.code not in TOWNS_AT[scale]:
            continue
        random = rng(seed, "liaison", town.code)
        for number in range(team_count(seed, town.code)):
            yield LiaisonTeam(
                id=_team_id(seed, town.code, number),
                name=f"{town.name}组团联企第{number + 1}组",
                phone=mobile("1383", town.index * 100 + number),
                division_code=f"{town.code}000000",
                leader_name=any_name(random, between(random, 1963, 1985)),
            )


def team_of(seed: int, town_code: str, place: int) -> str:
    """Return the id of the team that answers for an enterprise, by its place in the register."""
    return _team_id(seed, town_code, place % team_count(seed, town_code))


def _team_id(seed: int, town_code: str, number: int) -> str:
    return named_id(seed, "liaison_team", f"{town_code}:{number}")
