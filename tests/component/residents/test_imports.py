"""Lists of returnees: every row of every kind of file stored, or refused with its line and reason."""

import pytest

from tests.support.lists import (
    REFUSALS,
    WANG_ROW,
    counts,
    imported,
    refusals,
    report,
    stranger,
    table,
    upload,
    uploaded,
)
from tests.support.people import GRID, NEXT_GRID, OTHER_TOWN_GRID, WANG, national_id
from tests.support.returnees import declare, district_officer, open_tasks, register, town_officer
from tests.support.rig import Rig, problem


async def test_a_list_with_wang_ends_in_his_task_and_order(people: Rig) -> None:
    """He is matched, his grid worker has a task, an order is drafted; who is unknown is stored UNMATCHED."""
    await declare(people)

    import_id = await imported(people, table([WANG_ROW, stranger(1), stranger(2, origin_code="420100")]))

    assert await report(people, import_id) == {
        "status": "DONE",
        "version": 1,
        "rows_read": 3,
        "rows_stored": 3,
        "rows_refused": 0,
        "list_name": "railway",
    }
    rows = await people.rows(
        "SELECT match, matched_by, resident_id, risk_level FROM returnees ORDER BY match, origin_code"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("MATCHED", "DOCUMENT", WANG, "HIGH"),
        ("UNMATCHED", None, None, "HIGH"),
        ("UNMATCHED", None, None, None),
    ]
    assert [r["resident_id"] for r in await people.rows("SELECT resident_id FROM quarantine_orders")] == [WANG]
    assert await open_tasks(people) == 3
    told = [b for s, b in await people.facts() if s == f"residents.standing_changed.{GRID}"]
    assert [b["expected_origin_code"] for b in told] == ["330300"]
    assert len(await people.rows("SELECT id FROM residents WHERE name = '欧阳远'")) == 0


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
async def test_files_as_offices_send_them(people: Rig, encoding: str, ending: str) -> None:
    """Any encoding, any line end, columns in any order, quotes, others' columns and blank lines."""
    row = WANG_ROW | {"address": '山水社区 "3 幢", 2 单元\n501', "备注": "回家"}
    columns = ["备注", *reversed(WANG_ROW)]

    import_id = await imported(people, (table([row], columns, ending) + ending).encode(encoding))

    assert await counts(people, import_id) == ("DONE", 1, 1, 0)
    assert await people.rows("SELECT name, address, resident_id FROM returnees") == [
        {"name": "王小明", "address": '山水社区 "3 幢", 2 单元 501', "resident_id": WANG}
    ]


async def test_every_kind_of_bad_row_is_refused_and_the_rest_go_on(people: Rig) -> None:
    """Each with its line, field and code; what is good is stored."""
    bad = [
        ({"name": ""}, "name", "FieldMissing"),
        ({"name": "王1"}, "name", "NameMalformed"),
        ({"name": "=1+1"}, "name", "NameMalformed"),
        ({"national_id": "330199199103040058"}, "national_id", "NationalIdChecksumWrong"),
        ({"national_id": national_id("19900230", 1)}, "national_id", "NationalIdDateImpossible"),
        ({"national_id": "33019919900501101"}, "national_id", "NationalIdMalformed"),
        ({"national_id": national_id("20300101", 1)}, "national_id", "NationalIdBirthInFuture"),
        ({"national_id": "", "phone": ""}, "national_id", "PersonUnidentified"),
        ({"phone": "110"}, "phone", "PhoneMalformed"),
        ({"origin_code": "999999"}, "origin_code", "OriginUnknown"),
        ({"origin_code": "温州"}, "origin_code", "DivisionCodeMalformed"),
        ({"arrives_on": "28.01.20"}, "arrives_on", "ArrivalDayMalformed"),
        ({"arrives_on": "2220-01-28"}, "arrives_on", "ArrivalImplausible"),
        ({"transport": "ROCKET"}, "transport", "TransportUnknown"),
        ({"destination_grid_code": f"{GRID[:12]}999"}, "destination_grid_code", "DivisionUnknown"),
        ({"destination_grid_code": "330112001001001"}, "destination_grid_code", "OutOfScope"),
        ({"destination_grid_code": "1"}, "destination_grid_code", "DivisionCodeMalformed"),
        ({"address": ""}, "address", "FieldMissing"),
        ({"address": "幢" * 201}, "address", "AddressMalformed"),
        ({"address": "幢" * 5_000}, "row", "RowMalformed"),
        ({"address": "a\x07"}, "row", "RowMalformed"),
    ]
    rows = [stranger(100 + i) | values for i, (values, _, _) in enumerate(bad)]
    text = table([WANG_ROW, *rows]) + "a,b,c\n" + '"open,1\n' + table([stranger(1)]).split("\n", 1)[1]

    import_id = await imported(people, text)

    expected = [(3 + i, field, code) for i, (_, field, code) in enumerate(bad)]
    last = 3 + len(bad)
    expected += [(last, "row", "RowMalformed"), (last + 1, "row", "RowMalformed")]
    assert await refusals(people, import_id) == expected
    assert await counts(people, import_id) == ("DONE", 2 + len(expected), 2, len(expected))
    assert await open_tasks(people) == 2


async def test_bytes_that_are_no_text_refuse_their_row(people: Rig) -> None:
    """The rest of the file is what it is."""
    good = table([WANG_ROW, stranger(1)]).encode()
    broken = good.replace("欧阳远".encode(), "欧阳".encode() + b"\xe8\xbf")

    import_id = await imported(people, broken)

    assert await refusals(people, import_id) == [(3, "name", "RowUndecodable")]
    assert await people.rows("SELECT name FROM returnees") == [{"name": "王小明"}]


async def test_refusals_are_told_in_both_languages(people: Rig) -> None:
    """As asked for; page by page, in the order of lines."""
    rows = [stranger(i, national_id="1") for i in range(5)]
    import_id = await imported(people, table(rows))
    officer = district_officer(people)

    [english] = await people.batch(officer, REFUSALS, [import_id], ["message"], limit=1)
    [chinese] = await people.batch(officer, REFUSALS, [import_id], ["message"], limit=1, language="zh-CN,zh")
    [first] = await people.batch(officer, REFUSALS, [import_id], ["line"], limit=3)
    [rest] = await people.batch(officer, REFUSALS, [import_id], ["line"], limit=3, after=first[-1]["cursor"])

    assert english[0]["message"] == "A national ID number has 17 digits and a check character."
    assert chinese[0]["message"] == "身份证号应为 17 位数字加 1 位校验码。"
    assert [row["line"] for row in first + rest] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("content", "field", "code"),
    [
        ("name,phone\n王小明,1\n", "national_id", "ColumnMissing"),
        (table([WANG_ROW]).replace("origin_code", "origin"), "origin_code", "ColumnMissing"),
        (table([WANG_ROW]).replace("name,", "name,phone,", 1), "phone", "ColumnRepeated"),
        ("x" * 5_000 + "\n1,2\n", "row", "HeaderMalformed"),
        ("\n\n", "name", "ColumnMissing"),
        (table([WANG_ROW]).encode("utf-16"), "name", "ColumnMissing"),
        (b"PK\x03\x04\x00\x00\xff\xd8", "name", "ColumnMissing"),
    ],
)
async def test_a_list_without_its_columns_fails_on_line_1(
    people: Rig, content: str | bytes, field: str, code: str
) -> None:
    """No row is read; the file is kept for another try."""
    import_id = await imported(people, content)

    assert await counts(people, import_id) == ("FAILED", 0, 0, 0)
    assert await refusals(people, import_id) == [(1, field, code)]
    assert await people.rows("SELECT id FROM returnees") == []


async def test_a_list_of_a_header_alone_is_done(people: Rig) -> None:
    """There was nobody."""
    assert await counts(people, await imported(people, table([]))) == ("DONE", 0, 0, 0)


async def test_a_person_twice_in_a_list_is_stored_once(people: Rig) -> None:
    """The second line names the first, also far below it, also with another origin; another day is another return."""
    between = [stranger(i) for i in range(1, 230)]
    again = [WANG_ROW, WANG_ROW | {"origin_code": "420100"}, WANG_ROW | {"arrives_on": "2020-01-30"}]

    import_id = await imported(people, table([WANG_ROW, WANG_ROW, *between, *again]))

    assert await refusals(people, import_id) == [
        (3, "national_id", "DuplicateRow"),
        (233, "national_id", "DuplicateRow"),
        (234, "national_id", "DuplicateRow"),
    ]
    assert await counts(people, import_id) == ("DONE", 234, 231, 3)
    [page] = await people.batch(district_officer(people), REFUSALS, [import_id], ["message"], language="zh")
    assert page[-1]["message"] == "同一人员同一返回日期已在第 2 行出现。"
    assert await open_tasks(people) == 231


async def test_a_new_version_stores_what_is_new(people: Rig) -> None:
    """Who was in the version before is stored again without a second task."""
    await declare(people)
    first = await imported(people, table([WANG_ROW, stranger(1)]))
    second = await imported(people, table([WANG_ROW, stranger(1), stranger(2)]))

    assert (await report(people, first))["version"] == 1
    assert (await report(people, second))["version"] == 2
    assert await counts(people, second) == ("DONE", 3, 3, 0)
    assert await open_tasks(people) == 3
    assert len(await people.rows("SELECT id FROM quarantine_orders")) == 1
    lines = await people.rows("SELECT import_id, line FROM returnee_list_entries ORDER BY import_id, line")
    assert [(str(r["import_id"]), r["line"]) for r in lines] == [
        (first, 2),
        (first, 3),
        (second, 2),
        (second, 3),
        (second, 4),
    ]


async def test_who_was_registered_otherwise_is_refused(people: Rig) -> None:
    """One of the two is wrong: a person's eye, not the list, decides."""
    await register(people)

    import_id = await imported(
        people,
        table([WANG_ROW | {"origin_code": "420100"}, WANG_ROW | {"destination_grid_code": NEXT_GRID}, WANG_ROW]),
    )

    assert await refusals(people, import_id) == [
        (2, "arrives_on", "AlreadyRegistered"),
        (3, "arrives_on", "AlreadyRegistered"),
    ]
    assert await counts(people, import_id) == ("DONE", 3, 1, 2)


async def test_the_same_file_again_changes_nothing(people: Rig) -> None:
    """It answers with the import it was, whatever has become of it."""
    content = table([WANG_ROW])
    first = await imported(people, content)
    facts = await people.facts()

    again = await upload(people, content)

    assert (again.status_code, again.json()) == (202, {"id": first, "version": 1, "status": "DONE"})
    assert await people.facts() == facts
    assert len(await people.rows("SELECT id FROM returnee_list_imports")) == 1
    assert await people.rows("SELECT position FROM returnee_list_chunks") == []


async def test_an_older_file_is_a_version_of_its_own(people: Rig) -> None:
    """Only the newest version is the same file; another list counts its own versions."""
    a, b = table([WANG_ROW]), table([stranger(1)])

    versions = [(await report(people, await imported(people, text)))["version"] for text in (a, b, a)]
    other = await imported(people, a, list_name="airport")

    assert versions == [1, 2, 3]
    assert (await report(people, other))["version"] == 1
    assert await counts(people, other) == ("DONE", 1, 1, 0)
    assert await open_tasks(people) == 2


async def test_rows_outside_the_uploaders_scope_are_refused(people: Rig) -> None:
    """A town officer's list registers nobody in another town."""
    officer = town_officer(people)

    import_id = await imported(people, table([WANG_ROW, stranger(1, destination_grid_code=OTHER_TOWN_GRID)]), officer)

    assert await refusals(people, import_id, officer) == [(3, "destination_grid_code", "OutOfScope")]
    assert await counts(people, import_id) == ("DONE", 2, 1, 1)


async def test_each_scope_has_its_own_versions(people: Rig) -> None:
    """Two towns that call their list alike do not meet."""
    mine, theirs = town_officer(people), town_officer(people, "330111115")

    a = await upload(people, table([WANG_ROW]), mine)
    b = await upload(people, table([WANG_ROW]), theirs)

    assert a.json()["id"] != b.json()["id"]
    assert (a.json()["version"], b.json()["version"]) == (1, 1)


@pytest.mark.parametrize("role", ["grid_worker", "auditor", "resident", "gate_guard", "reviewer", "ops"])
async def test_others_upload_nothing(people: Rig, role: str) -> None:
    """Officers only; nothing of the file is kept."""
    response = await upload(people, table([WANG_ROW]), people.viewer(role, scopes=("330111",)))

    assert problem(response) == "RoleMayNot"
    assert await people.rows("SELECT position FROM returnee_list_chunks") == []


async def test_an_officer_without_a_scope_uploads_nothing(people: Rig) -> None:
    """There is no place to import for."""
    response = await upload(people, table([WANG_ROW]), people.viewer("town_officer"))

    assert (problem(response), response.status_code) == ("ScopeRequired", 403)


async def test_an_upload_without_a_token_is_refused(people: Rig) -> None:
    """Before anything is read."""
    response = await people.http.post("/returnee-list-imports?list_name=x", content=b"x")

    assert problem(response) == "TokenMissing"


async def test_progress_is_seen_while_it_is_queued(people: Rig) -> None:
    """From the first moment."""
    import_id = await uploaded(people, table([WANG_ROW]))

    assert await counts(people, import_id) == ("QUEUED", 0, 0, 0)
