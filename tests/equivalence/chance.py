"""Chance that depends on nothing but a seed and on what it decides about."""

from collections.abc import Sequence
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")
SIDES = 1 << 32


def roll(*about: object) -> int:
    """Return a number below 2**32, the same for the same arguments in every process."""
    mixed = crc32("\x1f".join(map(str, about)).encode())
    mixed = (mixed ^ (mixed >> 15)) * 0x2C1B3C6D & 0xFFFFFFFF
    mixed = (mixed ^ (mixed >> 12)) * 0x297A2D39 & 0xFFFFFFFF
    return mixed ^ (mixed >> 15)


def happens(share: float, *about: object) -> bool:
    """Say whether something happens that happens in this share of the cases."""
    return roll(*about) < share * SIDES


def pick(among: Sequence[T], *about: object) -> T:
    """Return one of several."""
    return among[roll(*about) % len(among)]
