"""Files of exports: what stands in them, whence a row came, how they are kept, downloaded, forgotten."""

from html import unescape
from uuid import UUID, uuid4

import pytest

from chassis.crypto import CiphertextMoved
from services.residents.form_exports.marks import check_of
from services.residents.form_exports.preparation import prepare_next
from tests.support.forms import (
    activate,
    approved,
    asked,
    auditor,
    decide,
    downloaded,
    drafted,
    in_use,
    install,
    officer,
    open_file,
    piece,
    ready,
    status_of,
    table_of,
    town_officer,
    traced,
)
from tests.support.people import LUSHAN, WANG_NUMBER, WANG_PHONE
from tests.support.returnees import WANG_RETURNS, register
from tests.support.rig import DISTRICT, Rig, problem

TRACE = "/form-exports/trace:batch"
TRACED = ["export_id", "row_number", "is_unaltered"]


@pytest.fixture
async def forms(people: Rig) -> Rig:
    """Return the small district with the forms of the product and one return."""
    await install(people)
    await register(people)
    return people


async def test_what_stands_in_a_file(forms: Rig) -> None:
    """On top who, when, what for, which export; below the rows, each with its check; no clear number."""
    export_id = await ready(forms)

    content = await downloaded(forms, export_id)
    above, headers, [row] = table_of(content)

    assert content.startswith(b"\xef\xbb\xbf")
    assert above == [
        "返富人员日报表（第 1 版）",
        "报送：区疫情防控工作领导小组办公室",
        "导出人：district officer（officer-1）",
        "导出时间：2020-01-28 08:00",
        "用途：排查；事由：每日报送区防控办",
        "审批人：officer-2",
        "范围：富阳区（330111）；日期：2020-01-28 至 2020-01-28",
        f"导出编号：{export_id}",
        "本文件含工作信息，每行均有可追溯校验码，仅限所述用途使用，不得外传。",
    ]
    assert dict(zip(headers, row, strict=True)) | {"校验": ""} == {
        "镇街": "鹿山街道",
        "村社": "山水社区",
        "网格": "第1网格",
        "姓名": "王小明",
        "证件号码": "330199********1011",
        "联系电话": "138****0001",
        "来自": "温州市",
        "抵达日期": "2020-01-28",
        "交通方式": "火车",
        "车次航班": "G7333",
        "居住地址": "山水社区 3 幢 2 单元 501",
        "来源地风险": "",
        "排查状态": "待指派",
        "校验": "",
    }
    assert WANG_NUMBER not in content.decode()
    assert WANG_PHONE not in content.decode()


async def test_a_printable_page(forms: Rig) -> None:
    """The same, as a page of Chinese with the mark on every sheet; nothing in it runs."""
    await register(forms, arrives_on="2020-01-29", destination=WANG_RETURNS["destination"] | {"address": "<b>&1 号"})
    export_id = await ready(forms, format="HTML", to_day="2020-01-29", from_day="2020-01-28")

    text = (await downloaded(forms, export_id)).decode()

    assert "&lt;b&gt;&amp;1 号" in text
    assert "<b>" not in text
    for expected in (
        "返富人员日报表（第 1 版）",
        f"导出编号：{export_id}",
        "导出人：district officer（officer-1）",
        "王小明",
    ):
        assert expected in unescape(text)
    assert text.count(f"<span>district officer 2020-01-28 08:00 排查 {export_id}</span>") == 24
    assert "position: fixed" in text
    assert "$" not in text
    assert "<script" not in text
    checks = [part.split("<")[0] for part in text.split('<td class="check">')[1:]]
    assert [(await traced(forms, check))["row_number"] for check in checks] == [1, 2]


async def test_a_leaked_row_is_traced(forms: Rig) -> None:
    """Any single row proves its export; one that was altered is not what was exported."""
    exports = [await ready(forms), await ready(forms, form_code="SCREENING_PROGRESS")]
    for export_id in exports:
        for number, row in enumerate(table_of(await downloaded(forms, export_id))[2], 1):
            cells, check = row[:-1], row[-1]
            found = {"export_id": export_id, "row_number": number}
            assert await traced(forms, check) == {**found, "is_unaltered": None}
            assert await traced(forms, check.lower(), cells) == {**found, "is_unaltered": True}
            assert await traced(forms, check, [*cells[:-1], "改"]) == {**found, "is_unaltered": False}
            for position in (0, 5, 8, 12):
                other = "A" if check[position] != "A" else "B"
                assert await traced(forms, check[:position] + other + check[position + 1 :]) is None


async def test_a_check_that_was_made_elsewhere(forms: Rig) -> None:
    """Of an export that never was, or that is no check at all, nothing is found."""
    await ready(forms)

    assert await traced(forms, check_of(forms.state.keys, uuid4(), 1, ["王小明"])) is None
    assert await traced(forms, "王小明") is None


async def test_who_traces(forms: Rig) -> None:
    """Auditors, within their scope; nobody else."""
    check = table_of(await downloaded(forms, await ready(forms)))[2][0][-1]
    elsewhere = forms.viewer("auditor", subject="auditor-2", scopes=(LUSHAN,))

    assert await traced(forms, check, viewer=elsewhere) is None
    for viewer in (officer(forms), forms.viewer("resident")):
        assert problem(await forms.ask(viewer, TRACE, [check], TRACED)) == "RoleMayNot"
    too_many = await forms.ask(auditor(forms), TRACE, [check], TRACED, arguments={"cells": ["x"] * 61})
    unknown = await forms.ask(auditor(forms), TRACE, [check], ["name"])
    many = await forms.ask(auditor(forms), TRACE, [check] * 11, TRACED)
    assert [problem(r) for r in (too_many, unknown, many)] == ["FieldMalformed", "FieldUnknown", "TooManyIds"]


async def test_formulas_are_neutral(forms: Rig) -> None:
    """What somebody wrote into an address is not calculated, and the row is still traced."""
    formula = '=HYPERLINK("http://evil")'
    await register(forms, arrives_on="2020-01-29", destination=WANG_RETURNS["destination"] | {"address": formula})
    export_id = await ready(forms, from_day="2020-01-29")

    _, headers, [row] = table_of(await downloaded(forms, export_id))

    assert row[headers.index("居住地址")] == "'" + formula
    assert (await traced(forms, row[-1], row[:-1]))["is_unaltered"] is True


async def test_a_file_is_kept_encrypted(forms: Rig) -> None:
    """No name stands readable in the database; a piece belongs to its place."""
    export_id = await ready(forms)
    [kept] = await forms.rows("SELECT content_sealed FROM form_export_pieces")
    place = f"form_export_pieces/content/{export_id}/"

    assert "王小明".encode() not in kept["content_sealed"]
    assert "王小明" in forms.state.keys.ring.decrypt_bytes(kept["content_sealed"], place=f"{place}0").decode()
    with pytest.raises(CiphertextMoved):
        forms.state.keys.ring.decrypt_bytes(kept["content_sealed"], place=f"{place}1")


async def test_an_old_export_stays_what_it_was_made_with(forms: Rig) -> None:
    """A later version, and later records, change nothing of a prepared file; a waiting one keeps its version."""
    await in_use(forms)
    first = await ready(forms, form_code="HOUSEHOLDS_OF_TOWN")
    before = await downloaded(forms, first)
    columns = [{"header": "门牌", "source_column": "address", "format": "TEXT"}]
    await activate(forms, (await drafted(forms, columns=columns))["id"])
    async with forms.work() as db:
        await db.connection.execute("UPDATE households SET address = '改名路 1 号'")

    second = await ready(forms, form_code="HOUSEHOLDS_OF_TOWN")

    assert await downloaded(forms, first) == before
    assert table_of(before)[1] == ["网格", "地址", "人数", "校验"]
    _, headers, rows = table_of(await downloaded(forms, second))
    assert (headers, {row[0] for row in rows}) == (["门牌", "校验"], {"改名路 1 号"})


async def test_rows_are_those_of_the_moment_of_preparation(forms: Rig) -> None:
    """What comes after the request and before the preparation is in the file."""
    export_id = await approved(forms, from_day="2020-01-28", to_day="2020-01-29")
    await register(forms, arrives_on="2020-01-29")
    await prepare_next(forms.state)

    [row] = await forms.batch(officer(forms), "/form-exports:batch", [export_id], ["rows_expected", "rows_prepared"])

    assert row == {"rows_expected": 1, "rows_prepared": 2}


async def test_each_download_is_logged_before_it_leaves(forms: Rig) -> None:
    """The person in the read log, the download in its own; a retry with the same key is the same download."""
    export_id = await ready(forms)
    logged = "SELECT subject, purpose, what, person_key FROM read_log WHERE what = 'form_export'"

    first, again = await open_file(forms, export_id, key="k"), await open_file(forms, export_id, key="k")
    await open_file(forms, export_id)

    assert first.content == again.content
    [person] = await forms.rows("SELECT person_key FROM residents WHERE name = '王小明'")
    look = {"subject": "officer-1", "purpose": "SCREENING", "what": "form_export", "person_key": person["person_key"]}
    assert await forms.rows(logged) == [look, look]
    assert [row["downloads"] for row in await forms.rows("SELECT downloads FROM form_exports")] == [2]
    assert len(await forms.rows("SELECT id FROM form_export_downloads")) == 2


async def test_only_the_requester_downloads(forms: Rig) -> None:
    """And only through a download that was logged."""
    export_id = await ready(forms)
    opened = (await open_file(forms, export_id)).json()

    assert problem(await open_file(forms, export_id, officer(forms, 2))) == "ExportOfAnother"
    assert problem(await open_file(forms, export_id, town_officer(forms))) == "ExportUnknown"
    assert problem(await open_file(forms, export_id, officer(forms, 1, LUSHAN))) == "ExportUnknown"
    assert problem(await open_file(forms, str(uuid4()))) == "ExportUnknown"
    moved = forms.viewer("grid_worker", subject="officer-1", scopes=(DISTRICT,))
    assert problem(await open_file(forms, export_id, moved)) == "RoleMayNot"
    assert problem(await piece(forms, export_id, opened["id"], 0, officer(forms, 2))) == "DownloadUnknown"
    assert problem(await piece(forms, export_id, str(uuid4()))) == "DownloadUnknown"
    assert problem(await piece(forms, export_id, opened["id"], 1)) == "DownloadUnknown"
    assert problem(await piece(forms, export_id, opened["id"], 2**40)) == "FieldMalformed"
    assert (await piece(forms, export_id, opened["id"])).status_code == 200


async def test_a_file_is_gone_after_a_day(forms: Rig) -> None:
    """By the clock at once, and by the job from the database; an open download ends with it."""
    export_id = await ready(forms)
    opened = (await open_file(forms, export_id)).json()

    forms.state.clock.move(forms.state.clock.now().replace(day=29))
    refused = [await open_file(forms, export_id), await piece(forms, export_id, opened["id"])]
    await forms.move_clock("2020-01-29T08:00:00+08:00")

    assert [problem(response) for response in refused] == ["ExportExpired", "DownloadUnknown"]
    assert await status_of(forms, export_id) == "EXPIRED"
    assert await forms.rows("SELECT position FROM form_export_pieces") == []
    acts = "SELECT act, subject FROM history WHERE record_id = $1 ORDER BY id DESC LIMIT 1"
    assert await forms.rows(acts, UUID(export_id)) == [{"act": "EXPIRED", "subject": "clock"}]


async def test_what_nobody_decides_expires(forms: Rig) -> None:
    """After three days; it is not approved any more."""
    export_id = await asked(forms)
    forms.state.clock.move(forms.state.clock.now().replace(day=31))
    late = await decide(forms, export_id, "approve")

    await forms.move_clock("2020-01-31T08:00:00+08:00")

    assert problem(late) == "ExportExpired"
    assert await status_of(forms, export_id) == "EXPIRED"


async def test_a_withdrawn_file_is_gone(forms: Rig) -> None:
    """At once for downloads, with the next run of the job from the database."""
    export_id = await ready(forms, scope=DISTRICT)
    opened = (await open_file(forms, export_id)).json()

    await decide(forms, export_id, "cancel", reason="发现错误")

    assert problem(await piece(forms, export_id, opened["id"])) == "DownloadUnknown"
    await forms.state.scheduler.run_all()
    assert await forms.rows("SELECT position FROM form_export_pieces") == []
