"""What forms may be made of: sources, what a row stands for, and the columns that each offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.residents.form_sources.labels import (
    DELIVERY,
    MATCH,
    ORDER_REASON,
    ORDER_SETTING,
    ORDER_STATUS,
    RISK_LEVEL,
    SEX,
    SLOT_STATUS,
    TASK_REASON,
    TASK_STATUS,
    TRANSPORT,
)


class Source(StrEnum):
    """Which records a form is a view over."""

    RETURNEES = "RETURNEES"
    QUARANTINE_ORDERS = "QUARANTINE_ORDERS"
    HEALTH_CHECKS = "HEALTH_CHECKS"
    SCREENING_TASKS = "SCREENING_TASKS"
    RESIDENTS = "RESIDENTS"
    HOUSEHOLDS = "HOUSEHOLDS"


class Unit(StrEnum):
    """What a row of a form stands for: one record, or the count of a village's or a town's."""

    RECORD = "RECORD"
    VILLAGE = "VILLAGE"
    TOWN = "TOWN"


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "TEXT"
    DAY = "DAY"
    INSTANT = "INSTANT"
    NUMBER = "NUMBER"
    LABEL = "LABEL"


class Format(StrEnum):
    """How a value is written."""

    TEXT = "TEXT"
    DAY = "DAY"
    DAY_IN_WORDS = "DAY_IN_WORDS"
    INSTANT = "INSTANT"
    NUMBER = "NUMBER"
    LABEL = "LABEL"


class Filter(StrEnum):
    """By what the rows of a form may be narrowed."""

    DIVISION = "DIVISION"
    DAYS = "DAYS"
    STATUS = "STATUS"


FORMATS: Mapping[Kind, tuple[Format, ...]] = {
    Kind.TEXT: (Format.TEXT,),
    Kind.DAY: (Format.DAY, Format.DAY_IN_WORDS),
    Kind.INSTANT: (Format.INSTANT, Format.DAY, Format.DAY_IN_WORDS),
    Kind.NUMBER: (Format.NUMBER,),
    Kind.LABEL: (Format.LABEL,),
}


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column that a source offers; `is_personal` ones tell of a person by name or number."""

    kind: Kind = Kind.TEXT
    is_personal: bool = False
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What a source offers for one unit."""

    columns: Mapping[str, SourceColumn]
    filters: tuple[Filter, ...]
    statuses: frozenset[str] = frozenset()


def label(labels: Mapping[str, str]) -> SourceColumn:
    """Return a column of a closed set."""
    return SourceColumn(Kind.LABEL, labels=labels)


TEXT, DAY, INSTANT, NUMBER = (SourceColumn(kind) for kind in (Kind.TEXT, Kind.DAY, Kind.INSTANT, Kind.NUMBER))
PERSONAL, BIRTH = SourceColumn(is_personal=True), SourceColumn(Kind.DAY, is_personal=True)
PLACE = {"division_code": TEXT, "town_name": TEXT, "village_name": TEXT, "grid_name": TEXT}
PERSON = {"name": PERSONAL, "document_number_masked": PERSONAL, "phone_masked": PERSONAL, "address": PERSONAL}
DIVISION = {"code": TEXT, "town_name": TEXT, "name": TEXT}
ALL = (Filter.DIVISION, Filter.DAYS, Filter.STATUS)


def counts(*names: str) -> dict[str, SourceColumn]:
    """Return a division's columns and numbers."""
    return {**DIVISION, **dict.fromkeys(names, NUMBER)}


RETURNEE_COUNTS = Table(
    counts("returnees", "from_risk_regions", "matched", "tasks_open", "tasks_closed"), (Filter.DIVISION, Filter.DAYS)
)
ORDER_COUNTS = Table(
    counts("in_force", "at_home", "in_facility", "issued", "released", "release_due"), (Filter.DIVISION, Filter.DAYS)
)
CHECK_COUNTS = Table(counts("expected", "reported", "missed", "waiting", "abnormal"), (Filter.DIVISION, Filter.DAYS))
TASK_COUNTS = Table(
    counts("tasks", "open", "contacted", "verified", "closed", "escalated", "overdue", "done_percent"),
    (Filter.DIVISION, Filter.DAYS),
)

TABLES: Mapping[tuple[Source, Unit], Table] = {
    (Source.RETURNEES, Unit.RECORD): Table(
        {
            **PLACE,
            **PERSON,
            "origin_code": TEXT,
            "origin_name": TEXT,
            "arrives_on": DAY,
            "transport_kind": label(TRANSPORT),
            "transport_number": TEXT,
            "match": label(MATCH),
            "risk_level": label(RISK_LEVEL),
            "task_status": label(TASK_STATUS),
        },
        ALL,
        frozenset(TASK_STATUS),
    ),
    (Source.QUARANTINE_ORDERS, Unit.RECORD): Table(
        {
            **PLACE,
            **PERSON,
            "sex": label(SEX),
            "birth_on": BIRTH,
            "setting": label(ORDER_SETTING),
            "reason": label(ORDER_REASON),
            "status": label(ORDER_STATUS),
            "starts_on": DAY,
            "ends_on": DAY,
            "length_days": NUMBER,
            "issued_at": INSTANT,
            "delivered_at": INSTANT,
            "delivery_method": label(DELIVERY),
            "checks_reported": NUMBER,
            "checks_missed": NUMBER,
        },
        ALL,
        frozenset(ORDER_STATUS),
    ),
    (Source.HEALTH_CHECKS, Unit.RECORD): Table(
        {
            **PLACE,
            **PERSON,
            "slot_at": INSTANT,
            "status": label(SLOT_STATUS),
            "temperature_c": NUMBER,
            "reported_at": INSTANT,
        },
        ALL,
        frozenset(SLOT_STATUS),
    ),
    (Source.SCREENING_TASKS, Unit.RECORD): Table(
        {
            **PLACE,
            **PERSON,
            "status": label(TASK_STATUS),
            "reason": label(TASK_REASON),
            "attempts": NUMBER,
            "due_at": INSTANT,
            "opened_at": INSTANT,
            "changed_at": INSTANT,
        },
        ALL,
        frozenset(TASK_STATUS),
    ),
    (Source.RESIDENTS, Unit.RECORD): Table(
        {**PLACE, **PERSON, "sex": label(SEX), "birth_on": BIRTH}, (Filter.DIVISION,)
    ),
    (Source.HOUSEHOLDS, Unit.RECORD): Table({**PLACE, "address": TEXT, "members": NUMBER}, (Filter.DIVISION,)),
    **{(Source.RETURNEES, unit): RETURNEE_COUNTS for unit in (Unit.VILLAGE, Unit.TOWN)},
    **{(Source.QUARANTINE_ORDERS, unit): ORDER_COUNTS for unit in (Unit.VILLAGE, Unit.TOWN)},
    **{(Source.HEALTH_CHECKS, unit): CHECK_COUNTS for unit in (Unit.VILLAGE, Unit.TOWN)},
    **{(Source.SCREENING_TASKS, unit): TASK_COUNTS for unit in (Unit.VILLAGE, Unit.TOWN)},
}
