"""How a value is written in a form's cell."""

from datetime import date, datetime

from chassis.clock import DISTRICT_ZONE
from services.residents.form_sources.model import Format, Kind, SourceColumn

Value = str | int | float | None


def written(value: Value, column: SourceColumn, form: Format) -> str | None:
    """Write a value as a form's column wants it; None where there is none."""
    if value is None:
        return None
    text = str(value)
    if column.kind is Kind.LABEL:
        return (column.labels or {}).get(text, text)
    if column.kind is Kind.INSTANT:
        instant = datetime.fromisoformat(text).astimezone(DISTRICT_ZONE)
        return f"{instant:%Y-%m-%d %H:%M}" if form is Format.INSTANT else day_written(instant.date(), form)
    if column.kind is Kind.DAY:
        return day_written(date.fromisoformat(text), form)
    return text


def day_written(day: date, form: Format) -> str:
    """Write a day as 2020-01-28, or in words: 1月28日."""
    return f"{day.month}月{day.day}日" if form is Format.DAY_IN_WORDS else day.isoformat()
