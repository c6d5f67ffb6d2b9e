"""Reading lists: the same records however the bytes are cut, one bad line costing itself only."""

import csv
import io
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.residents.imports.encoding import GB18030, UTF_8, EncodingGuess
from services.residents.imports.reader import RECORD_CHARACTERS_MAX, ListReader, Record

CELLS = st.text(alphabet='王小明ab, ",\n;é1', max_size=8)
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8)
ENCODINGS = st.sampled_from(["utf-8", UTF_8, GB18030])


def read(pieces: Iterable[bytes], encoding: str = UTF_8) -> list[Record]:
    """Read a file in pieces."""
    reader = ListReader(encoding)
    records = [record for piece in pieces for record in reader.feed(piece)]
    return [*records, *reader.finish()]


def read_text(text: str) -> list[Record]:
    """Read a text in one piece."""
    return read([text.encode()])


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Cut a file at these places."""
    marks = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(marks)]


def written(rows: list[tuple[str, ...]], ending: str) -> str:
    """Return a table as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator=ending).writerows(rows)
    return text.getvalue()


@given(rows=TABLES, places=st.lists(st.integers(0, 500)), ending=st.sampled_from(["\n", "\r\n"]), encoding=ENCODINGS)
def test_any_cutting_gives_the_rows_that_were_written(
    rows: list[tuple[str, ...]], places: list[int], ending: str, encoding: str
) -> None:
    """Quotes, commas, line ends and characters of several bytes survive wherever the file is cut."""
    data = written(rows, ending).encode(encoding)

    records = read(cut(data, places), encoding)

    found = [record.fields for record in records]
    assert None not in found
    assert [f for f in found if f and any(c.strip() for c in f)] == [r for r in rows if any(c.strip() for c in r)]


@given(text=st.text(alphabet='ab",\n\r é王', max_size=200), places=st.lists(st.integers(0, 500)))
def test_any_cutting_of_anything_gives_the_same_records(text: str, places: list[int]) -> None:
    """Also of what no program would have written; and no line is told of twice."""
    data = text.encode()

    whole, pieces = read([data]), read(cut(data, places))

    assert pieces == whole
    lines = [record.line for record in whole]
    assert lines == sorted(set(lines))


def test_lines_are_those_of_the_file() -> None:
    """A record is known by the line it begins on; blank lines count as lines, not as records."""
    records = read_text('a,b\n\n1,"x\ny"\n   \n2,z')

    assert [(r.line, r.fields) for r in records] == [(1, ("a", "b")), (3, ("1", "x\ny")), (6, ("2", "z"))]


@pytest.mark.parametrize("line", ["1,2,3", "1", '"1"x,2', '"1\n2",3,4', "1,2,3,4,5"])
def test_a_ragged_row_is_malformed(line: str) -> None:
    """The rows around it are read."""
    records = read_text(f"a,b\n{line}\n7,8\n")

    assert Record(2, None) in records
    assert records[-1].fields == ("7", "8")


def test_a_quotation_mark_that_nobody_closes_costs_one_line() -> None:
    """The lines after it are read as if it had been well."""
    good = "".join(f"{n},x\n" for n in range(3, 10))

    records = read_text(f'a,b\n"1,x\n{good}')

    assert records[1] == Record(2, None)
    assert [r.fields for r in records[2:]] == [(str(n), "x") for n in range(3, 10)]


def test_a_quotation_mark_swallows_no_more_than_a_record_may_hold() -> None:
    """A file of many rows is read on long before its end."""
    reader = ListReader(UTF_8)
    list(reader.feed(b'a,b\n"1,x\n'))

    records = list(reader.feed(b"2,y\n" * RECORD_CHARACTERS_MAX))

    assert records[0] == Record(2, None)
    assert records[1] == Record(3, ("2", "y"))


def test_two_stray_marks_cost_two_lines() -> None:
    """What lies between them is not taken for one long field."""
    records = read_text('a,b\n"1,x\n2,y\n"3,z\n4,u\n')

    assert [(r.line, r.fields) for r in records] == [
        (1, ("a", "b")),
        (2, None),
        (3, ("2", "y")),
        (4, None),
        (5, ("4", "u")),
    ]


def test_a_quotation_mark_within_a_plain_field_is_a_letter() -> None:
    """As spreadsheets write it."""
    assert read_text('a,b\n5" pipe,x\n7,8\n')[1:] == [Record(2, ('5" pipe', "x")), Record(3, ("7", "8"))]


def test_doubled_quotation_marks_are_one() -> None:
    """A quoted field may hold them, and line ends."""
    assert read_text('a,b\n"x ""y"" \n z",2\n')[1:] == [Record(2, ('x "y" \n z', "2"))]


def test_a_line_that_never_ends_is_one_malformed_record() -> None:
    """It is not kept in memory."""
    reader = ListReader(UTF_8)
    list(reader.feed(b"a,b\n"))

    for _ in range(100):
        assert list(reader.feed(b"x" * 10_000)) == []
        assert len(reader.rest) <= RECORD_CHARACTERS_MAX

    assert list(reader.feed(b"\n1,2\n")) == [Record(2, None), Record(3, ("1", "2"))]


def test_nothing_is_no_record() -> None:
    """Neither is a file of blank lines."""
    assert read([]) == []
    assert read_text("\n\r\n  \n") == []


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"name,phone\n", UTF_8),
        ("姓名,王小明\n".encode(), UTF_8),
        ("姓名,王小明\n".encode("utf-8-sig"), UTF_8),
        ("姓名,王小明\n".encode("gbk"), GB18030),
        ("姓名,㐀\n".encode("gb18030"), GB18030),
        ("姓名,王小明,李红,四个汉字\n".encode() * 5 + b"\xe7\x8e,x\n", UTF_8),
        ("姓名,王小明,李红,四个汉字\n".encode("gbk") * 5 + b"\xff,x\n", GB18030),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_the_encoding_is_the_one_with_fewer_faults(data: bytes, encoding: str, size: int) -> None:
    """One broken character does not turn a whole list into another language."""
    guess = EncodingGuess()
    for start in range(0, len(data), size):
        guess.feed(data[start : start + size])
    guess.feed(b"", final=True)

    assert guess.encoding == encoding
