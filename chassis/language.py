"""Messages are said in Chinese or English, as the caller asks."""

import re
from typing import NamedTuple

LANGUAGES = ("en", "zh")


class Said(NamedTuple):
    """A part of a message that differs by language."""

    en: str
    zh: str


def language_of(accept_language: str | None) -> str:
    """Choose `zh` or `en` by an Accept-Language header; English without one."""
    weighted: list[tuple[float, int, str]] = []
    for position, part in enumerate((accept_language or "").split(",")[:20]):
        match = re.fullmatch(r"\s*([a-zA-Z]{2,3})(?:-[\w-]+)?\s*(?:;\s*q=([01](?:\.\d+)?))?\s*", part)
        if match and match[1].lower() in LANGUAGES:
            weighted.append((-float(match[2] or 1), position, match[1].lower()))
    return min(weighted)[2] if weighted else "en"
