"""Mutations: one input, one command of a service, one payload.

release: Release = command(client.RELEASE, ReleaseInput, "quarantine_order", "...")

The input's fields become the command's body under the same names, without the idempotency key (a
header) and the fields that stand in the path; global ids become the services' own. A refusal that is
the caller's business becomes an entry of `userErrors`; anything else is an error of the field.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from chassis.errors import IdempotencyKeyRequired, Problem, Relayed
from gateway.problem_codes import ProblemCode
from gateway.shared.ids import key_of
from gateway.upstream.context import Context, Info

NODE = "node"
KEY_TEXT = re.compile(r"[\x21-\x7e]{1,200}")
PATH_NAME = re.compile(r"\{(\w+)\}")
KNOWN_CODES = frozenset(code.name for code in ProblemCode)


@dataclass(frozen=True, slots=True)
class Post:
    """A command of a service: `POST path`, with `{names}` from the input."""

    service: str
    path: str


@dataclass(frozen=True, slots=True)
class Command:
    """A mutation: what it asks of a service, and the payload's field for the object."""

    post: Post
    object: str


class CommandField(StrawberryField):
    """A mutation with a declaration."""

    @property
    def is_basic_field(self) -> bool:
        """Return False: there is a command to give."""
        return False

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        """Give the command."""
        return give(self.metadata["command"], info._raw_info, kwargs["input"])


def command(post: Post, input_type: type, object_name: str, description: str) -> Any:
    """Return a mutation."""
    field = CommandField(description=description, metadata={"command": Command(post, object_name)})
    argument = StrawberryArgument(
        "input", None, StrawberryAnnotation(input_type), description="Everything the act needs"
    )
    field.arguments = [argument]
    return field


def entry(description: str, *, of: str | None = None, optional: bool = False) -> Any:
    """Return a field of an input; `of` names the type whose global id it takes."""
    metadata = {NODE: of} if of else None
    if optional:
        return strawberry.field(description=description, metadata=metadata, default=strawberry.UNSET)
    return strawberry.field(description=description, metadata=metadata)


async def give(declared: Command, info: Info, given: Any) -> dict[str, Any]:
    """Give a command and return its payload."""
    context: Context = info.context
    try:
        answer = await sent(declared.post, context, given)
    except Problem as problem:
        if not is_business(problem):
            raise
        return {declared.object: None, "user_errors": [user_error(problem, context.caller.language)]}
    return {declared.object: answer, "user_errors": []}


async def sent(post: Post, context: Context, given: Any) -> dict[str, Any]:
    """Send a command; raise IdempotencyKeyRequired, IdMalformed or what the service refuses."""
    body = body_of(given)
    key = str(body.pop("idempotency_key"))
    if not KEY_TEXT.fullmatch(key):
        raise IdempotencyKeyRequired(path=("idempotency_key",))
    path = PATH_NAME.sub(lambda match: str(body.pop(match[1])), post.path)
    return await context.calls.command(context, post.service, path, body, key)


def body_of(given: Any) -> dict[str, Any]:
    """Return an input as a command's body; what is null is left out."""
    body: dict[str, Any] = {}
    for field in fields(given):
        value = getattr(given, field.name)
        if value is None or value is strawberry.UNSET:
            continue
        node = field.metadata.get(NODE)
        try:
            body[field.name] = key_of(value, node) if node else plain(value)
        except Problem as problem:
            raise problem.at(field.name) from None
    return body


def plain(value: Any) -> Any:
    """Return a value of an input as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return [placed(plain, item, str(index)) for index, item in enumerate(value)]
    return body_of(value) if hasattr(value, "__strawberry_definition__") else value


def placed(convert: Callable[[Any], Any], value: Any, place: str) -> Any:
    """Convert an item; a problem says where it is."""
    try:
        return convert(value)
    except Problem as problem:
        raise problem.at(place) from None


def is_business(problem: Problem) -> bool:
    """Say whether a refusal is an outcome for the person who acts, not a failure."""
    status = problem.document.status if isinstance(problem, Relayed) else problem.status
    return 400 <= status < 500 and status != 401


def user_error(problem: Problem, language: str) -> Mapping[str, Any]:
    """Return a problem as an entry of `userErrors`."""
    code = problem.code if problem.code in KNOWN_CODES else ProblemCode.Unlisted.name
    path = [to_camel_case(part) for part in problem.path]
    return {"code": code, "message": problem.message(language), "path": path}
