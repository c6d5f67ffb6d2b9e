"""The district of the carpet screening: all 329 villages and communities have people, a few households each.

`python -m infra.story.units residents --scale story` writes it; everything but the residents is the seed's own.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from infra.seed import divisions, people
from infra.seed.cli import SEED, main, write_lines
from infra.seed.divisions import DONGCUNWU, SHANSHUI, Village
from infra.seed.records import Record
from infra.seed.streams import counts_of

HOUSEHOLDS_A_UNIT = 6
RESIDENTS_A_UNIT = 16
GRIDS_A_UNIT = 2


def units(seed: int) -> list[Village]:
    """Return the 329 units: the community of the other stories whole, the others thinned out."""
    return [unit if unit.code == SHANSHUI else thinned(unit) for unit in divisions.villages(seed)]


def thinned(unit: Village) -> Village:
    """Return a unit with a few households in its first grids; in Zhao's village one person serves them all."""
    grids = 1 if unit.code == DONGCUNWU else min(GRIDS_A_UNIT, len(unit.grid_codes))
    sizes = [HOUSEHOLDS_A_UNIT // grids] * grids + [0] * (len(unit.grid_codes) - grids)
    return replace(unit, households=sum(sizes), residents=RESIDENTS_A_UNIT, grid_sizes=tuple(sizes))


def residents(seed: int) -> Iterator[Record]:
    """Yield divisions and workers of the district, then the people of each unit in turn."""
    lists: list[list[Record]] = [
        list(divisions.division_records(seed)),
        list(divisions.alias_records()),
        list(divisions.origin_records()),
        list(divisions.worker_records(seed)),
    ]
    found = units(seed)
    yield counts_of(*lists, household=sum(u.households for u in found), resident=sum(u.residents for u in found))
    yield from chain(*lists)
    for unit in found:
        households, members = people.people_of(unit, seed)
        yield from households
        yield from members


if __name__ == "__main__":
    if sys.argv[1:2] == ["residents"]:
        write_lines(residents(SEED), sys.stdout.buffer, progress=False)
    else:
        sys.exit(main(sys.argv[1:]))
