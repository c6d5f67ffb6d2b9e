"""What a resident is found by: prefixes of tokens made from name and address, the same for storing and for asking.

A token starts with a letter for what it is of. Whatever begins like a token's rest finds the resident: `n小` finds
`n小明`, a token of 王小明. Addresses are told in one form: 3 幢, ３幢 and 三幢 are `3幢`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from services.residents.roster.model import initial

NAME, INITIALS, ADDRESS = "n", "i", "a"
TOKEN_CHARACTERS_MAX = 64
NAME_TOKENS_MAX = 12
ADDRESS_TOKENS_MAX = 16
PAST_EVERY_CHARACTER = "\U0010ffff"

# Surnames that are read otherwise than the word. Only the first letter counts here.
SURNAME_INITIALS = {
    "单": "s", "曾": "z", "仇": "q", "解": "x", "查": "z", "任": "r", "区": "o", "朴": "p", "盖": "g", "种": "c",
    "翟": "z", "乐": "y", "员": "y", "繁": "p", "缪": "m", "召": "s", "盛": "s", "覃": "q", "谌": "c", "秘": "b",
    "祭": "z", "隗": "w", "尉": "y", "万": "m", "长": "z", "折": "s", "冼": "x", "洗": "x", "逄": "p", "佴": "n",
    "黑": "h", "重": "c", "能": "n", "句": "g", "阚": "k", "晟": "c", "适": "k", "邸": "d", "卒": "z", "訾": "z",
    "撒": "s", "褚": "c", "藏": "z", "车": "c", "石": "s", "宿": "s", "畅": "c", "都": "d", "度": "d", "戚": "q",
}  # fmt: skip
DOUBLE_SURNAMES = {"尉迟": "yc", "万俟": "mq", "长孙": "zs", "单于": "cy", "澹台": "tt", "令狐": "lh"}

NUMERALS = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2"}
NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百]+")
PLACES = re.compile(r"(?:社区|街道|小区|花园|[区镇乡村路街巷弄里苑园])(?=.)")
LEFT_OUT = re.compile(r"[\s,，.。、;；:：·•\-—_#()（）/\\'\"]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A stored token; `shared` characters of it begin a smaller token of the same resident, too."""

    text: str
    shared: int


def tokens_of(name: str, address: str) -> list[Token]:
    """Return everything that a resident is found by."""
    kinds = (name_tokens(name), initials_tokens(name), address_tokens(address))
    return [token for texts in kinds for token in with_shared(texts)]


def name_form(text: str) -> str:
    """Return a name as it is compared: no spaces, no dots, no case."""
    return LEFT_OUT.sub("", unicodedata.normalize("NFKC", text)).casefold()


def name_tokens(name: str) -> set[str]:
    """Return the name, and what follows each of its first characters."""
    form = name_form(name)[:TOKEN_CHARACTERS_MAX]
    return {NAME + form[start:] for start in range(min(len(form), NAME_TOKENS_MAX))}


def initials_tokens(name: str) -> set[str]:
    """Return the pinyin initials of a name, with the surname read as a word and as a surname."""
    form = name_form(name)[:TOKEN_CHARACTERS_MAX]
    plain = "".join(initial(character) for character in form)
    readings = {plain}
    if form[:2] in DOUBLE_SURNAMES:
        readings.add(DOUBLE_SURNAMES[form[:2]] + plain[2:])
    elif form[:1] in SURNAME_INITIALS:
        readings.add(SURNAME_INITIALS[form[0]] + plain[1:])
    return {INITIALS + reading for reading in readings if reading}


@lru_cache(maxsize=4_000)
def address_tokens(address: str) -> frozenset[str]:
    """Return the address, and what follows each place and begins with each number of it."""
    form = stored_address(address)[:TOKEN_CHARACTERS_MAX]
    starts = {0} if form else set()
    starts |= {match.end() for match in PLACES.finditer(form)}
    starts |= {match.start() for match in re.finditer(r"\d+", form)}
    return frozenset(ADDRESS + form[start:] for start in sorted(starts)[:ADDRESS_TOKENS_MAX])


def stored_address(text: str) -> str:
    """Return an address as it is stored: its numbers in digits."""
    return NUMERAL.sub(lambda match: number(match[0]), plain_address(text))


def asked_address(text: str) -> str:
    """Return the beginning of an address as it is asked for: a number at its end may go on."""
    plain = plain_address(text)
    ends_on = NUMERAL.search(plain, len(plain.rstrip("零〇一二两三四五六七八九十百")))
    head = plain[: ends_on.start()] if ends_on else plain
    return stored_address(head) + (digits(ends_on[0]) if ends_on else "")


def plain_address(text: str) -> str:
    """Return an address without what people write differently."""
    return LEFT_OUT.sub("", unicodedata.normalize("NFKC", text)).casefold()


def number(numeral: str) -> str:
    """Return a whole Chinese numeral in digits: 十二 is 12, 二十 is 20, 一百零五 is 105, 五〇一 is 501.

    What `digits` gives of any beginning of a numeral begins this, so that prefixes stay prefixes.
    """
    said = digits(numeral)
    if numeral.endswith("十"):
        return said + "0"
    if numeral.endswith("百"):
        return said + "00"
    return said + "0" if re.search(r"百[一二两三四五六七八九]$", numeral) else said


def digits(numeral: str) -> str:
    """Return the digits that a numeral begins with, whatever follows: 十 is 1, 二十 is 2, 二十三 is 23."""
    said = ""
    for place, character in enumerate(numeral):
        if character == "十":
            said += "1" if place == 0 or numeral[place - 1] not in NUMERALS else ""
        elif character != "百":
            said += NUMERALS[character]
    return said


def with_shared(texts: Iterable[str]) -> list[Token]:
    """Return the tokens of one kind, each with what it shares with a smaller one.

    In order, a token shares most with its neighbor before it. One that begins the next says nothing more than
    that and is left out.
    """
    ordered = sorted(texts)
    kept = [t for t, after in zip(ordered, [*ordered[1:], ""], strict=False) if not after.startswith(t)]
    return [Token(t, common(before, t)) for before, t in zip(["", *kept], kept, strict=False)]


def common(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
