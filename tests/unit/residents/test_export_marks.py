"""The check of exported rows: true for its row, and for nothing else; formulas are neutral and come back."""

import csv
import io
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.crypto import open_key_ring
from chassis.service import Keys
from services.residents.form_exports import marks
from services.residents.form_exports.files import csv_line

KEYS = Keys(open_key_ring(f"k1:{'11' * 32}"), bytes([7] * 32), bytes(range(32)))
OTHER_KEYS = Keys(open_key_ring(f"k1:{'11' * 32}"), bytes([8] * 32), bytes(range(32)))
EXPORTS = st.uuids(version=4)
NUMBERS = st.integers(1, marks.ROWS_MAX)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
CELLS = st.lists(st.none() | TEXTS, min_size=1, max_size=6)
EXPORT = UUID(int=7)


@given(EXPORTS, NUMBERS, CELLS)
def test_a_check_proves_its_row(export_id: UUID, number: int, cells: list[str | None]) -> None:
    """Export, number and cells; in any case and with spaces, as somebody types it."""
    check = marks.check_of(KEYS, export_id, number, cells)
    mark = marks.read_check(f" {check[:16].lower()} {check[16:]} ")

    assert len(check) == marks.CHECK_CHARACTERS == 32
    assert mark is not None
    assert (mark.tag, mark.row_number) == (marks.trace_tag(KEYS, export_id), number)
    assert marks.is_true(KEYS, export_id, mark)
    assert marks.is_unaltered(KEYS, export_id, mark, cells)


@given(CELLS, CELLS, NUMBERS)
def test_other_cells_are_seen(cells: list[str | None], others: list[str | None], number: int) -> None:
    """Not a character may differ, but white space around a cell."""
    mark = marks.read_check(marks.check_of(KEYS, EXPORT, number, cells))
    assert mark is not None

    same = [marks.plain(cell) for cell in cells] == [marks.plain(cell) for cell in others]

    assert marks.is_unaltered(KEYS, EXPORT, mark, others) is same


@given(st.integers(0, 31), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_an_altered_check_is_none_of_ours(position: int, letter: str) -> None:
    """Any letter: another export, another row, or a hash that does not fit its cells."""
    cells = ["王小明", "330199********1011"]
    check = marks.check_of(KEYS, EXPORT, 41, cells)
    altered = check[:position] + letter + check[position + 1 :]

    mark = marks.read_check(altered)

    assert mark is not None
    whole = (
        mark.tag == marks.trace_tag(KEYS, EXPORT)
        and marks.is_true(KEYS, EXPORT, mark)
        and marks.is_unaltered(KEYS, EXPORT, mark, cells)
    )
    assert whole is (altered == check)


def test_a_check_of_another_row_or_export_or_key() -> None:
    """Each proves its own only."""
    mark = marks.read_check(marks.check_of(KEYS, EXPORT, 1, ["a"]))
    assert mark is not None

    assert not marks.is_true(KEYS, UUID(int=8), mark)
    assert not marks.is_true(OTHER_KEYS, EXPORT, mark)
    moved = marks.Mark(mark.tag, 2, mark.row_hash, mark.cells_hash)
    assert not marks.is_true(KEYS, EXPORT, moved)


@pytest.mark.parametrize("text", ["", "ABC", "1" * 32, "0" * 32, "校验" * 16, "A" * 33])
def test_what_can_be_no_check(text: str) -> None:
    """Nothing is looked for."""
    assert marks.read_check(text) is None


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "＋1", "－1", "＠A"])
def test_formulas_are_neutral(text: str) -> None:
    """No spreadsheet calculates what somebody wrote into an address."""
    assert marks.neutral(text) == "'" + text
    assert marks.plain("'" + text) == text.strip()


@pytest.mark.parametrize("text", ["", " ", "山水社区", "3=4", "a-b", "'quoted", "1月28日"])
def test_other_texts_stay(text: str) -> None:
    """Nothing is added."""
    assert marks.neutral(text) == text


@given(CELLS)
def test_a_line_of_csv_comes_back(cells: list[str | None]) -> None:
    """Whatever stands in a cell, quotes and line ends too, the row read back proves its check."""
    mark = marks.read_check(marks.check_of(KEYS, EXPORT, 3, cells))
    assert mark is not None

    [read] = csv.reader(io.StringIO(csv_line(cells), newline=""))

    assert marks.is_unaltered(KEYS, EXPORT, mark, read)
