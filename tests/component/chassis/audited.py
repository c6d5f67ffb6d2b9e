"""Changes and looks to be audited: made, sealed and signed."""

from chassis.auth import Viewer
from chassis.chain import LOGS, seal
from chassis.reading import log_read
from tests.support.rig import Rig

GRID, DISTRICT = "330111004002001", "330111"


async def change(rig: Rig, name: str) -> None:
    """Make a widget."""
    officer = rig.viewer("officer", scopes=DISTRICT)
    response = await rig.command(officer, "/widgets", {"division_code": GRID, "name": name})
    assert response.status_code == 201, response.text


async def look(rig: Rig) -> None:
    """Look at three people."""
    viewer: Viewer = rig.viewer("officer", scopes=DISTRICT)
    at = rig.state.clock.now()
    await log_read(rig.state, viewer, at=at, what="search", person_keys=["a", "b", "c"], purpose="HELP")


async def seal_and_sign(rig: Rig) -> None:
    """Seal what waits and sign the heads."""
    async with rig.work() as db:
        for log in LOGS:
            await seal(log, db, rig.state.clock)
        await rig.extra["heads"].sign(db, rig.state.clock)
