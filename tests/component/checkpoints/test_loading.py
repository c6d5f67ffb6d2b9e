"""Loading a district from a stream: all of it or nothing."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

from infra.seed.cli import SEED
from infra.seed.streams import Request, checkpoints
from services.checkpoints.loading.load import StreamRefused, load_lines
from tests.support.rig import Rig

TODAY = date(2020, 1, 28)


def stream() -> Iterator[bytes]:
    """Yield the stream of the story's district."""
    for record in checkpoints(Request("story", SEED, TODAY)):
        yield msgspec.json.encode(record)


async def test_the_demo_district_is_loaded(checkpoints: Rig) -> None:
    """As many of each kind as were announced, and the gate with a gap has its gap."""
    loaded = await load_lines(checkpoints.state, stream())

    tables = {"organization": "organizations", "checkpoint": "checkpoints", "device": "devices", "staff": "staff"}
    for kind, table in {**tables, "duty_shift": "duty_shifts"}.items():
        assert await checkpoints.rows(f"SELECT count(*) FROM {table}") == [{"count": loaded[kind]}]  # noqa: S608
    await checkpoints.move_clock("2020-01-28T09:00:00+08:00")
    gaps = await checkpoints.rows(
        "SELECT d.id FROM alarms a JOIN devices d USING (district_code, checkpoint_id) WHERE a.closed_at IS NULL"
    )
    assert gaps == [{"id": "gate-330111004002-3"}]


async def test_a_loaded_district_is_not_loaded_again(checkpoints: Rig) -> None:
    """Nothing doubles."""
    await load_lines(checkpoints.state, stream())

    with pytest.raises(StreamRefused) as refused:
        await load_lines(checkpoints.state, stream())
    assert refused.value.message == "the database has checkpoints already"


def without(kind: str) -> Any:
    """Return a fault: one record of a kind is missing."""

    def cut(lines: list[bytes]) -> list[bytes]:
        first = next(i for i, text in enumerate(lines) if text.startswith(b'{"record":"' + kind.encode()))
        return lines[:first] + lines[first + 1 :]

    return cut


FAULTS = {
    "a torn line": lambda lines: [*lines, b'{"record":"checkp'],
    "an unknown kind": lambda lines: [*lines, b'{"record":"tower"}'],
    "a count that is wrong": without("staff"),
    "a device of no checkpoint": lambda lines: [
        *lines[1:],
        b'{"record":"device","device_id":"x","checkpoint_id":"01977d5e-0000-7000-8000-00000000dead"}',
    ],
    "two districts": lambda lines: [
        *lines[1:],
        b'{"record":"checkpoint","id":"01977d5e-0000-7000-8000-00000000dead","name":"x","kind":"ROAD","division_code":'
        b'"330112001001001","status":"OPEN","opens_at":null,"closes_at":null,"minimum_strength":1}',
    ],
    "nothing": lambda lines: [],
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_a_faulty_stream_writes_nothing(checkpoints: Rig, fault: Any) -> None:
    """The first fault refuses all."""
    with pytest.raises(StreamRefused):
        await load_lines(checkpoints.state, fault(list(stream())))

    assert await checkpoints.rows("SELECT * FROM organizations") == []
