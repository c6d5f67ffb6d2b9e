"""Executors that are wrong in one way each: what the comparison must notice."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.equivalence.answers import Answer
from tests.equivalence.cases import Case
from tests.equivalence.executors import Reference
from tests.equivalence.services import Asked

Response = dict[str, Any]
Places = Iterator[tuple[Any, Any]]


def places(value: Any) -> Places:
    """Yield every container of a response with each of its keys or indexes."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def change(response: Response, wanted: Callable[[Any], bool], made: Callable[[Any], Any]) -> None:
    """Change the first value of the data that is of some kind."""
    for holder, key in places(response.get("data")):
        if wanted(holder[key]):
            holder[key] = made(holder[key])
            return


def error_dropped(response: Response) -> None:
    """Leave out the last error."""
    if response.get("errors"):
        response["errors"].pop()
        if not response["errors"]:
            del response["errors"]


def error_twice(response: Response) -> None:
    """Report the first error twice."""
    if response.get("errors"):
        response["errors"].append(response["errors"][0])


def error_elsewhere(response: Response) -> None:
    """Report an error at the field above."""
    for entry in response.get("errors", ())[:1]:
        if len(entry.get("path", ())) > 1:
            entry["path"] = entry["path"][:-1]


def code_changed(response: Response) -> None:
    """Report another code."""
    for entry in response.get("errors", ())[:1]:
        entry["extensions"]["code"] = "Other"


def location_lost(response: Response) -> None:
    """Leave out where in the document an error is."""
    for entry in response.get("errors", ())[:1]:
        entry.pop("locations", None)


def service_lost(response: Response) -> None:
    """Leave out which service an error is about."""
    for entry in response.get("errors", ())[:1]:
        entry["extensions"].pop("service", None)


def order_changed(response: Response) -> None:
    """Put the first key of an object last."""

    def turned(value: dict[str, Any]) -> dict[str, Any]:
        first, *rest = value
        return {**{name: value[name] for name in rest}, first: value[first]}

    change(response, lambda value: isinstance(value, dict) and len(value) > 1, turned)


def aliases_swapped(response: Response) -> None:
    """Give two leaves of one object each other's value."""
    for holder, key in places(response.get("data")):
        if not isinstance(holder, dict) or isinstance(holder[key], dict | list):
            continue
        for other in holder:
            if not isinstance(holder[other], dict | list) and holder[other] != holder[key]:
                holder[key], holder[other] = holder[other], holder[key]
                return


def null_not_propagated(response: Response) -> None:
    """Leave an object where an error nulled it."""
    for entry in response.get("errors", ()):
        for holder, key in places(response.get("data")):
            if holder[key] is None and key in entry.get("path", [])[:-1]:
                holder[key] = {}
                return


def data_lost(response: Response) -> None:
    """Answer no data where there are errors."""
    if response.get("errors") and response.get("data"):
        response["data"] = None


def data_added(response: Response) -> None:
    """Answer null where a request that was not executed has no data."""
    response.setdefault("data", None)


def item_lost(response: Response) -> None:
    """Drop the last item of a list."""
    change(response, lambda value: isinstance(value, list) and bool(value), lambda value: value[:-1])


def empty_for_null(response: Response) -> None:
    """Answer an empty list where there is none."""
    change(response, lambda value: value is None, lambda _value: [])


def number_as_text(response: Response) -> None:
    """Answer a number as text."""
    change(response, lambda value: type(value) in (int, float), str)


def number_cut(response: Response) -> None:
    """Cut the fraction of a number."""
    change(response, lambda value: isinstance(value, float) and value != int(value), int)


def truth_as_number(response: Response) -> None:
    """Answer 1 for true."""
    change(response, lambda value: isinstance(value, bool), int)


def text_cut(response: Response) -> None:
    """Lose the last letter of a text."""
    change(response, lambda value: isinstance(value, str) and len(value) > 1, lambda value: value[:-1])


ANSWERS: dict[str, Callable[[Response], None]] = {
    made.__name__: made
    for made in (
        error_dropped, error_twice, error_elsewhere, code_changed, location_lost, service_lost, order_changed,
        aliases_swapped, null_not_propagated, data_lost, data_added, item_lost, empty_for_null, number_as_text,
        number_cut, truth_as_number, text_cut,
    )
}  # fmt: skip


def column_more(asked: list[Asked]) -> list[Asked]:
    """Ask for a column that nobody needs."""
    return [replace(each, body={**each.body, "fields": [*each.body["fields"], "surplus"]}) for each in asked]


def one_by_one(asked: list[Asked]) -> list[Asked]:
    """Ask for each id in a call of its own."""
    return [replace(each, body={**each.body, "ids": [key]}) for each in asked for key in each.body["ids"]]


def again(asked: list[Asked]) -> list[Asked]:
    """Ask everything twice."""
    return [*asked, *asked]


CALLS: dict[str, Callable[[list[Asked]], list[Asked]]] = {
    made.__name__: made for made in (column_more, one_by_one, again)
}


@dataclass(slots=True)
class Sabotaged:
    """The reference, spoilt in one way; the first run of a case is its own, and what it asked is kept."""

    how: str
    reference: Reference = field(default_factory=Reference)

    async def answer(self, case: Case) -> Answer:
        """Answer a case wrongly."""
        answer = await self.reference.answer(case)
        if self.how in CALLS:
            return replace(answer, asked=CALLS[self.how](answer.asked))
        response = answer.response
        ANSWERS[self.how](response)
        return replace(answer, text=json.dumps(response, ensure_ascii=False).encode())
