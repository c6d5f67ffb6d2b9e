"""The chassis over a real PostgreSQL: scopes, batches, pages, commands once, commit before the answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from chassis.ids import new_id
from tests.component.chassis.widgets_service import SERVICE
from tests.support.rig import Rig, open_rig, problem
from tests.support.servers import Infrastructure

GRID = "330111004002001"
OTHER = "330111115011001"


@pytest.fixture
async def widgets(infrastructure: Infrastructure) -> AsyncIterator[Rig]:
    """Run the small service."""
    async with open_rig(SERVICE, infrastructure) as rig:
        yield rig


async def make(rig: Rig, name: str, code: str = GRID, **options: str) -> str:
    """Make a widget as an officer of the district."""
    officer = rig.viewer("officer", scopes="330111")
    response = await rig.command(officer, "/widgets", {"division_code": code, "name": name}, **options)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def test_batch_is_aligned_with_its_ids(widgets: Rig) -> None:
    """Rows come in the order of the ids, null for what is unknown or no id at all."""
    first, second = await make(widgets, "a"), await make(widgets, "b")
    officer = widgets.viewer("officer", scopes="330111")

    rows = await widgets.batch(officer, "/widgets:batch", [second, uuid4(), "x", first], ["name", "made_on"])

    assert rows == [{"name": "b", "made_on": "2020-01-28"}, None, None, {"name": "a", "made_on": "2020-01-28"}]


async def test_scope_bounds_what_is_seen_also_on_a_connection_that_served_another(widgets: Rig) -> None:
    """Without a scope no row is seen, whoever used the connection before."""
    mine, other = await make(widgets, "mine"), await make(widgets, "other", OTHER)
    callers = [
        (widgets.viewer("officer", scopes="330111"), 2),
        (widgets.viewer("officer", scopes=GRID), 1),
        (widgets.viewer("officer", scopes=(GRID, OTHER)), 2),
        (widgets.viewer("officer", scopes=()), 0),
        (widgets.viewer("resident", resident_id=str(uuid4())), 0),
        (widgets.viewer("resident"), 0),
        (widgets.viewer("stranger", scopes="330111"), 0),
    ]

    for caller, seen in callers * 6:
        rows = await widgets.batch(caller, "/widgets:batch", [mine, other], ["id"])
        assert sum(row is not None for row in rows) == seen, caller


async def test_pages_go_both_ways(widgets: Rig) -> None:
    """A page after a cursor and one before it meet, and keep the list's order."""
    for i in range(7):
        await make(widgets, f"w{i}")
    officer = widgets.viewer("officer", scopes="330111")

    [first] = await widgets.batch(officer, "/widgets/by-grid:batch", [GRID], ["name"], limit=3)
    [second] = await widgets.batch(
        officer, "/widgets/by-grid:batch", [GRID], ["name"], limit=3, after=first[-1]["cursor"]
    )
    [back] = await widgets.batch(
        officer, "/widgets/by-grid:batch", [GRID], ["name"], limit=3, before=second[0]["cursor"]
    )

    assert [r["name"] for r in first + second] == ["w0", "w1", "w2", "w3", "w4", "w5"]
    assert back == first


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"after": "[1]"}, "CursorUnknown"),
        ({"after": "nonsense"}, "CursorUnknown"),
        ({"limit": 102}, "PageTooLong"),
        ({"limit": 0}, "PageTooLong"),
        ({"fields": ["secret"]}, "FieldUnknown"),
        ({"ids": ["x"] * 1001}, "TooManyIds"),
        ({"arguments": {"named": 7}}, "FieldMalformed"),
        ({"unknown": 1}, "FieldMalformed"),
    ],
)
async def test_bad_batch_is_refused(widgets: Rig, change: dict[str, object], code: str) -> None:
    """Each fault has its own code."""
    body: dict[str, object] = {"ids": [GRID], "fields": ["name"], **change}
    headers = widgets.headers(widgets.viewer("officer", scopes="330111"))

    response = await widgets.http.post("/widgets/by-grid:batch", json=body, headers=headers)

    assert (response.status_code, problem(response)) == (422, code)


async def test_success_is_not_repeated(widgets: Rig) -> None:
    """The same key and request get the first answer; one effect, one fact."""
    first = await make(widgets, "once", key="k1")
    second = await make(widgets, "once", key="k1")

    assert first == second
    assert len(await widgets.rows("SELECT 1 FROM widgets")) == 1
    assert len(await widgets.facts()) == 1


async def test_key_with_another_body_is_refused_in_the_callers_language(widgets: Rig) -> None:
    """An idempotency key belongs to one request."""
    await make(widgets, "once", key="k1")
    officer = widgets.viewer("officer", scopes="330111")

    response = await widgets.command(
        officer, "/widgets", {"division_code": GRID, "name": "two"}, key="k1", language="zh-CN,zh;q=0.9"
    )

    assert (response.status_code, problem(response)) == (422, "IdempotencyKeyReused")
    assert response.json()["detail"] == "该幂等键已用于另一请求。"
    assert response.json()["path"] == ["idempotency_key"]


async def test_another_caller_gets_nothing_of_the_first_ones_answer(widgets: Rig) -> None:
    """Keys belong to their subject."""
    first = await make(widgets, "once", key="k1")
    other = widgets.viewer("officer", subject="officer-2", scopes="330111")

    response = await widgets.command(other, "/widgets", {"division_code": GRID, "name": "mine"}, key="k1")

    assert response.status_code == 201
    assert response.json()["id"] != first


async def test_same_command_at_once_has_one_effect(widgets: Rig) -> None:
    """The second waits for the first and gets its answer."""
    answers = await asyncio.gather(*(make(widgets, "once", key="k1") for _ in range(4)))

    assert len(set(answers)) == 1
    assert len(await widgets.rows("SELECT 1 FROM widgets")) == 1


async def test_refusal_leaves_nothing_behind(widgets: Rig) -> None:
    """What was refused is evaluated anew with the same key."""
    officer = widgets.viewer("officer", scopes="330111")

    for _ in range(2):
        response = await widgets.command(officer, "/widgets", {"division_code": GRID, "name": "refused"}, key="k1")
        assert (response.status_code, problem(response)) == (409, "NameTaken")

    assert await widgets.rows("SELECT 1 FROM idempotency_keys") == []
    assert await widgets.facts() == []


async def test_failing_commit_is_no_success(widgets: Rig) -> None:
    """A constraint that fails at commit is seen before the answer is sent."""
    await make(widgets, "taken")
    officer = widgets.viewer("officer", scopes="330111")

    response = await widgets.command(officer, "/widgets", {"division_code": GRID, "name": "taken"})

    assert response.status_code == 500
    assert problem(response) == "InternalError"
    assert len(await widgets.rows("SELECT 1 FROM widgets")) == 1


async def test_writing_outside_ones_scope_is_no_success(widgets: Rig) -> None:
    """Row level security also checks what is written."""
    worker = widgets.viewer("officer", scopes=GRID)

    response = await widgets.command(worker, "/widgets", {"division_code": OTHER, "name": "far"})

    assert response.status_code == 500
    assert await widgets.rows("SELECT 1 FROM widgets") == []


async def test_missing_key_and_missing_field_are_named(widgets: Rig) -> None:
    """A refusal names the field and the rule."""
    officer = widgets.viewer("officer", scopes="330111")
    bare = await widgets.http.post("/widgets", json={}, headers=widgets.headers(officer))
    empty = await widgets.command(officer, "/widgets", {"division_code": GRID})

    assert problem(bare) == "IdempotencyKeyRequired"
    assert (problem(empty), empty.json()["path"]) == ("FieldMissing", ["name"])


async def test_tokens_that_are_not_for_this_service_are_refused(widgets: Rig) -> None:
    """Internal tokens have one audience and one minute."""
    officer = widgets.viewer("officer", scopes="330111")
    claims = {"sub": "x", "role": "officer", "district_code": "330111", "scopes": ["330111"]}
    tokens = {
        "TokenMissing": "",
        "TokenInvalid": "nonsense",
        "TokenForAnotherAudience": widgets.signer.sign(claims, audience="checkpoints", lifetime_s=60),
        "TokenExpired": widgets.signer.sign(claims, audience="widgets", lifetime_s=-60),
    }

    for code, token in tokens.items():
        headers = widgets.headers(officer) | {"Authorization": f"Bearer {token}"}
        response = await widgets.http.post("/widgets:batch", json={"ids": [], "fields": ["id"]}, headers=headers)
        assert (response.status_code, problem(response)) == (401, code)


async def test_fact_handled_twice_has_one_effect(widgets: Rig) -> None:
    """The inbox row is written with the effect."""
    fact_id, body = new_id(), {"widget_id": str(uuid4()), "name": "wanted"}

    for _ in range(2):
        await widgets.deliver("shops.wanted", GRID, body, fact_id=fact_id)

    assert len(await widgets.rows("SELECT 1 FROM widgets")) == 1


async def test_nested_scopes_show_the_wider_one(widgets: Rig) -> None:
    """A town and one of its grids together are the town: the bound is of each scope, not of the greatest."""
    near, far = await make(widgets, "near"), await make(widgets, "far", "330111004999001")
    both = widgets.viewer("officer", scopes=("330111004", GRID))

    rows = await widgets.batch(both, "/widgets:batch", [near, far], ["name"])

    assert [row and row["name"] for row in rows] == ["near", "far"]


@pytest.mark.parametrize("text", ["nul\x00", "\ud800"])
async def test_text_that_cannot_be_stored_is_refused_in_both_languages(widgets: Rig, text: str) -> None:
    """NUL and half a character are input to refuse, no bug."""
    officer = widgets.viewer("officer", scopes="330111")
    content = json.dumps({"division_code": GRID, "name": text})  # escaped: JSON itself can say it

    english, chinese = [
        await widgets.http.post(
            "/widgets",
            content=content,
            headers=widgets.headers(officer, language=language)
            | {"Idempotency-Key": "k", "Content-Type": "application/json"},
        )
        for language in ("en", "zh")
    ]

    assert (problem(english), english.json()["path"]) == ("FieldMalformed", ["name"])
    assert english.json()["detail"] == "name does not have the right form: it holds characters that no text has."
    assert chinese.json()["detail"] == "name 的格式不正确：含有无法保存的字符。"
