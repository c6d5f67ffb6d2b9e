"""The smallest document that still fails: parts of it are dropped for as long as it does."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSyntaxError,
    Node,
    OperationDefinitionNode,
    parse,
    print_ast,
    validate,
)

from gateway.limits import rules
from tests.equivalence.cases import Case
from tests.equivalence.shape import SCHEMA

ATTEMPTS_MAX = 400

Fails = Callable[[Case], Awaitable[bool]]


async def shrunk(case: Case, fails: Fails) -> Case:
    """Return a case as small as dropping one part after another makes it."""
    attempts, smaller = 0, True
    while smaller and attempts < ATTEMPTS_MAX:
        smaller = False
        for candidate in candidates(case):
            attempts += 1
            if attempts > ATTEMPTS_MAX:
                break
            if await fails(candidate):
                case, smaller = candidate, True
                break
    return case


def candidates(case: Case) -> Iterator[Case]:
    """Yield valid cases with one part less, the largest parts first."""
    document = parse(case.query)
    found: dict[str, None] = {}
    for changed in smaller_documents(document):
        found.setdefault(written(changed))
    for text in sorted(found, key=len):
        if len(text) < len(case.query) and is_valid(text):
            yield replace(case, query=text, variables=needed(parse(text), case.variables))


def is_valid(text: str) -> bool:
    """Say whether a text is a document that fits the schema."""
    if "{}" in text:
        return False
    try:
        return not validate(SCHEMA, parse(text), rules(introspection=True), max_errors=1)
    except GraphQLSyntaxError:
        return False


def needed(document: DocumentNode, variables: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the variables that a document still declares."""
    declared = {
        each.variable.name.value
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
        for each in node.variable_definitions or ()
    }
    return {name: value for name, value in variables.items() if name in declared} if variables else None


def smaller_documents(document: DocumentNode) -> Iterator[DocumentNode]:
    """Yield documents with a part left out; they need not be valid."""
    for node in parts(document):
        yield without(document, node, ())
        inner = getattr(node, "selection_set", None)
        if inner is not None and not isinstance(node, FieldNode):
            yield without(document, node, inner.selections)


def parts(node: Any) -> Iterator[Any]:
    """Yield every definition, selection, directive, argument and variable beneath a node."""
    for name in node.keys:
        value = getattr(node, name, None)
        for child in value if isinstance(value, tuple | list) else [value]:
            if isinstance(child, Node):
                if isinstance(value, tuple | list):
                    yield child
                yield from parts(child)


def without(node: Any, dropped: Any, instead: tuple[Any, ...]) -> Any:
    """Return a tree in which one node of a list gives way to others."""
    changes: dict[str, Any] = {}
    for name in node.keys:
        value = getattr(node, name, None)
        if isinstance(value, tuple | list):
            kept = [
                new for child in value for new in (instead if child is dropped else (without(child, dropped, instead),))
            ]
            if len(kept) != len(value) or any(a is not b for a, b in zip(kept, value, strict=True)):
                changes[name] = tuple(kept)
        elif isinstance(value, Node):
            new = without(value, dropped, instead)
            if new is not value:
                changes[name] = new
    if not changes:
        return node
    return type(node)(**{name: changes.get(name, getattr(node, name, None)) for name in node.keys})


def written(document: DocumentNode) -> str:
    """Write a document, without the fragments and variables that nothing uses, and with no empty selection."""
    kept = list(document.definitions)
    while True:
        text = " ".join(print_ast(each) for each in kept)
        used = [
            each
            for each in kept
            if not isinstance(each, FragmentDefinitionNode) or f"...{each.name.value}" in text.replace("... ", "...")
        ]
        if len(used) == len(kept):
            break
        kept = used
    return "\n".join(print_ast(trimmed(each, text)) for each in kept)


def trimmed(node: Any, text: str) -> Any:
    """Return an operation without the variables that stand nowhere but in its head."""
    definitions = getattr(node, "variable_definitions", None)
    if not isinstance(node, OperationDefinitionNode) or not definitions:
        return node
    kept = tuple(each for each in definitions if text.count(f"${each.variable.name.value}") > 1)
    named: dict[str, Any] = {name: getattr(node, name, None) for name in node.keys}
    return OperationDefinitionNode(**{**named, "variable_definitions": kept})
