"""Numbers that pass every check and belong to nobody.

National IDs carry the unassigned prefix 330199. Credit codes carry an organization code whose own
check digit (GB 11714) is wrong, which the credit code's check (GB 32100) does not notice.
"""

from datetime import date, timedelta
from functools import cache

from stdnum.cn import uscc

from chassis.standards import NATIONAL_ID_CHECKS, NATIONAL_ID_WEIGHTS

PREFIX = "330199"
FIRST_DAY = date(1915, 1, 1)
LAST_DAY = date(2019, 12, 31)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
SERIALS = 500  # of each sex and day

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
SERIAL_START = 13 * 31 * 31  # MA2GR + D00
CODES_A_HEAD = 30  # of 31 last characters, one is the right check digit and left out


def weighted(digits: str, start: int) -> int:
    """Return the weighted sum of a part of a national ID that starts at a position."""
    return sum(int(d) * NATIONAL_ID_WEIGHTS[start + i] for i, d in enumerate(digits))


@cache
def days() -> tuple[tuple[str, str, int], ...]:
    """Return each birth day as ISO text, as eight digits, and its weighted sum with the prefix."""
    every = [FIRST_DAY + timedelta(days=i) for i in range(DAYS)]
    base = weighted(PREFIX, 0)
    return tuple((d.isoformat(), f"{d:%Y%m%d}", base + weighted(f"{d:%Y%m%d}", 6)) for d in every)


@cache
def sequences() -> tuple[tuple[str, int], ...]:
    """Return the three-digit sequences and their weighted sums; odd ones are male."""
    return tuple((f"{i:03d}", weighted(f"{i:03d}", 14)) for i in range(2 * SERIALS))


def national_id(day: int, sequence: int) -> str:
    """Return the number of a birth day (0 is 1915-01-01) and a sequence, with its check."""
    _, digits, day_sum = days()[day]
    text, sequence_sum = sequences()[sequence]
    return f"{PREFIX}{digits}{text}{NATIONAL_ID_CHECKS[(day_sum + sequence_sum) % 11]}"


def sequence_of(place: int, day: int, *, male: bool) -> int:
    """Return the one sequence that a village has on a day for a sex.

    No two villages share it, so each makes its numbers alone and none is made twice.
    """
    return (place + day * 37) % SERIALS * 2 + male


def credit_code(kind: str, serial: int) -> str:
    """Return a credit code: 91 an enterprise, 92 a merchant, 93 a cooperative."""
    head, last = divmod(serial, CODES_A_HEAD)
    number = SERIAL_START + head
    body = "MA2GR" + "".join(ALPHABET[number // 31**p % 31] for p in (2, 1, 0))
    right = organization_check(body)
    wrong = [c for c in ALPHABET if c != right]
    code = f"{kind}330111{body}{wrong[last]}"
    return code + str(uscc.calc_check_digit(code))


def organization_check(body: str) -> str:
    """Return the check character of an organization code (GB 11714)."""
    total = sum(int(c, 36) * w for c, w in zip(body, ORGANIZATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]
