"""A form's rows: records as they are, within one's scope, by days and states, page by page, summed at each level."""

from typing import Any

import pytest

from chassis.auth import Viewer
from tests.support.forms import (
    ROWS,
    auditor,
    drafted,
    far_officer,
    in_use,
    install,
    officer,
    shown,
    town_officer,
)
from tests.support.people import (
    DONGQIAO,
    GRID,
    LUSHAN,
    NEXT_GRID,
    SHANSHUI,
    WANG,
    WANG_NUMBER,
    WANG_PHONE,
    WANG_WIFE,
    XINDENG,
)
from tests.support.quarantine import deliver, issue, wang, worker
from tests.support.returnees import register, step
from tests.support.rig import DISTRICT, Rig, problem

OF_CODE = "/form-versions/by-code:batch"


@pytest.fixture
async def forms(people: Rig) -> Rig:
    """Return the small district with the forms of the product."""
    await install(people)
    return people


async def test_a_register_shows_orders_as_they_are(forms: Rig) -> None:
    """In words, by the form's columns, numbers masked."""
    order = await issue(forms)
    await deliver(forms, order["id"])

    response = await forms.ask(
        town_officer(forms), ROWS, [LUSHAN], ["cells"], arguments={"code": "QUARANTINE_REGISTER"}
    )

    [[line]] = response.json()
    assert {cell["header"]: cell["value"] for cell in line["cells"]} == {
        "镇街": "鹿山街道",
        "村社": "山水社区",
        "网格": "第1网格",
        "姓名": "王小明",
        "证件号码": "330199********1011",
        "联系电话": "138****0001",
        "性别": "男",
        "隔离地址": "山水社区 3 幢 2 单元 501",
        "隔离原因": "来自风险地区",
        "隔离方式": "居家隔离",
        "起始日": "2020-01-28",
        "截止日": "2020-02-11",
        "状态": "已送达",
        "送达时间": "2020-01-28 08:00",
        "已打卡次数": "0",
        "漏打卡次数": "0",
    }
    assert WANG_NUMBER not in response.text
    assert WANG_PHONE not in response.text


def viewers(rig: Rig) -> list[tuple[str, Viewer, int]]:
    """Return who looks at Lushan's orders, and how many each sees."""
    return [
        ("district", officer(rig), 1),
        ("auditor", auditor(rig), 1),
        ("town", town_officer(rig), 1),
        ("grid worker", worker(rig), 1),
        ("next grid", worker(rig, NEXT_GRID), 0),
        ("another town", far_officer(rig), 0),
        ("himself", wang(rig), 0),
        ("nobody's", rig.viewer("ops"), 0),
    ]


async def test_rows_are_those_of_ones_scope(forms: Rig) -> None:
    """Whatever scope is asked for; who has no divisions sees no form."""
    await issue(forms)

    for name, viewer, count in viewers(forms):
        for scope in (DISTRICT, LUSHAN, SHANSHUI, GRID):
            assert len(await shown(forms, viewer, "QUARANTINE_REGISTER", scope)) == count, (name, scope)
    assert await shown(forms, officer(forms), "QUARANTINE_REGISTER", XINDENG) == []


async def test_rows_by_days_and_states(forms: Rig) -> None:
    """An order belongs to each day of its time; a return to the day of arrival."""
    await issue(forms)
    await register(forms)

    async def found(code: str, **arguments: Any) -> int:
        return len(await shown(forms, officer(forms), code, **arguments))

    assert [await found("QUARANTINE_REGISTER", from_day=day) for day in ("2020-01-27", "2020-02-11", "2020-02-12")] == [
        0, 1, 0,
    ]  # fmt: skip
    assert await found("QUARANTINE_REGISTER", record_statuses=["ISSUED", "ACTIVE"]) == 1
    assert await found("QUARANTINE_REGISTER", record_statuses=["RELEASED"]) == 0
    assert [await found("RETURNEES_DAILY", from_day=day) for day in ("2020-01-27", "2020-01-28")] == [0, 1]
    assert await found("RETURNEES_DAILY", from_day="2020-01-01", to_day="2020-01-31", record_statuses=["OPEN"]) == 1


async def test_counts_add_up_at_every_level(forms: Rig) -> None:
    """A town's numbers are the sums of its villages'; a village without records stands there with zeros."""
    made = await register(forms)
    await step(forms, made["screening_task_id"], "assign")
    await issue(forms)
    names = ["expected", "reported", "missed", "waiting", "abnormal"]
    columns = [{"header": name, "source_column": name, "format": "NUMBER"} for name in names]
    await in_use(forms, code="CHECKS_OF_TOWNS", source="HEALTH_CHECKS", unit="TOWN", columns=columns, filters=["DAYS"])

    villages = await shown(forms, officer(forms), "HEALTH_CHECKS_DAILY")
    towns = await shown(forms, officer(forms), "CHECKS_OF_TOWNS")
    tasks = await shown(forms, officer(forms), "SCREENING_PROGRESS", LUSHAN)

    assert [(row[0], row[3]) for row in villages] == [(SHANSHUI, "1"), (DONGQIAO, "0"), ("330111115011", "0")]
    sums = [
        [sum(int(row[3 + i]) for row in villages if row[0].startswith(town)) for i in range(5)]
        for town in (LUSHAN, XINDENG)
    ]
    assert [[int(value) for value in row] for row in towns] == sums
    assert [row[3:] for row in tasks] == [["1", "1", "0", "0", "0", "0", "0", "0"], ["0"] * 8]


async def test_a_village_that_is_no_more(forms: Rig) -> None:
    """It stands there as long as records belong to it: a town's sum is that of its villages."""
    async with forms.work() as db:
        await db.connection.execute("UPDATE divisions SET valid_to = '2020-01-01' WHERE code = $1", SHANSHUI)

    empty = [row[0] for row in await shown(forms, officer(forms), "SCREENING_PROGRESS")]
    await register(forms)

    assert empty == [DONGQIAO, "330111115011"]
    assert [row[0] for row in await shown(forms, officer(forms), "SCREENING_PROGRESS")] == [SHANSHUI, *empty]


async def test_a_merged_record_is_no_row(forms: Rig) -> None:
    """The person stands there once, and is counted once in the household."""
    columns = [{"header": "姓名", "source_column": "name", "format": "TEXT"}]
    await in_use(forms, code="NAMES", source="RESIDENTS", columns=columns)
    await in_use(forms)
    async with forms.work() as db:
        await db.connection.execute("UPDATE residents SET merged_into = $1 WHERE id = $2", WANG, WANG_WIFE)

    names = await shown(forms, officer(forms), "NAMES", GRID)
    homes = await shown(forms, officer(forms), "HOUSEHOLDS_OF_TOWN", GRID)

    assert sorted(row[0] for row in names) == ["孙芳", "王乐", "王小明"]
    assert sorted(row[2] for row in homes) == ["1", "2"]


async def test_a_part_never_looks_like_the_whole(forms: Rig) -> None:
    """A grid worker sees no village's sum, a town officer those of the town."""
    await register(forms)

    assert await shown(forms, worker(forms), "SCREENING_PROGRESS") == []
    assert [row[0] for row in await shown(forms, far_officer(forms), "SCREENING_PROGRESS")] == ["330111115011"]


@pytest.mark.parametrize(
    ("arguments", "fields", "code"),
    [
        ({}, ["cells"], "FieldMalformed"),
        ({"code": "QUARANTINE_REGISTER", "columns": ["name"]}, ["cells"], "FieldMalformed"),
        ({"code": "QUARANTINE_REGISTER", "from_day": "soon"}, ["cells"], "FieldMalformed"),
        ({"code": "QUARANTINE_REGISTER"}, ["name"], "FieldUnknown"),
        ({"code": "NOTHING"}, ["cells"], "FormUnknown"),
        ({"code": "QUARANTINE_REGISTER", "version": 9}, ["cells"], "FormUnknown"),
        ({"code": "QUARANTINE_REGISTER", "version": 2**40}, ["cells"], "FormUnknown"),
        ({"code": "\x00"}, ["cells"], "FormUnknown"),
        ({"code": "QUARANTINE_REGISTER", "to_day": "0001-01-01"}, ["cells"], "FormDaysUnfit"),
        ({"code": "QUARANTINE_REGISTER", "to_day": "9999-12-31"}, ["cells"], "FormDaysUnfit"),
        ({"code": "SCREENING_PROGRESS", "from_day": "2020-01-28"}, ["cells"], "FormFilterNotOffered"),
        ({"code": "QUARANTINE_REGISTER", "record_statuses": ["' OR 1=1"]}, ["cells"], "FormStatusUnknown"),
    ],
)
async def test_a_preview_is_refused(forms: Rig, arguments: Any, fields: list[str], code: str) -> None:
    """What is no form, no column and no filter."""
    assert problem(await forms.ask(officer(forms), ROWS, [DISTRICT], fields, arguments=arguments)) == code


async def test_a_preview_keeps_the_limits_of_lists(forms: Rig) -> None:
    """A page, its cursor, and few scopes at once."""
    arguments = {"code": "SCREENING_PROGRESS"}

    async def asked(*scopes: str, **request: Any) -> str:
        return problem(await forms.ask(officer(forms), ROWS, scopes, ["cells"], arguments=arguments, **request))

    assert await asked(DISTRICT, limit=102) == "PageTooLong"
    assert await asked(DISTRICT, after="nonsense") == "CursorUnknown"
    assert await asked(*[DISTRICT] * 11) == "TooManyIds"


async def test_pages_from_both_ends(forms: Rig) -> None:
    """Forward and backward by the same cursors; columns under the names that were asked for."""
    request = {"arguments": {"code": "SCREENING_PROGRESS"}, "as": ["row", "mark"]}

    async def page(**window: Any) -> Any:
        [found] = await forms.batch(officer(forms), ROWS, [DISTRICT], ["cells", "cursor"], **request, **window)
        return [(line["row"][0]["value"], line["mark"]) for line in found]

    whole = await page()
    after = await page(after=whole[0][1], limit=1)
    before = await page(before=whole[2][1], limit=1)
    last = await page(before="", limit=2)

    assert [code for code, _ in whole] == [SHANSHUI, DONGQIAO, "330111115011"]
    assert after == before == [whole[1]]
    assert last == whole[1:]


async def test_a_draft_can_be_tried_before_it_is_used(forms: Rig) -> None:
    """By its number; without one there is no form in use."""
    await drafted(forms)

    assert len(await shown(forms, officer(forms), "HOUSEHOLDS_OF_TOWN", version=1)) == 4
    response = await forms.ask(officer(forms), ROWS, [DISTRICT], ["cells"], arguments={"code": "HOUSEHOLDS_OF_TOWN"})
    assert problem(response) == "FormUnknown"
    [none, one] = [await forms.batch(officer(forms), OF_CODE, ["HOUSEHOLDS_OF_TOWN"], ["status"], arguments=a)
                   for a in ({}, {"version": 1})]  # fmt: skip
    assert (none, one) == ([None], [{"status": "DRAFT"}])
