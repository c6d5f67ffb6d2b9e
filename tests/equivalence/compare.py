"""When two answers are the same."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from tests.equivalence.answers import Answer, Error, Path, at, difference, errors_of
from tests.equivalence.possible import Possible

Unhidden = Callable[[], Awaitable[Possible]]


async def told_apart(expected: Answer, found: Answer, unhidden: Unhidden) -> str | None:
    """Return what tells an answer from the reference's, or None.

    `data` must be equal: the same keys in the same order, the same texts and booleans, numbers of the
    same value, null where the reference has null, and absent where the reference has none.

    `errors` must be equal as sets of path, code, message, locations and the other extensions; the trace's
    id is left out. Only where errors hide each other may the sets differ. An error at a position that admits
    no null nulls the nearest position above it that admits one: it lands there. The specification (6.4.4)
    leaves open which of the errors that land in one place are reported, and whether errors beneath a nulled
    place are, since an executor may stop looking. So, with all errors that the operation can have
    (`possible_errors`: the reference again, but going on after each error):

    1. every error reported is one of these, and none is reported twice;
    2. for each null that errors caused and that the response shows, at least one error that lands right
       there is reported.

    An error that hides none and is hidden by none therefore must be there. Errors without a path (the
    request was not executed) must be equal.
    """
    if expected.text == found.text:
        return None
    mine = expected.response
    try:
        its = found.response
    except ValueError as error:
        return f"no JSON that a client can read: {error}"
    where = difference(without_errors(mine), without_errors(its))
    if where is not None:
        return where
    left, right = errors_of(mine), errors_of(its)
    if Counter(left) == Counter(right):
        return None
    if any(error.path is None for error in (*left, *right)):
        return listed("errors", left, right)
    return wrongly_reported(its.get("data"), left, right, await unhidden())


def without_errors(response: dict[str, Any]) -> dict[str, Any]:
    """Return what must be equal in any case: the response's keys, its data, its extensions but the trace's id."""
    extensions = dict.fromkeys(response.get("extensions", {}), "")
    return {
        name: extensions if name == "extensions" else None if name == "errors" else value
        for name, value in response.items()
    }


def wrongly_reported(data: Any, expected: list[Error], found: list[Error], possible: Possible) -> str | None:
    """Return what is wrong with the errors that go with some data, by the rule of `told_apart`."""
    twice = [error for error, count in Counter(error.path for error in found).items() if count > 1]
    if twice:
        return listed(f"reported twice at {twice[0]}", expected, found)
    unknown = [error for error in found if error not in possible.errors]
    if unknown:
        return listed(f"an error that cannot be: {unknown[0]}", expected, found)
    reported = {possible.landing(error.path or ()) for error in found}
    for landing in sorted(shown(data, possible), key=str):
        if landing not in reported:
            return listed(f"nothing says why {'.'.join(map(str, landing)) or 'data'} is null", expected, found)
    return None


def shown(data: Any, possible: Possible) -> set[Path]:
    """Return the places that are null because of errors and that are not beneath another null."""
    landings = {possible.landing(error.path or ()) for error in possible.errors}
    return {landing for landing in landings if at(data, landing) is None}


def listed(what: str, expected: list[Error], found: list[Error]) -> str:
    """Return a difference between errors, with what only one of the two reports."""
    mine, its = Counter(expected), Counter(found)
    missing = "".join(f"\n    - {error}" for error in (mine - its).elements())
    surplus = "".join(f"\n    + {error}" for error in (its - mine).elements())
    return f"{what}{missing}{surplus}"
