"""Rows of lists: what a header and a row must say, each fault by its column and its own name."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.errors import Problem
from services.residents.imports.model import (
    COLUMNS,
    ListImport,
    Places,
    check_list_name,
    check_row,
    read_day,
    read_header,
    read_row,
    refusal,
    scopes_text,
)
from services.residents.imports.reader import Record
from services.residents.returnees.model import Arrival
from tests.support.people import national_id

TODAY = date(2020, 1, 28)
GRID, OTHER = "330111004002001", "330111115011001"
PLACES = Places(frozenset({"330300"}), frozenset({GRID, OTHER}))
IMPORT = ListImport(UUID(int=1), "330111", "330111004", "utf-8", 0, "officer")
WANG = {
    "name": "王小明",
    "national_id": "330199199005011011",
    "phone": "13800000001",
    "origin_code": "330300",
    "arrives_on": "2020-01-28",
    "transport": "TRAIN G7333",
    "destination_grid_code": GRID,
    "address": "山水社区 3 幢 2 单元 501",
}
HEADER = {column: place for place, column in enumerate(COLUMNS)}


def accept(**values: str) -> Arrival:
    """Read and check Wang's row with some values changed."""
    record = Record(2, tuple((WANG | values)[column] for column in COLUMNS))
    return check_row(read_row(record, HEADER), PLACES, IMPORT, TODAY)


def refused(do: Any, *arguments: Any, **values: Any) -> tuple[str, str]:
    """Return the field and the code of a refusal."""
    with pytest.raises(Problem) as caught:
        do(*arguments, **values)
    said = refusal(2, caught.value)
    assert said.message_en
    assert said.message_zh
    assert said.message_en != said.message_zh
    return said.field, said.code


def test_a_good_row_is_an_arrival() -> None:
    """Every value in its stored form."""
    arrival = accept(phone=" +86 138-0000-0001 ", national_id="３３０１９９199005011011")

    assert (arrival.name, arrival.phone, arrival.origin_code) == ("王小明", "13800000001", "330300")
    assert arrival.document is not None
    assert arrival.document.number == WANG["national_id"]
    assert (arrival.arrives_on, arrival.grid_code) == (TODAY, GRID)


@pytest.mark.parametrize("empty", ["national_id", "phone"])
def test_one_number_is_enough(empty: str) -> None:
    """Children have no document, the old no phone."""
    accept(**{empty: ""})


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("name", "", "FieldMissing"),
        ("name", "王" * 61, "NameMalformed"),
        ("name", "王小明1", "NameMalformed"),
        ("national_id", "330199199103040058", "NationalIdChecksumWrong"),
        ("national_id", national_id("19900230", 1), "NationalIdDateImpossible"),
        ("national_id", "3.30199E+17", "NationalIdMalformed"),
        ("national_id", national_id("20300101", 1), "NationalIdBirthInFuture"),
        ("phone", "12345", "PhoneMalformed"),
        ("origin_code", "", "FieldMissing"),
        ("origin_code", "999999", "OriginUnknown"),
        ("origin_code", "温州", "DivisionCodeMalformed"),
        ("arrives_on", "", "FieldMissing"),
        ("arrives_on", "28/01/2020", "ArrivalDayMalformed"),
        ("arrives_on", "2020-02-30", "ArrivalDayMalformed"),
        ("arrives_on", "2022-01-28", "ArrivalImplausible"),
        ("transport", "ROCKET", "TransportUnknown"),
        ("transport", "-1", "TransportUnknown"),
        ("name", "=1+1", "NameMalformed"),
        ("transport", "", "FieldMissing"),
        ("destination_grid_code", "330111004002999", "DivisionUnknown"),
        ("destination_grid_code", "330111004002", "DivisionUnknown"),
        ("destination_grid_code", OTHER, "OutOfScope"),
        ("destination_grid_code", "x", "DivisionCodeMalformed"),
        ("destination_grid_code", "", "FieldMissing"),
        ("address", "", "FieldMissing"),
        ("address", "幢" * 201, "AddressMalformed"),
        ("address", "3\ufffd", "RowUndecodable"),
    ],
)
def test_a_fault_is_told_by_column_and_rule(column: str, value: str, code: str) -> None:
    """In both languages."""
    assert refused(accept, **{column: value}) == (column, code)


@pytest.mark.parametrize("formula", ["=cmd|calc", "+cmd", "-cmd", "@SUM(A)"])
def test_a_formula_is_a_text_like_any(formula: str) -> None:
    """It is stored as it is: only who writes files for spreadsheets has to beware."""
    arrival = accept(name=formula, address=formula)

    assert (arrival.name, arrival.address) == (formula, formula)


def test_somebody_without_numbers_is_refused() -> None:
    """There is nothing to know the person by."""
    assert refused(accept, national_id="", phone="") == ("national_id", "PersonUnidentified")


@pytest.mark.parametrize("fields", [None, ("王\x00",) * 8, ("\x1b",) * 8])
def test_a_row_that_is_none(fields: tuple[str, ...] | None) -> None:
    """Ragged, too long, or with characters nobody types."""
    assert refused(read_row, Record(2, fields), HEADER) == ("row", "RowMalformed")


def test_columns_stand_in_any_order_with_others_among_them() -> None:
    """Names are read without regard to case and spaces."""
    fields = ["remark", *(f" {column.upper()} " for column in reversed(COLUMNS))]

    assert read_header(fields) == {column: 8 - place for place, column in enumerate(COLUMNS)}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(column: str) -> None:
    """None may be left out."""
    names = [name for name in COLUMNS if name != column]

    assert refused(read_header, names) == (column, "ColumnMissing")


def test_a_column_named_twice_is_refused() -> None:
    """Nobody knows which is meant."""
    assert refused(read_header, [*COLUMNS, "phone"]) == ("phone", "ColumnRepeated")


def test_a_first_line_that_is_none_is_refused() -> None:
    """Too long, or a quotation mark left open."""
    assert refused(read_header, None) == ("row", "HeaderMalformed")


@pytest.mark.parametrize("text", ["2020-01-28", "2020/1/28", "2020.01.28", "20200128"])
def test_days_as_offices_write_them(text: str) -> None:
    """Year, month, day."""
    assert read_day(text) == TODAY


@pytest.mark.parametrize("text", ["2020-1/28", "202018", "2020128", "1580140800", "28.1.2020", "二〇二〇"])
def test_other_ways_are_refused(text: str) -> None:
    """Nothing is guessed."""
    assert refused(read_day, text) == ("arrives_on", "ArrivalDayMalformed")


@pytest.mark.parametrize(
    ("scopes", "text"),
    [
        (("330111",), "330111"),
        (("330111115", "330111004"), "330111004,330111115"),
        (("330111004002", "330111004", "330111004"), "330111004"),
    ],
)
def test_scopes_have_one_form(scopes: tuple[str, ...], text: str) -> None:
    """Two tokens with the same scopes upload versions of the same list."""
    assert scopes_text(scopes) == text


def test_nobody_imports_for_nowhere() -> None:
    """An officer without a scope has no list."""
    assert refused(scopes_text, ()) == ("row", "ScopeRequired")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b"])
def test_a_list_has_a_name(name: str) -> None:
    """Of 1 to 60 characters."""
    assert refused(check_list_name, name) == ("list_name", "ListNameMalformed")
