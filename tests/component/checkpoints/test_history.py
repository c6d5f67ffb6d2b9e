"""What commands and the clock leave in the history of checkpoints."""

from tests.component.checkpoints.test_sites import BODY
from tests.component.checkpoints.world import World

ENTRIES = "SELECT subject, kind, act, before, after, division_code FROM history ORDER BY id"


async def test_a_checkpoint_from_its_setting_up(world: World) -> None:
    """Set up, closed and opened again: who, before and after."""
    officer, rig = world.officer(), world.rig
    made = await rig.command(officer, "/checkpoints", BODY)
    for act in ("close", "open"):
        await rig.command(officer, f"/checkpoints/{made.json()['id']}/{act}")

    rows = await rig.rows(ENTRIES)

    assert {(row["subject"], row["kind"], row["division_code"]) for row in rows} == {
        (officer.subject, "checkpoint", BODY["division_code"])
    }
    assert [(row["act"], row["before"]) for row in rows] == [
        ("ADDED", None), ("CLOSED", {"status": "OPEN"}), ("OPENED", {"status": "CLOSED"})
    ]  # fmt: skip
    assert rows[0]["after"]["device_ids"] == BODY["device_ids"]


async def test_a_gap_is_the_clocks(world: World) -> None:
    """An alarm that a job raises and closes is recorded in the clock's name."""
    await world.rig.move_clock("2020-01-28T09:00:00+08:00")

    rows = await world.rig.rows(ENTRIES)

    assert rows
    assert {(row["subject"], row["kind"], row["act"]) for row in rows} == {("clock", "alarm", "RAISED")}
