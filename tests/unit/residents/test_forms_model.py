"""What a form may say, which rows are meant, and what may happen to a version."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.auth import PURPOSES
from chassis.batch import column_names
from chassis.clock import DISTRICT_ZONE
from chassis.errors import Problem
from services.residents.form_exports.files import PURPOSES as PURPOSES_SAID
from services.residents.form_exports.model import Purpose
from services.residents.form_sources.cells import written
from services.residents.form_sources.model import (
    FORMATS,
    TABLES,
    Filter,
    Format,
    Kind,
    Source,
    SourceColumn,
    Unit,
)
from services.residents.form_sources.queries import batch_of
from services.residents.forms import builtin, model
from services.residents.forms.model import Column, Definition, FormStatus, FormVersion
from services.residents.quarantine.model import OrderStatus
from services.residents.screening.model import TaskStatus

TODAY = date(2020, 1, 28)
GOOD = Definition(
    "住户一览表",
    "Households",
    "区民政局",
    Source.HOUSEHOLDS,
    Unit.RECORD,
    (Column("地址", "address", Format.TEXT), Column("人数", "members", Format.NUMBER)),
    (Filter.DIVISION,),
)


def version(**values: Any) -> FormVersion:
    """Return a version in use of the returnees' form."""
    plain = FormVersion(
        UUID(int=1),
        "330111",
        UUID(int=2),
        "RETURNEES_DAILY",
        2,
        "返富人员日报表",
        "Returnees",
        "区防控办",
        Source.RETURNEES,
        Unit.RECORD,
        (Filter.DIVISION, Filter.DAYS, Filter.STATUS),
        names_people=True,
        status=FormStatus.ACTIVE,
        drafted_by="officer-1",
    )
    return replace(plain, **values)


@pytest.mark.parametrize(("source", "unit"), list(TABLES))
def test_every_column_is_one_of_its_statement(source: Source, unit: Unit) -> None:
    """The closed list and the statement's row agree."""
    assert set(TABLES[source, unit].columns) <= set(column_names(batch_of(source, unit).row))


@pytest.mark.parametrize(("source", "unit"), [place for place in TABLES if place[1] is not Unit.RECORD])
def test_counts_name_nobody(source: Source, unit: Unit) -> None:
    """A form of counts has no column of a person."""
    assert not any(column.is_personal for column in TABLES[source, unit].columns.values())


def test_every_kind_can_be_written() -> None:
    """A column of a closed set has its labels."""
    assert set(FORMATS) == set(Kind)
    labelled = [c for table in TABLES.values() for c in table.columns.values() if c.kind is Kind.LABEL]
    assert all(column.labels for column in labelled)


def test_labels_know_every_state() -> None:
    """A state that is added to the records has to be named here as well."""
    assert TABLES[Source.QUARANTINE_ORDERS, Unit.RECORD].statuses == {status.value for status in OrderStatus}
    assert TABLES[Source.SCREENING_TASKS, Unit.RECORD].statuses == {status.value for status in TaskStatus}


def test_purposes_are_those_of_look_ups() -> None:
    """One closed list."""
    assert {purpose.value for purpose in Purpose} == PURPOSES
    assert set(PURPOSES_SAID) == set(Purpose)


@pytest.mark.parametrize("code", sorted(builtin.FORMS))
def test_built_in_forms_could_be_drafted(code: str) -> None:
    """What the product brings keeps the product's own rules."""
    model.check_code(code)
    model.check_definition(builtin.FORMS[code])


def test_forms_say_whether_they_name_people() -> None:
    """By their columns, not by what somebody says."""
    assert [code for code, form in builtin.FORMS.items() if form.names_people] == [
        "RETURNEES_DAILY",
        "QUARANTINE_REGISTER",
    ]
    assert not GOOD.names_people


def column(**values: Any) -> dict[str, Any]:
    """Return a change of the first column."""
    return {"columns": (replace(GOOD.columns[0], **values), *GOOD.columns[1:])}


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"title": ""}, "FormTextMalformed", ("title",)),
        ({"title": "长" * 61}, "FormTextMalformed", ("title",)),
        ({"title_english": "two\nlines"}, "FormTextMalformed", ("title_english",)),
        ({"office": "=cmd()"}, "FormTextMalformed", ("office",)),
        ({"unit": Unit.VILLAGE}, "FormUnitUnfit", ("unit",)),
        ({"columns": ()}, "FormColumnsOutOfRange", ("columns",)),
        ({"columns": (*GOOD.columns,) * 21}, "FormColumnsOutOfRange", ("columns",)),
        ({"columns": (GOOD.columns[0],) * 2}, "FormHeaderRepeated", ("columns", "1", "header")),
        (column(header="校验"), "FormHeaderReserved", ("columns", "0", "header")),
        (column(header="-1"), "FormTextMalformed", ("columns", "0", "header")),
        (column(header="隐\u200b形"), "FormTextMalformed", ("columns", "0", "header")),
        (column(source_column="phone_sealed"), "FormColumnUnknown", ("columns", "0", "source_column")),
        (column(source_column="address; DROP TABLE"), "FormColumnUnknown", ("columns", "0", "source_column")),
        (column(format=Format.NUMBER), "FormFormatUnfit", ("columns", "0", "format")),
        ({"filters": (Filter.DAYS,)}, "FormFilterUnfit", ("filters", "0")),
        ({"filters": (Filter.DIVISION, Filter.DIVISION)}, "FormFilterRepeated", ("filters", "1")),
    ],
)
def test_a_draft_is_refused_with_field_and_rule(change: dict[str, Any], code: str, path: tuple[str, ...]) -> None:
    """Each fault by its own name, at its place."""
    model.check_definition(GOOD)

    with pytest.raises(Problem) as refused:
        model.check_definition(replace(GOOD, **change))

    assert (refused.value.code, refused.value.path) == (code, path)


@pytest.mark.parametrize("code", ["", "ab", "lower", "1ABC", "A" * 41, "A-B", "ABC ", "表单"])
def test_a_code_is_plain(code: str) -> None:
    """It stands in file names and addresses."""
    with pytest.raises(Problem) as refused:
        model.check_code(code)

    assert refused.value.code == "FormCodeMalformed"


@pytest.mark.parametrize(
    ("status", "subject", "active", "code"),
    [
        (FormStatus.ACTIVE, "officer-2", None, "FormNotDraft"),
        (FormStatus.RETIRED, "officer-2", None, "FormNotDraft"),
        (FormStatus.DRAFT, "officer-1", None, "ActivationNeedsSecondPerson"),
        (FormStatus.DRAFT, "officer-2", 3, "FormVersionOlder"),
    ],
)
def test_an_activation_is_refused(status: FormStatus, subject: str, active: int | None, code: str) -> None:
    """Only a draft, only by another person, never an older one over a newer one."""
    now_active = None if active is None else version(version=active)

    with pytest.raises(Problem) as refused:
        model.check_activation(version(status=status), subject, now_active)

    assert refused.value.code == code


def test_a_draft_is_activated_over_an_older_version() -> None:
    """By the second person."""
    model.check_activation(version(status=FormStatus.DRAFT), "officer-2", version(version=1))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((None, None), (TODAY, TODAY)),
        ((date(2020, 1, 20), None), (date(2020, 1, 20), date(2020, 1, 20))),
        ((None, date(2020, 1, 20)), (date(2020, 1, 20), date(2020, 1, 20))),
        ((date(2020, 1, 1), date(2020, 3, 2)), (date(2020, 1, 1), date(2020, 3, 2))),
    ],
)
def test_days_of_a_form(days: tuple[date | None, date | None], expected: tuple[date, date]) -> None:
    """Today's form unless days are given."""
    selection = model.select(version(), "330111", days, None, TODAY)

    assert (selection.from_day, selection.to_day) == expected
    arguments = selection.arguments("330111", Unit.RECORD, datetime(2020, 1, 28, 8, tzinfo=DISTRICT_ZONE))
    assert arguments["until_at"] == datetime(
        expected[1].year, expected[1].month, expected[1].day + 1, tzinfo=DISTRICT_ZONE
    )


@pytest.mark.parametrize(
    ("values", "days", "statuses", "code", "path"),
    [
        ({}, (date(2020, 1, 2), date(2020, 1, 1)), None, "FormDaysUnfit", ("to_day",)),
        ({}, (date(2020, 1, 1), date(2020, 3, 3)), None, "FormDaysUnfit", ("to_day",)),
        ({"filters": (Filter.DIVISION,)}, (TODAY, None), None, "FormFilterNotOffered", ("from_day",)),
        ({"filters": (Filter.DIVISION,)}, (None, TODAY), None, "FormFilterNotOffered", ("to_day",)),
        ({"filters": (Filter.DAYS,)}, (None, None), ["OPEN"], "FormFilterNotOffered", ("record_statuses",)),
        ({}, (None, None), ["OPEN", "open"], "FormStatusUnknown", ("record_statuses", "1")),
    ],
)
def test_a_selection_is_refused(
    values: dict[str, Any],
    days: tuple[date | None, date | None],
    statuses: list[str] | None,
    code: str,
    path: tuple[str, ...],
) -> None:
    """What the form does not offer, by its name and place."""
    with pytest.raises(Problem) as refused:
        model.select(version(**values), "330111", days, statuses, TODAY)

    assert (refused.value.code, refused.value.path) == (code, path)


@pytest.mark.parametrize(
    ("value", "kind", "form", "expected"),
    [
        (None, Kind.TEXT, Format.TEXT, None),
        ("王小明", Kind.TEXT, Format.TEXT, "王小明"),
        (28, Kind.NUMBER, Format.NUMBER, "28"),
        (36.5, Kind.NUMBER, Format.NUMBER, "36.5"),
        ("2020-01-28", Kind.DAY, Format.DAY, "2020-01-28"),
        ("2020-01-28", Kind.DAY, Format.DAY_IN_WORDS, "1月28日"),
        ("2020-01-28T23:30:00+00:00", Kind.INSTANT, Format.INSTANT, "2020-01-29 07:30"),
        ("2020-01-28T23:30:00+00:00", Kind.INSTANT, Format.DAY, "2020-01-29"),
        ("2020-01-28T23:30:00+00:00", Kind.INSTANT, Format.DAY_IN_WORDS, "1月29日"),
    ],
)
def test_how_values_are_written(value: Any, kind: Kind, form: Format, expected: str | None) -> None:
    """Days and instants are the district's."""
    assert written(value, SourceColumn(kind), form) == expected


def test_labels_are_written_in_chinese() -> None:
    """A value without a label stands as it is."""
    labelled = SourceColumn(Kind.LABEL, labels={"ACTIVE": "隔离中"})

    assert [written(value, labelled, Format.LABEL) for value in ("ACTIVE", "NEW")] == ["隔离中", "NEW"]
