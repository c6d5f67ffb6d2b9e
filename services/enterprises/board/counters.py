"""The roll-up that the board reads: one row a grid, moved with every change."""

from chassis.database import Transaction
from chassis.facts import Fact, publish
from services.enterprises.board import queries
from services.enterprises.operation.model import WORKING, OperationStatus


async def count(db: Transaction, division_code: str, *, enterprises: int = 0, enterprises_resumed: int = 0) -> None:
    """Add to a grid's numbers and say so; what adds nothing is not said."""
    if enterprises == 0 and enterprises_resumed == 0:
        return
    await queries.count_enterprises(
        db,
        district_code=division_code[:6],
        division_code=division_code,
        enterprises=enterprises,
        enterprises_resumed=enterprises_resumed,
    )
    await publish(db, "enterprises", Fact("summary_changed", division_code))


def resumed_change(before: OperationStatus, after: OperationStatus) -> int:
    """Return by how much a change of operation moves the number of enterprises at work."""
    return int(after in WORKING) - int(before in WORKING)
