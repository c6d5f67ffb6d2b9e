"""What every change of assignments does besides: write, keep history, notice the grids' coverage."""

from collections.abc import Sequence

from chassis.commands import Command
from chassis.database import refusing
from chassis.history import Change, record
from services.residents.coverage.notice import notice
from services.residents.grid_workers import queries
from services.residents.grid_workers.model import Assignment, GridAssignedMeanwhile

ASSIGNMENT = "grid_assignment"
ONE_A_DAY = "grid_assignments_one_of_a_kind_a_day"


async def change_assignments(
    command: Command,
    ended: Sequence[tuple[Assignment, Assignment]],
    new: Assignment | None = None,
    *,
    reason: str | None = None,
) -> None:
    """End assignments (each before and after), begin one, and raise or clear the alarms of their grids."""
    db, district_code = command.db, command.viewer.district_code
    last_days = [(after.id, after.ends_on) for _, after in ended if after.ends_on is not None]
    if last_days:
        await queries.end_assignments(
            db, district_code=district_code, ids=[id_ for id_, _ in last_days], ends_on=[day for _, day in last_days]
        )
    changes = [
        Change(ASSIGNMENT, after.id, after.grid_code, "ENDED", told(before), told(after), reason)
        for before, after in ended
    ]
    if new is not None:
        await begin(command, new)
        changes.append(Change(ASSIGNMENT, new.id, new.grid_code, "BEGUN", None, told(new), reason))
    codes = sorted({change.division_code for change in changes})
    if codes:
        changes += await notice(db, district_code, command.clock.now(), grid_codes=codes)
    await record(command, *changes)


async def begin(command: Command, new: Assignment) -> None:
    """Write a new assignment; the constraint has the last word on overlaps."""
    with refusing({ONE_A_DAY: GridAssignedMeanwhile}):
        await queries.add_assignment(
            command.db,
            district_code=command.viewer.district_code,
            assignment_id=new.id,
            grid_code=new.grid_code,
            worker_id=new.worker_id,
            kind=new.kind,
            starts_on=new.starts_on,
            ends_on=new.ends_on,
            assigned_at=command.clock.now(),
            assigned_by=command.viewer.subject,
        )


def told(assignment: Assignment) -> dict[str, object]:
    """Return what history says of an assignment."""
    return {
        "grid_code": assignment.grid_code,
        "worker_id": str(assignment.worker_id),
        "kind": assignment.kind.value,
        "starts_on": assignment.starts_on.isoformat(),
        "ends_on": assignment.ends_on.isoformat() if assignment.ends_on else None,
    }
