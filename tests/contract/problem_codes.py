"""The list of every problem's code, as the gateway's schema shows it.

`python -m tests.contract.problem_codes` writes gateway/problem_codes.py anew.
"""

import importlib
import pkgutil
from pathlib import Path

import chassis
import gateway
import services
from chassis.errors import Problem, codes, messages

TARGET = Path(gateway.__file__).parent / "problem_codes.py"
OWN = ("chassis.", "services.", "gateway.")
HEAD = '''"""Codes of every refusal. Written by `python -m tests.contract.problem_codes`; do not edit."""

# fmt: off
# ruff: noqa: E501

from enum import Enum

import strawberry

value = strawberry.enum_value


@strawberry.enum(description="Why something was refused (拒绝原因代码)")
class ProblemCode(Enum):
    """The class names of the problems; each value's description is the message in both languages."""

    Unlisted = value("Unlisted", description="A refusal that this version of the gateway does not know. 未列出的原因。")
'''


def problems() -> dict[str, list[type[Problem]]]:
    """Return every problem of the project by its code."""
    for package in (chassis, services, gateway):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: dict[str, list[type[Problem]]] = {}
    for kind in sorted(codes(), key=lambda kind: (kind.__name__, kind.__module__)):
        if kind.__module__.startswith(OWN):
            found.setdefault(kind.__name__, []).append(kind)
    return found


def text() -> str:
    """Return the module as it must be."""
    lines = []
    for code, kinds in problems().items():
        said = " ".join(dict.fromkeys(line for kind in kinds[:1] for line in messages(kind)))
        lines.append(f'    {code} = value("{code}", description={quoted(said)})\n')
    return HEAD + "".join(lines)


def quoted(said: str) -> str:
    """Return a literal of a text."""
    return '"' + said.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
