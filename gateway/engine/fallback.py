"""Why an operation is left to the reference executor, counted, so that nobody loses the fast path unnoticed."""

from enum import StrEnum

from chassis.counting import Tally


class Reason(StrEnum):
    """What the engine does not compile."""

    EFFECT = "effect"  # mutations and subscriptions: never run by two executors
    INTROSPECTION = "introspection"
    DIRECTIVE = "directive"
    RESOLVER = "resolver"  # a field with code of its own
    EMBEDDED_LOAD = "embedded_load"  # a load within an object that is part of a row
    COLUMN = "column"  # one column shown as two types
    INPUT_OBJECT = "input_object"
    ARGUMENT = "argument"  # a value that only the reference can refuse at its place
    VARIANTS = "variants"  # too many combinations of @skip, @include and node types


class NotCompiled(Exception):
    """An operation that is left to the reference executor."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


executions = Tally(
    "gateway_executions", "Operations by executor, and why the engine did not take them.", ("executor", "reason")
)
FAST = ("engine", "")


def count_fast() -> None:
    """Count an operation of the engine."""
    executions.counts[FAST] += 1


def count_fallback(reason: Reason) -> None:
    """Count an operation of the reference executor."""
    executions.counts["reference", reason.value] += 1
