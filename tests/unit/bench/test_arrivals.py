"""The bench's list of returnees: the same every time, of every kind a share."""

import csv
import io
from datetime import date

from chassis.standards import national_id
from tests.bench.arrivals import SHARES, pieces, returnee_list, stranger_id

TODAY = date(2020, 1, 28)


def test_a_list_is_the_same_every_time_and_has_every_kind() -> None:
    """As long as asked for; strangers differ from list to list."""
    content = returnee_list(330_111, 400, TODAY, scale="story")

    rows = list(csv.DictReader(io.StringIO(content.decode())))
    names = [row["name"] for row in rows]
    assert content == returnee_list(330_111, 400, TODAY, scale="story")
    assert len(rows) == 400
    assert abs(names.count("司马青") - 4 * SHARES["unknown"]) < 40
    assert abs(names.count("欧阳远") - 4 * SHARES["probable"]) < 25
    assert len({row["national_id"] for row in rows if row["name"] == "司马青"}) == names.count("司马青")


def test_strangers_have_valid_numbers() -> None:
    """Of an unassigned prefix, each another."""
    found = {stranger_id(number) for number in range(0, 2_000_000, 9_999)}

    assert len(found) == len(range(0, 2_000_000, 9_999))
    assert all(national_id(number, today=TODAY) == number for number in found)


def test_a_file_comes_in_pieces() -> None:
    """Whole again when put together."""
    assert list(pieces(b"abcde", 2)) == [b"ab", b"cd", b"e"]
