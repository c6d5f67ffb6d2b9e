"""What an executor asks of the services: no more calls than the document bounds, nothing twice, nothing unneeded."""

from collections import Counter
from collections.abc import Iterable

from gateway.operations import Prepared
from tests.equivalence.answers import Answer
from tests.equivalence.needs import needs
from tests.equivalence.services import Asked


def wasted(found: Answer, prepared: Prepared) -> str | None:
    """Return what an executor asked too much of the services; None if nothing.

    The calls are at most as many as the document has loads, whatever the number of rows. An endpoint is
    asked for an id and column once in each level of the document that loads from it. No endpoint is asked
    for a column that nothing selected needs. Calls that failed do not count: they may be tried again.
    """
    answered = [asked for asked in found.asked if not asked.failed]
    needed = needs(prepared)
    if len(answered) > needed.loads:
        return f"{len(answered)} calls for {needed.loads} loads: {listed(answered)}"
    for (endpoint, call, key, column), count in asks(answered).items():
        if count > len(needed.levels[endpoint]):
            return f"asked once more: {column} of {key} at {call}: {listed(answered)}"
    for each in answered:
        surplus = each.columns - needed.columns[f"{each.service} {each.path}"]
        if surplus:
            return f"nobody needs {sorted(surplus)} of {each.service} {each.path}"
    return None


def asks(asked: Iterable[Asked]) -> Counter[tuple[str, str, str, str]]:
    """Return how often each endpoint and call was asked for each id and column."""
    return Counter(
        (f"{each.service} {each.path}", each.call, key, column)
        for each in asked
        for key in each.body["ids"]
        for column in each.columns
    )


def listed(asked: Iterable[Asked]) -> str:
    """Return calls, one a line."""
    return "".join(f"\n    {each.call} {each.body['ids']} {sorted(each.columns)}" for each in asked)
