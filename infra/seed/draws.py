"""What a seeded generator needs: ids, choices, fair shares, phone numbers.

Only `Random.random` and `getrandbits` are used: their sequences are the same in every Python.
"""

import hashlib
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

BASE_MS = 1_577_808_000_000  # 2020-01-01T00:00:00+08:00: ids do not depend on the day of loading
PHONE_NUMBERS = 10_000_000
PHONES_RESERVED = 1_000  # 1380000000x belongs to the people of the stories
PHONE_STEP = 7_654_321  # coprime to 10,000,000, so that no two indexes share a number


def rng(seed: int, *place: object) -> Random:
    """Return a generator of its own for one place: a part is the same whatever else is made."""
    return Random(":".join(map(str, (seed, *place))))


def timed_id(offset_ms: int, random: Random) -> str:
    """Return a UUIDv7 text for a time after the base and 74 random bits."""
    return format_id(BASE_MS + offset_ms, random.getrandbits(74))


def named_id(seed: int, kind: str, name: object) -> str:
    """Return the UUIDv7 text of a named thing: whoever knows the name knows the id."""
    digest = hashlib.blake2b(f"{seed}:{kind}:{name}".encode(), digest_size=10).digest()
    return format_id(BASE_MS, int.from_bytes(digest, "big") >> 6)


def format_id(time_ms: int, bits: int) -> str:
    """Put the version, the variant and 74 random bits in their places (RFC 9562)."""
    number = time_ms << 80 | 7 << 76 | (bits >> 62) << 64 | 2 << 62 | bits & 0x3FFF_FFFF_FFFF_FFFF
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def pick(random: Random, options: Sequence[T]) -> T:
    """Return one of the options, all equally likely."""
    return options[int(random.random() * len(options))]


def between(random: Random, low: int, high: int) -> int:
    """Return a whole number from low to high, both included."""
    return low + int(random.random() * (high - low + 1))


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Share a total by weight in whole numbers that add up to it (largest remainders)."""
    scale = total / sum(weights)
    shares = [int(w * scale) for w in weights]
    order = sorted(range(len(weights)), key=lambda i: (shares[i] - weights[i] * scale, i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares


def mobile(series: str, index: int) -> str:
    """Return the index-th number of a series such as 1380; different indexes never share one."""
    number = index * PHONE_STEP % PHONE_NUMBERS
    if number < PHONES_RESERVED:
        number += PHONE_NUMBERS // 2  # where only indexes from 5,000,000 on would come
    return f"{series}{number:07d}"


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list written in one text."""
    return tuple(text.split())
