"""Settings from the environment: one frozen dataclass a process, every value checked at start."""

import os
import sys
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

S = TypeVar("S", bound="DataclassInstance")

SECRET_WORDS = ("key", "keys", "secret", "password", "url")


class SettingMissing(SystemExit):
    """A process is started without a setting it needs, or with one that cannot be read."""

    def __init__(self, message: str) -> None:
        super().__init__(2)
        self.message = message
        print(message, file=sys.stderr)  # noqa: T201 - before any log is set up


def load(kind: type[S], *, prefix: str = "", environment: Mapping[str, str] | None = None) -> S:
    """Read one variable a field, `<PREFIX>_<FIELD>` or, for shared settings, `<FIELD>`.

    Raises SettingMissing (exit code 2, one line for each fault) if any is absent or unreadable.
    """
    source = os.environ if environment is None else environment
    hints = get_type_hints(kind)
    values: dict[str, object] = {}
    faults: list[str] = []
    for field in fields(kind):
        names = [f"{prefix}_{field.name}".upper(), field.name.upper()] if prefix else [field.name.upper()]
        name = next((n for n in names if source.get(n)), None)
        if name is not None:
            try:
                values[field.name] = parse(source[name], hints[field.name])
            except ValueError as error:
                faults.append(f"{name} cannot be read: {error}")
        elif field.default is MISSING and field.default_factory is MISSING:
            faults.append(f"{names[0]} is not set")
    if faults:
        raise SettingMissing("\n".join(faults))
    return kind(**values)


def parse(text: str, hint: object) -> object:
    """Turn a variable's text into the field's type."""
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(a for a in get_args(hint) if a is not type(None))
    if hint is bool:
        if text.lower() not in {"0", "1", "true", "false"}:
            raise ValueError("expected 0 or 1")
        return text.lower() in {"1", "true"}
    if hint is bytes:
        return bytes.fromhex(text)
    if hint is Path:
        return Path(text)
    if hint in (int, float, str) and isinstance(hint, type):
        return hint(text)
    raise ValueError(f"no way to read a {hint}")


def process_environment() -> dict[str, str]:
    """Return a copy of the environment, for a supervisor that builds its children's."""
    return dict(os.environ)
