"""A person's numbers in clear: for a purpose, after a second factor, logged before they leave."""

import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis import spans
from chassis.auth import Viewer
from chassis.database import connect
from tests.support.people import FAR, GRID, NEXT, OTHER_TOWN_GRID, WANG, WANG_CHILD, WANG_NUMBER, WANG_PHONE
from tests.support.rig import Rig, as_worker, problem
from tests.support.servers import Infrastructure

BOTH = ["DOCUMENT_NUMBER", "PHONE"]
LOGGED = "SELECT subject, role, purpose, what, person_key FROM read_log ORDER BY id"


def stepped_up(rig: Rig, role: str = "district_officer", *scopes: str, age_s: int = 0, **grants: Any) -> Viewer:
    """Return somebody who has given a second factor some time ago."""
    signed_in = {"auth_time": str(int(time.time()) - age_s), "amr": ("pwd", "otp")}
    return rig.viewer(role, scopes=scopes or ("330111",), **{**signed_in, **grants})


async def unmask(
    rig: Rig, viewer: Viewer, resident_id: object = WANG, fields: Any = BOTH, purpose: str | None = "HELP", **how: Any
) -> httpx.Response:
    """Ask for numbers in clear."""
    return await rig.command(viewer, f"/residents/{resident_id}/unmask", {"fields": fields, "purpose": purpose}, **how)


async def test_numbers_are_shown_in_clear(people: Rig) -> None:
    """Those that were asked for, to whom the person is in scope, and nobody in between keeps them."""
    response = await unmask(people, stepped_up(people, "grid_worker", GRID))

    assert response.status_code == 200, response.text
    assert response.json() == {
        "id": str(WANG), "document_kind": "NATIONAL_ID", "document_number": WANG_NUMBER, "phone": WANG_PHONE
    }  # fmt: skip
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("field", BOTH)
async def test_only_what_was_asked_for_is_shown(people: Rig, field: str) -> None:
    """The other number stays masked."""
    shown = (await unmask(people, stepped_up(people), fields=[field])).json()

    assert (shown["document_number"] is None, shown["phone"] is None) == (field == "PHONE", field != "PHONE")


async def test_a_number_that_is_not_there_is_null(people: Rig) -> None:
    """A child without a document has none."""
    shown = (await unmask(people, stepped_up(people), WANG_CHILD)).json()

    assert (shown["document_number"], shown["phone"]) == (None, None)


async def test_each_look_is_logged(people: Rig) -> None:
    """Who, in what role, what for, which numbers, whose; the same key again is another look."""
    viewer = stepped_up(people)
    for _ in range(2):
        assert (await unmask(people, viewer, fields=["PHONE"], key="k")).json()["phone"] == WANG_PHONE

    key = await as_worker(people, "SELECT person_key FROM residents WHERE id = $1", WANG)
    entry = ("district_officer-1", "district_officer", "HELP", "resident_unmask:PHONE", key)
    assert [tuple(row.values()) for row in await people.rows(LOGGED)] == [entry, entry]


async def test_without_its_row_nothing_is_shown(people: Rig, infrastructure: Infrastructure) -> None:
    """The row is committed before the number is decrypted: where it cannot be written, nobody sees anything."""
    owner = await connect(infrastructure.url(people.state.database.worker_url.rpartition("/")[2], "residents"))
    await owner.execute("BEGIN; LOCK TABLE read_log IN EXCLUSIVE MODE")
    response = await unmask(people, stepped_up(people))
    await owner.close()

    assert response.status_code == 503
    assert WANG_NUMBER not in response.text
    assert await people.rows(LOGGED) == []


@pytest.mark.parametrize("purpose", [None, "CURIOSITY", ""])
async def test_a_purpose_of_the_list_is_needed(people: Rig, purpose: str | None) -> None:
    """Nothing is shown for no reason, and no look is logged that was none."""
    response = await unmask(people, stepped_up(people), purpose=purpose)

    assert (response.status_code, problem(response)) == (403, "PurposeRequired")
    assert await people.rows(LOGGED) == []


@pytest.mark.parametrize(
    "given",
    [
        {"age_s": 301},
        {"age_s": -60},
        {"amr": ("pwd",)},
        {"amr": ()},
        {"auth_time": "yesterday"},
        {"auth_time": ()},
    ],
)
async def test_a_recent_second_factor_is_needed(people: Rig, given: dict[str, Any]) -> None:
    """Minutes ago, by something beside the password, and not in the time to come."""
    response = await unmask(people, stepped_up(people, **given))

    assert (response.status_code, problem(response)) == (403, "StepUpRequired")
    assert await people.rows(LOGGED) == []


@pytest.mark.parametrize("role", ["auditor", "reviewer", "gate_guard", "ops", "enterprise_agent", "resident"])
async def test_other_roles_may_not(people: Rig, role: str) -> None:
    """Officers and grid workers only."""
    response = await unmask(people, stepped_up(people, role))

    assert (response.status_code, problem(response)) == (403, "RoleMayNot")


@pytest.mark.parametrize("resident_id", [NEXT, FAR, uuid4()])
async def test_who_is_out_of_scope_is_not_there(people: Rig, resident_id: object) -> None:
    """A worker of one grid asks for somebody of another, or for nobody."""
    response = await unmask(people, stepped_up(people, "grid_worker", GRID), resident_id)

    assert (response.status_code, problem(response)) == (404, "ResidentUnknown")
    assert await people.rows(LOGGED) == []


@pytest.mark.parametrize(("fields", "code"), [([], "FieldMissing"), (["NAME"], "FieldMalformed"), (BOTH * 2, None)])
async def test_fields_are_of_a_closed_list(people: Rig, fields: list[str], code: str | None) -> None:
    """At least one, each known, no more than there are."""
    response = await unmask(people, stepped_up(people), fields=fields)

    assert response.status_code == 422
    assert code in {None, problem(response)}


async def test_a_number_in_clear_stays_nowhere(people: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither in a span, a log line, a fact, a kept answer nor the history."""
    seen: list[spans.Span] = []
    kept = spans.recording.on_end, spans.recording.ratio
    spans.recording.on_end, spans.recording.ratio = seen.append, 1.0
    try:
        response = await unmask(people, stepped_up(people))
        assert response.json()["document_number"] == WANG_NUMBER
    finally:
        spans.recording.on_end, spans.recording.ratio = kept
    said = [repr((span.name, span.attributes)) for span in seen]
    for table in ("outbox", "idempotency_keys", "history", "read_log", "look_up_counts"):
        said += [str(row["row"]) for row in await people.rows(f"SELECT t::text AS row FROM {table} t")]  # noqa: S608
    said.append(capsys.readouterr().out)

    assert seen
    assert [text for text in said if WANG_NUMBER in text or WANG_PHONE in text] == []


async def test_who_looks_at_too_many_is_reported(people: Rig) -> None:
    """Once a window: a row, a fact, and nothing is refused yet."""
    viewer = stepped_up(people, "grid_worker", GRID)
    for _ in range(63):
        assert (await unmask(people, viewer)).status_code == 200

    [alarm] = await people.rows(
        "SELECT division_code, subject, role, period, look_ups, look_ups_max, is_refused FROM look_up_alarms"
    )
    assert tuple(alarm.values()) == (GRID, "grid_worker-1", "grid_worker", "HOUR", 61, 60, False)
    facts = [subject for subject, _ in await people.facts() if "look_ups" in subject]
    assert facts == [f"residents.look_ups_alarmed.{GRID}"]


async def test_beyond_the_hard_limit_nothing_is_shown(people: Rig) -> None:
    """Until the window ends; the refusal says when, and is reported as well."""
    viewer = stepped_up(people, "grid_worker", GRID)
    assert (await unmask(people, viewer)).status_code == 200
    await as_worker(people, "UPDATE look_up_counts SET look_ups = 300 WHERE period = 'HOUR' RETURNING 1")

    refused = await unmask(people, viewer)
    await people.move_clock("2020-01-28T09:00:00+08:00")
    again = await unmask(people, viewer)

    assert (refused.status_code, problem(refused)) == (429, "LookUpsTooMany")
    assert refused.headers["retry-after"] == "3600"
    assert WANG_NUMBER not in refused.text
    assert again.status_code == 200
    assert len(await people.rows(LOGGED)) == 2
    alarms = await people.rows("SELECT is_refused FROM look_up_alarms ORDER BY is_refused")
    assert [row["is_refused"] for row in alarms] == [False, True]


async def test_an_auditor_reads_who_looked(people: Rig) -> None:
    """With the purpose AUDIT, within scope; a grid worker never."""
    await unmask(people, stepped_up(people))
    auditor = people.viewer("auditor", scopes=("330111",))
    path, fields = "/reads/by-resident:batch", ["read_by", "role", "purpose", "what"]

    [rows] = await people.batch(auditor, path, [WANG], fields, purpose="AUDIT")
    [elsewhere] = await people.batch(
        people.viewer("auditor", scopes=(OTHER_TOWN_GRID,)), path, [WANG], fields, purpose="AUDIT"
    )
    unsaid = await people.ask(auditor, path, [WANG], fields)
    worker = await people.ask(people.viewer("grid_worker", scopes=(GRID,)), path, [WANG], fields, purpose="AUDIT")

    said = {"read_by": "district_officer-1", "role": "district_officer", "purpose": "HELP"}
    assert [{k: v for k, v in row.items() if k != "cursor"} for row in rows] == [
        {**said, "what": "resident_unmask:DOCUMENT_NUMBER:PHONE"}
    ]
    assert elsewhere == []
    assert (problem(unsaid), problem(worker)) == ("PurposeRequired", "RoleMayNot")


async def test_history_of_a_resident_is_read(people: Rig) -> None:
    """Who, when, before and after, numbers masked; by auditors and officers within scope."""
    officer = people.viewer("district_officer", scopes=("330111",))
    made = await people.command(
        officer,
        "/residents",
        {
            "name": "周明",
            "national_id": "11010519491231002X",
            "phone": "13800000088",
            "grid_code": GRID,
            "address": "A 1",
        },
    )
    path, fields = "/history/by-resident:batch", ["changed_by", "role", "kind", "act", "values"]

    [rows] = await people.batch(people.viewer("auditor", scopes=("330111",)), path, [made.json()["id"]], fields)
    worker = await people.ask(people.viewer("grid_worker", scopes=(GRID,)), path, [WANG], fields)

    assert [(r["changed_by"], r["role"], r["kind"], r["act"]) for r in rows] == [
        ("district_officer-1", "district_officer", "resident", "REGISTERED")
    ]
    values = {value["field"]: (value["before"], value["after"]) for value in rows[0]["values"]}
    assert values["name"] == (None, "周明")
    assert "11010519491231002X" not in str(rows)
    assert "13800000088" not in str(rows)
    assert problem(worker) == "RoleMayNot"


async def test_alarms_are_listed_within_scope(people: Rig) -> None:
    """An officer of the town sees the grid worker's alarm, another town's does not."""
    viewer = stepped_up(people, "grid_worker", GRID)
    for _ in range(61):
        await unmask(people, viewer)
    path, fields = "/look-up-alarms/by-scope:batch", ["subject", "period", "look_ups", "is_refused"]

    seen = [
        len((await people.batch(people.viewer("town_officer", scopes=(scope,)), path, ["330111"], fields))[0])
        for scope in ("330111004", "330111115")
    ]

    assert seen == [1, 0]
