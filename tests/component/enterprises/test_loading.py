"""The tools `load` and `rebuild`."""

import json
from datetime import date
from typing import Any

import msgspec
import pytest

from infra.seed.streams import Request, enterprise_register
from services.enterprises.loading.load import StreamRefused, load_lines
from services.enterprises.loading.rebuild import SnapshotRefused, rebuild_from
from tests.component.enterprises.support import (
    APPLICATION,
    CREDIT_CODE,
    GRID,
    INDUSTRIES,
    LUSHAN_GRID,
    WANG_KEY,
    Xindeng,
    enterprise,
    in_quarantine,
    lines,
    standing,
)
from tests.support.rig import Rig, as_worker

COUNTS = "SELECT (SELECT count(*) FROM enterprises), (SELECT count(*) FROM resumption_applications)"


def seeded() -> list[bytes]:
    """Return the stream of the story's scale."""
    request = Request("story", 330_111, date(2020, 1, 28))
    return [msgspec.json.encode(record) for record in enterprise_register(request)]


async def test_the_seed_loads(enterprises: Rig) -> None:
    """Industries, teams, enterprises, counters, and an application by the service's own rules."""
    await load_lines(enterprises.state, seeded())

    officer = enterprises.viewer("district_officer", scopes=["330111"])
    (row,) = await enterprises.batch(
        officer, "/enterprises/by-credit-code:batch", [CREDIT_CODE], ["name", "contact_phone_masked"]
    )
    assert row == {"name": "杭州新登示范纸业有限公司", "contact_phone_masked": "138****0002"}
    (page,) = await enterprises.batch(
        officer, "/resumption-applications/by-scope:batch", ["330111115"], ["status", "history"], limit=5
    )
    assert [(a["status"], a["history"][0]["by"]) for a in page] == [("UNDER_REVIEW", "Gridweave")]
    total = await as_worker(enterprises, "SELECT count(*) FROM enterprises")
    (summary,) = await enterprises.batch(officer, "/division-summaries:batch", ["330111"], ["enterprises"])
    assert summary == {"enterprises": total}


async def test_loading_again_changes_nothing(enterprises: Rig) -> None:
    """A load that was cut short is simply run again."""
    await load_lines(enterprises.state, seeded())
    before = [await enterprises.rows(COUNTS), await enterprises.rows("SELECT * FROM enterprise_counters ORDER BY 2")]
    await load_lines(enterprises.state, seeded())

    after = [await enterprises.rows(COUNTS), await enterprises.rows("SELECT * FROM enterprise_counters ORDER BY 2")]
    assert after == before


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([{"record": "planet"}], "line 1 is no record"),
        ([enterprise(7, "91350100M000100Y44", GRID)], "check character"),
        ([enterprise(7, CREDIT_CODE, "330111115")], "enterprises_division"),
        ([enterprise(7, CREDIT_CODE, GRID, contact={"name": "x", "phone": "1"})], "mobile number"),
        ([{"record": "counts", "counts": {"industry": 9}}, *INDUSTRIES], "announced"),
        ([{"record": "application", "idempotency_key": "k", **APPLICATION}], "no such enterprise"),
    ],
)
async def test_a_bad_stream_leaves_nothing(
    enterprises: Rig, capsys: pytest.CaptureFixture[str], records: list[dict[str, Any]], said: str
) -> None:
    """All of it or nothing, and one line that says why."""
    with pytest.raises(StreamRefused):
        await load_lines(
            enterprises.state, lines(*INDUSTRIES, *records) if said != "line 1 is no record" else lines(*records)
        )

    assert said in capsys.readouterr().err
    assert await as_worker(enterprises, "SELECT count(*) FROM industries") == 0


def line(body: dict[str, Any]) -> bytes:
    """Return a line of the snapshot."""
    return json.dumps({"fact": "standing_changed", "division_code": LUSHAN_GRID, **body}).encode()


def wenzhou() -> bytes:
    """Return the snapshot's line for Wenzhou."""
    return json.dumps(
        {
            "fact": "risk_region_declared",
            "division_code": "330111",
            "risk_region_id": "016f5caf-7400-7718-9901-0000000000ff",
            "code": "330300",
            "level": "HIGH",
            "valid_from": "2020-01-20",
            "valid_to": None,
            "version": 1,
        }
    ).encode()


async def test_rebuild_keeps_who_matters(xindeng: Xindeng) -> None:
    """Of everybody's standings only those that may keep somebody from work, whatever their version."""
    people = [line(standing(9, "GREEN", person_key=f"{n:064x}")) for n in range(50)]

    await rebuild_from(xindeng.rig.state, [wenzhou(), *people, line(in_quarantine(4))])

    assert await xindeng.rig.rows("SELECT person_key, version FROM watchlist") == [
        {"person_key": WANG_KEY, "version": 4}
    ]
    assert await xindeng.rig.rows("SELECT code FROM risk_regions") == [{"code": "330300"}]


async def test_rebuild_brings_known_people_up_to_date(xindeng: Xindeng) -> None:
    """Whoever is known is updated even when well again; newer facts are not undone."""
    await xindeng.deliver(in_quarantine(4))
    await rebuild_from(xindeng.rig.state, [line(standing(3, "RED"))])
    kept = await xindeng.rig.rows("SELECT version, color FROM watchlist")
    await rebuild_from(xindeng.rig.state, [line(standing(5, "GREEN"))])

    assert kept == [{"version": 4, "color": "YELLOW"}]
    assert await xindeng.rig.rows("SELECT version, color FROM watchlist") == [{"version": 5, "color": "GREEN"}]


async def test_rebuild_looks_again_at_applications(xindeng: Xindeng) -> None:
    """What was missed while the copy was lost is found."""
    row = await xindeng.submit()

    await rebuild_from(xindeng.rig.state, [wenzhou(), line(in_quarantine(4))])

    findings = (await xindeng.application(row["id"]))["precheck"]["findings"]
    assert [f["code"] for f in findings] == ["WorkerUnderQuarantine"]


async def test_a_bad_snapshot_is_refused(xindeng: Xindeng, capsys: pytest.CaptureFixture[str]) -> None:
    """One line that says which."""
    with pytest.raises(SnapshotRefused):
        await rebuild_from(xindeng.rig.state, [b'{"fact": "standing_changed"}'])

    assert "line 1 is no fact" in capsys.readouterr().err
