"""Every command leaves an entry in the history: its route reaches the function that writes one."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRITER = ("chassis.history", "record_for")
OPENERS = {"command_of", "work_command_of"}

# Operations without an entry, each with its reason.
WITHOUT_HISTORY = {
    "passage_batch_upload": "passages, and what became of a batch of them, are rows that are only ever added",
}

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Module:
    """A module's functions, and what its names stand for."""

    name: str
    functions: dict[str, ast.AST]
    imported: dict[str, Name] = field(default_factory=dict)

    def called(self, function: ast.AST) -> Iterator[Name]:
        """Yield what a function calls or hands on, as far as names tell."""
        for node in ast.walk(function):
            if isinstance(node, ast.Name):
                yield self.imported.get(node.id, (self.name, node.id))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                owner, inner = self.imported.get(node.value.id, (self.name, ""))
                yield (f"{owner}.{inner}".rstrip("."), node.attr)


def read(path: Path) -> Module:
    """Read a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    module = Module(".".join(path.relative_to(ROOT).with_suffix("").parts), {})
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            module.functions[node.name] = node
        elif isinstance(node, ast.ImportFrom) and node.module:
            module.imported.update({alias.asname or alias.name: (node.module, alias.name) for alias in node.names})
    return module


MODULES = {
    module.name: module for top in ("chassis", "services") for module in map(read, sorted((ROOT / top).rglob("*.py")))
}


def operations() -> dict[str, Name]:
    """Return every command's operation with the function that carries it out."""
    found = {}
    for module in MODULES.values():
        for name, function in module.functions.items():
            for node in ast.walk(function):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                    continue
                if node.func.id in OPENERS and isinstance(node.args[0], ast.Constant):
                    found[str(node.args[0].value)] = (module.name, name)
                elif node.func.id == "Command" and module.name.startswith("services"):
                    found[f"{module.name}.{name}"] = (module.name, name)
    return found


def reaches(start: Name, goal: Name) -> bool:
    """Say whether a function calls another, itself or through others."""
    seen, waiting = {start}, [start]
    while waiting:
        owner, name = waiting.pop()
        if (owner, name) == goal:
            return True
        module = MODULES.get(owner)
        if module is not None and name in module.functions:
            fresh = set(module.called(module.functions[name])) - seen
            seen |= fresh
            waiting += fresh
    return False


OPERATIONS = operations()


def test_operations_are_found() -> None:
    """All three services have some, opened by either dependency or by hand."""
    owners = {owner.split(".")[1] for owner, _ in OPERATIONS.values()}

    assert owners == {"residents", "checkpoints", "enterprises"}
    assert {"screening_task_transfer", "services.residents.imports.routes.enqueue"} <= OPERATIONS.keys()
    assert WITHOUT_HISTORY.keys() <= OPERATIONS.keys()


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_command_leaves_an_entry(operation: str) -> None:
    """Who, when, why, before and after: whatever the command changes."""
    assert operation in WITHOUT_HISTORY or reaches(OPERATIONS[operation], WRITER)
