"""Who lives together: sizes of households, who their members are to the head, how old."""

from dataclasses import dataclass
from random import Random

from infra.seed.draws import between

SIZE_WEIGHTS = ((1, 0.18), (2, 0.46), (3, 0.73), (4, 0.90), (5, 0.97), (6, 1.0))  # cumulative
SIZE_MAX = 6
AGE_MAX = 103

HEAD, SPOUSE, CHILD, PARENT = "HEAD", "SPOUSE", "CHILD", "PARENT"


@dataclass(frozen=True, slots=True)
class Home:
    """A form of household: how frequent among its size, its members, the head's age."""

    until: float  # cumulative frequency
    roles: tuple[str, ...]
    youngest: int
    oldest: int


HOMES: dict[int, tuple[Home, ...]] = {
    1: (Home(0.35, (HEAD,), 22, 45), Home(1.0, (HEAD,), 50, 92)),
    2: (
        Home(0.30, (HEAD, SPOUSE), 24, 38),
        Home(0.72, (HEAD, SPOUSE), 48, 84),
        Home(0.86, (HEAD, CHILD), 27, 70),
        Home(1.0, (HEAD, PARENT), 28, 62),
    ),
    3: (
        Home(0.78, (HEAD, SPOUSE, CHILD), 26, 60),
        Home(0.92, (HEAD, SPOUSE, PARENT), 30, 62),
        Home(1.0, (HEAD, CHILD, PARENT), 30, 55),
    ),
    4: (
        Home(0.50, (HEAD, SPOUSE, CHILD, CHILD), 28, 52),
        Home(0.85, (HEAD, SPOUSE, CHILD, PARENT), 28, 56),
        Home(1.0, (HEAD, SPOUSE, PARENT, PARENT), 28, 58),
    ),
    5: (
        Home(0.5, (HEAD, SPOUSE, CHILD, CHILD, PARENT), 28, 52),
        Home(1.0, (HEAD, SPOUSE, CHILD, PARENT, PARENT), 28, 54),
    ),
    6: (Home(1.0, (HEAD, SPOUSE, CHILD, CHILD, PARENT, PARENT), 28, 52),),
}


def draw_sizes(random: Random, *, residents: int, households: int, fixed: dict[int, int]) -> list[int]:
    """Return the households' sizes; they add up to the residents, and fixed ones stay."""
    sizes = [draw_size(random) for _ in range(households)]
    for place, size in fixed.items():
        sizes[place] = size
    missing = residents - sum(sizes)
    step = 1 if missing > 0 else -1
    while missing:
        place = int(random.random() * households)
        if place not in fixed and 1 <= sizes[place] + step <= SIZE_MAX:
            sizes[place] += step
            missing -= step
    return sizes


def draw_size(random: Random) -> int:
    """Return the size of one household."""
    value = random.random()
    return next(size for size, until in SIZE_WEIGHTS if value < until)


def draw_home(random: Random, size: int) -> Home:
    """Return a form of household for a size."""
    value = random.random()
    return next(home for home in HOMES[size] if value < home.until)


def draw_age(random: Random, role: str, head_age: int) -> int:
    """Return the whole years of a member; generations lie 22 to 36 years apart."""
    if role == HEAD:
        return head_age
    if role == SPOUSE:
        return max(22, head_age + between(random, -4, 3))
    if role == CHILD:
        age = head_age - between(random, 22, 36)
        return age if age >= 0 else between(random, 0, 2)
    return min(AGE_MAX - 1, head_age + between(random, 22, 34))
