"""Every error that an operation can have: what the reference executor finds when no error hides another."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult, execute, is_non_null_type
from graphql.execution import Executor

from gateway.operations import Prepared, answer
from gateway.upstream.context import Context
from tests.equivalence.answers import Error, Path, encoded, errors_of, read
from tests.equivalence.shape import SCHEMA


@dataclass(slots=True)
class Possible:
    """The errors, and the positions of the response that admit no null."""

    errors: set[Error] = field(default_factory=set)
    required: set[Path] = field(default_factory=set)

    def landing(self, path: Sequence[str | int]) -> Path:
        """Return the position that is null because of an error at a path; () is `data` itself."""
        nulled = tuple(path)
        while nulled in self.required:
            nulled = nulled[:-1]
        return nulled


def unhiding(found: Possible) -> type[Executor[Any]]:
    """Return an executor that goes on after an error where null is not admitted."""

    class Unhiding(Executor[Any]):
        """Notes what admits no null, and collects every error."""

        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, **named)
            self.error_propagation = False

        def complete_value(  # noqa: PLR0917 - as it is called
            self, return_type: Any, nodes: Any, info: Any, path: Any, result: Any, position: Any
        ) -> Any:
            """Complete a value."""
            if is_non_null_type(return_type):
                found.required.add(tuple(path.as_list()))
            return super().complete_value(return_type, nodes, info, path, result, position)

        def handle_field_error(self, raw_error: Exception, return_type: Any, nodes: Any, path: Any) -> None:
            """Collect an error."""
            if is_non_null_type(return_type):
                found.required.add(tuple(path.as_list()))
            super().handle_field_error(raw_error, return_type, nodes, path)

    return Unhiding


async def possible_errors(prepared: Prepared, context: Context) -> Possible:
    """Return every error that an operation can have."""
    found = Possible()
    result = execute(
        SCHEMA,
        prepared.document,
        None,
        context,
        prepared.variables,
        prepared.operation_name,
        executor_class=unhiding(found),
    )
    done = await result if inspect.isawaitable(result) else result
    assert isinstance(done, ExecutionResult)
    found.errors = set(errors_of(read(encoded(answer(done, context.caller.language)))))
    return found
