"""Bad input of every kind: answered by line, field and rule, nothing lost, every row accounted for."""

from collections.abc import AsyncIterator

import pytest

from services.residents.imports.worker import BATCH_ROWS, process_next
from tests.support.lists import WANG_ROW, counts, imported, refusals, stranger, table, upload
from tests.support.people import WANG
from tests.support.returnees import open_tasks
from tests.support.rig import Rig

SHEET_ROWS_MAX = 65_536


async def test_the_65537th_row_is_a_row(people: Rig) -> None:
    """A spreadsheet of old ends there; a list does not. Most rows are refused here, and each is counted."""
    good = table([WANG_ROW, stranger(1)]).splitlines()
    header, wang, far = good
    content = "\r\n".join([header, wang, *["x"] * (SHEET_ROWS_MAX - 1), far, ""])

    import_id = await imported(people, content)

    assert await counts(people, import_id) == ("DONE", SHEET_ROWS_MAX + 1, 2, SHEET_ROWS_MAX - 1)
    lines = await people.rows("SELECT line FROM returnee_list_entries ORDER BY line")
    assert [row["line"] for row in lines] == [2, SHEET_ROWS_MAX + 2]
    [refused] = await people.rows("SELECT min(line), max(line), count(*) FROM returnee_list_refusals")
    assert list(refused.values()) == [3, SHEET_ROWS_MAX + 1, SHEET_ROWS_MAX - 1]


async def test_a_line_of_a_megabyte_costs_itself(people: Rig) -> None:
    """Quoted or not; the lines around it are stored."""
    header, wang, far = table([WANG_ROW, stranger(1)]).splitlines()
    long = "x" * 2**20
    content = "\n".join([header, wang, long, f'"{long}', far, ""])

    import_id = await imported(people, content)

    assert await refusals(people, import_id) == [(3, "row", "RowMalformed"), (4, "row", "RowMalformed")]
    assert await counts(people, import_id) == ("DONE", 4, 2, 2)


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f"])
async def test_what_nobody_types_refuses_its_row(people: Rig, character: str) -> None:
    """NUL and control characters, wherever they stand."""
    rows = [WANG_ROW, stranger(1, address=f"a{character}b"), stranger(2)]

    import_id = await imported(people, table(rows))

    assert await refusals(people, import_id) == [(3, "row", "RowMalformed")]
    assert await counts(people, import_id) == ("DONE", 3, 2, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
async def test_bytes_of_no_text_in_the_middle_refuse_their_row(people: Rig, encoding: str) -> None:
    """Also where two pieces of the file meet; what stands around them is read."""
    rows = [WANG_ROW, *(stranger(i) for i in range(1, 200)), stranger(300, name="坏"), stranger(301)]
    content = table(rows).encode(encoding).replace("坏".encode(encoding), b"\xff\xff")

    import_id = await imported(people, content)

    assert await refusals(people, import_id) == [(202, "name", "RowUndecodable")]
    assert await counts(people, import_id) == ("DONE", 202, 201, 1)


async def test_rare_characters_of_gb18030_are_text(people: Rig) -> None:
    """Names are written with characters that GBK does not have."""
    await imported(people, table([WANG_ROW | {"name": "王㐂𠮷"}]).encode("gb18030"))

    assert await people.rows("SELECT name, resident_id FROM returnees") == [{"name": "王㐂𠮷", "resident_id": WANG}]


async def test_unknown_columns_are_left_aside(people: Rig) -> None:
    """Wherever they stand, and however often; a row has as many fields as the header."""
    row = WANG_ROW | {"备注": "x", "序号": "1"}

    import_id = await imported(people, table([row], ["序号", *WANG_ROW, "备注"]))

    assert await counts(people, import_id) == ("DONE", 1, 1, 0)


async def test_an_upload_cut_in_the_middle_queues_nothing(people: Rig) -> None:
    """What came of it is forgotten by the job; the whole file can come afterwards, with the same key."""
    content = table([WANG_ROW, stranger(1)]).encode()

    async def cut() -> AsyncIterator[bytes]:
        yield content[:100]
        raise ConnectionResetError

    broken = await upload(people, cut(), key="k")
    queued = await people.rows("SELECT id FROM returnee_list_imports")
    whole = await upload(people, content, key="k")
    while await process_next(people.state):
        pass

    assert broken.status_code != 202
    assert queued == []
    assert await counts(people, whole.json()["id"]) == ("DONE", 2, 2, 0)


async def test_a_quote_that_nobody_closes_costs_one_line(people: Rig) -> None:
    """At the end of a batch, in the next one, and at the end of the file."""
    rows = table([stranger(i) for i in range(1, BATCH_ROWS + 2)]).splitlines()
    content = "\n".join([rows[0], '"open', *rows[1:BATCH_ROWS], '"open', *rows[BATCH_ROWS:], '"open'])

    import_id = await imported(people, content)

    total = BATCH_ROWS + 1
    assert [line for line, _, _ in await refusals(people, import_id)] == [2, BATCH_ROWS + 2, BATCH_ROWS + 5]
    assert await counts(people, import_id) == ("DONE", total + 3, total, 3)
    assert await open_tasks(people) == total
