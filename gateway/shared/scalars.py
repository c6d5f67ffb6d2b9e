"""Dates and instants: ISO 8601 texts pass through as the services wrote them."""

from datetime import date, datetime
from typing import Any

import strawberry
from strawberry.types.scalar import ScalarDefinition


def same_text(value: Any) -> Any:
    """Return the text of a service, or the text of a Python value."""
    return value if isinstance(value, str) else value.isoformat()


def instant(value: Any) -> datetime:
    """Read an instant; one without a zone is refused."""
    read = datetime.fromisoformat(value) if isinstance(value, str) else None
    if read is None or read.tzinfo is None:
        raise ValueError("expected an instant with a zone, as in 2020-01-28T15:04:05+08:00")
    return read


def day(value: Any) -> date:
    """Read a day."""
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError("expected a day, as in 2020-01-28")
    return date.fromisoformat(value)


DATE_TIME: ScalarDefinition = strawberry.scalar(
    name="DateTime",
    description="An instant with its zone, ISO 8601 (时刻)",
    specified_by_url="https://scalars.graphql.org/andimarek/date-time",
    serialize=same_text,
    parse_value=instant,
)
DATE: ScalarDefinition = strawberry.scalar(
    name="Date",
    description="A calendar day, ISO 8601 (日期)",
    specified_by_url="https://scalars.graphql.org/andimarek/local-date",
    serialize=same_text,
    parse_value=day,
)
SCALARS: dict[object, ScalarDefinition] = {datetime: DATE_TIME, date: DATE}
