"""Answers as ordered JSON, and how a client may tell two of them apart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.equivalence.services import Asked

NOTHING = object()
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Answer:
    """What an executor answered, what it asked for, and how it went about it.

    `reason` says why an engine left the operation to the reference executor; None where it did not.
    """

    text: bytes
    asked: list[Asked] = field(default_factory=list)
    reason: str | None = None
    cpu_s: float = 0.0

    @property
    def response(self) -> dict[str, Any]:
        """Return the response; a key that stands twice is refused."""
        return read(self.text)


@dataclass(frozen=True, slots=True)
class Error:
    """An entry of `errors` without what differs from run to run."""

    path: Path | None
    code: str
    message: str
    locations: tuple[tuple[int, int], ...]
    rest: str

    def __str__(self) -> str:
        at = ".".join(map(str, self.path)) if self.path is not None else "-"
        return f"{self.code} at {at} {list(self.locations)}: {self.message}" + (f" {self.rest}" if self.rest else "")


def read(text: bytes) -> dict[str, Any]:
    """Return a response as a client reads it."""
    found: dict[str, Any] = json.loads(text, object_pairs_hook=once)
    return found


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a key that stands twice is refused."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"a key stands twice: {[name for name, _ in pairs]}")
    return found


def errors_of(response: Mapping[str, Any]) -> list[Error]:
    """Return a response's errors."""
    found = []
    for entry in response.get("errors", ()):
        extensions = dict(entry.get("extensions", {}))
        code = str(extensions.pop("code", ""))
        extensions.pop("traceId", None)
        beside = {n: v for n, v in entry.items() if n not in ("message", "path", "locations", "extensions")}
        rest = json.dumps({**extensions, **beside}, sort_keys=True) if extensions or beside else ""
        places = tuple(sorted((place["line"], place["column"]) for place in entry.get("locations", ())))
        path = tuple(entry["path"]) if "path" in entry else None
        found.append(Error(path, code, entry["message"], places, rest))
    return found


def difference(mine: Any, its: Any, path: Path = ()) -> str | None:
    """Return where two JSON values differ: in type, order of keys, number by value, text; None if nowhere."""
    at = ".".join(map(str, path)) or "the response"
    if isinstance(mine, dict) and isinstance(its, dict):
        if list(mine) != list(its):
            return f"{at}: keys {list(mine)} against {list(its)}"
        pairs = [(name, mine[name], its[name]) for name in mine]
    elif isinstance(mine, list) and isinstance(its, list):
        if len(mine) != len(its):
            return f"{at}: {len(mine)} items against {len(its)}"
        pairs = [(n, *both) for n, both in enumerate(zip(mine, its, strict=True))]
    else:
        alike = kind(mine) is kind(its) and mine == its
        return None if alike else f"{at}: {json.dumps(mine)} against {json.dumps(its)}"
    return next((found for name, a, b in pairs if (found := difference(a, b, (*path, name)))), None)


def kind(value: Any) -> type:
    """Return the JSON type of a value: 1 and 1.0 are one number."""
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def at(data: Any, path: Path) -> Any:
    """Return what stands at a path of the data; NOTHING beneath a null or outside."""
    for step in path:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return NOTHING
    return data


def encoded(response: Any) -> bytes:
    """Write a response as it is sent."""
    return msgspec.json.encode(response)
