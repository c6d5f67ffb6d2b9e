"""Declarations of subscriptions: which facts, for whom, and what a subscriber is shown of them."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from strawberry.types.field import StrawberryField

from chassis.auth import Viewer
from chassis.stream import Received
from gateway.upstream.context import Info
from gateway.upstream.declare import Argument, Endpoint
from gateway.upstream.fields import as_strawberry

AFTER = Argument("after", str | None, "The cursor of the last payload that was seen; at most 24 hours old")

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Watch:
    """A subscription.

    `wanted` says whether a fact is what the arguments ask for. With `endpoint`, the object that the fact
    names under `fact_key` is loaded as the subscriber, as the payload's `column` or, without one, as the
    payload itself; what the subscriber may not see is not sent. With `settle_s`, facts that follow each
    other closely are one payload.
    """

    families: tuple[str, ...]
    wanted: Callable[[Received, Arguments], bool]
    arguments: tuple[Argument, ...]
    endpoint: Endpoint | None = None
    fact_key: str = "id"
    column: str | None = None
    settle_s: float = 0.0
    check: Callable[[Viewer, Arguments], None] = lambda _viewer, _arguments: None
    payload: Callable[[Received, Arguments], dict[str, Any]] = lambda _fact, _arguments: {}


@dataclass(slots=True)
class Watching:
    """A subscription under way, as its resolver hands it to whoever drives it."""

    watch: Watch
    arguments: Arguments
    info: Info

    def __aiter__(self) -> AsyncIterator[Any]:
        """Look like a stream of events; whoever drives subscriptions takes the facts itself."""
        raise NotImplementedError


class WatchField(StrawberryField):
    """A subscription with a declaration."""

    @property
    def is_basic_field(self) -> bool:
        """Return False: there are arguments to keep."""
        return False

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        """Return what is to be driven."""
        return Watching(self.metadata["watch"], dict(kwargs), info._raw_info)


def watch(declared: Watch, description: str) -> Any:
    """Return a subscription field."""
    field = WatchField(description=description, is_subscription=True, metadata={"watch": declared})
    field.arguments = [as_strawberry(argument) for argument in (*declared.arguments, AFTER)]
    return field


def may_hear(viewer: Viewer, fact: Received) -> bool:
    """Say whether a fact lies within what a token grants; the services decide what is shown of it."""
    if viewer.covers(fact.division_code):
        return True
    granted = (
        ("checkpoint_id", "checkpoints"),
        ("credit_code", "enterprises"),
        ("resident_id", "resident_id"),
        ("household_id", "household_id"),
        ("person_key", "person_key"),
    )
    return any(
        fact.body.get(name) is not None and str(fact.body[name]) in viewer.grants.get(grant, ())
        for name, grant in granted
    )
