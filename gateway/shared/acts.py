"""What every mutation's input and payload have in common."""

import strawberry

from gateway.shared.types import KEY, UserError
from gateway.upstream.commands import entry
from gateway.upstream.fields import column


@strawberry.input
class Act:
    """An input: its key makes a retry safe."""

    idempotency_key: str = entry(KEY)


@strawberry.type
class Payload:
    """A payload: the object, or why there is none."""

    user_errors: list[UserError] = column("Why the act was refused; empty when it was carried out")
