"""Screening tasks follow the person: one open task a reason, what asks the same is closed as merged."""

from collections.abc import Sequence
from datetime import datetime

from chassis.ids import new_id
from chassis.language import Said
from services.residents.merges import words
from services.residents.merges.following import queries
from services.residents.merges.following.acting import Acting
from services.residents.merges.model import Move, MoveKind, Pair, Task, duplicates
from services.residents.merges.queries import Moved
from services.residents.screening import queries as screening
from services.residents.screening.model import TaskStatus
from services.residents.screening.tasks import changed

OPEN_NUMBER = "screening_tasks_open"


async def merge_tasks(acting: Acting, pair: Pair) -> None:
    """Give the lost record's tasks to the survivor, and close those that ask what another asks."""
    tasks = await queries.lock_tasks_of(acting.db, district_code=pair.district_code, resident_ids=pair.ids)
    theirs = [task for task in tasks if task.resident_id == pair.lost.id]
    await queries.move_tasks_to(
        acting.db,
        district_code=pair.district_code,
        ids=[task.id for task in theirs],
        from_id=pair.lost.id,
        to_id=pair.survivor.id,
    )
    for task in theirs:
        acting.moves.append(Move(MoveKind.SCREENING_TASK, task.id, words.task_moved(task.division_code), {}, {}))
    closing = duplicates(tasks, pair.survivor.id)
    for task, goes_on in closing:
        said = words.task_closed(task.division_code, goes_on.id)
        before = {"status": task.status, "changed_at": task.changed_at}
        after = {"changed_at": acting.now, "goes_on": goes_on.id}
        acting.moves.append(Move(MoveKind.SCREENING_TASK_CLOSED, task.id, said, before, after))
    closed = [task for task, _ in closing]
    await set_tasks(acting, closed, [TaskStatus.CLOSED for _ in closed], [acting.now for _ in closed])


async def set_tasks(
    acting: Acting, tasks: Sequence[Task], statuses: Sequence[TaskStatus], changed_at: Sequence[datetime]
) -> None:
    """Write where tasks stand, a step of each, and tell of it."""
    if not tasks:
        return
    await queries.set_tasks(
        acting.db,
        district_code=acting.district_code,
        ids=[task.id for task in tasks],
        statuses=list(statuses),
        changed_at=list(changed_at),
    )
    await screening.insert_steps(
        acting.db,
        district_code=acting.district_code,
        now=acting.now,
        ids=[new_id() for _ in tasks],
        division_codes=[task.division_code for task in tasks],
        task_ids=[task.id for task in tasks],
        from_statuses=[task.status for task in tasks],
        statuses=list(statuses),
        notes=[f"merge {acting.merge_id}" for _ in tasks],
        taken_by=acting.subject,
        recorded_at=None,
    )
    for task, status in zip(tasks, statuses, strict=True):
        acting.count(task.division_code, OPEN_NUMBER, -1 if status is TaskStatus.CLOSED else 1)
        acting.facts.append(changed(task.id, task.division_code, status))


def task_obstacles(tasks: Sequence[Task], moves: Sequence[Moved]) -> list[Said]:
    """Return whether a task that the merge closed is no longer as it was left."""
    by_id = {task.id: task for task in tasks}
    for move in moves:
        if move.kind is not MoveKind.SCREENING_TASK_CLOSED:
            continue
        task = by_id.get(move.object_id)
        left_at = datetime.fromisoformat(str(move.after["changed_at"]))
        if task is None or task.status is not TaskStatus.CLOSED or task.changed_at != left_at:
            return [words.TASK_CHANGED]
    return []


async def put_tasks_back(acting: Acting, pair: Pair, tasks: Sequence[Task], moves: Sequence[Moved]) -> None:
    """Give the lost record its tasks again, and let those go on that were closed."""
    await queries.move_tasks_to(
        acting.db,
        district_code=pair.district_code,
        ids=[m.object_id for m in moves if m.kind is MoveKind.SCREENING_TASK],
        from_id=pair.survivor.id,
        to_id=pair.lost.id,
    )
    closed = {m.object_id: m.before for m in moves if m.kind is MoveKind.SCREENING_TASK_CLOSED}
    again = [task for task in tasks if task.id in closed]
    await set_tasks(
        acting,
        again,
        [TaskStatus(str(closed[task.id]["status"])) for task in again],
        [datetime.fromisoformat(str(closed[task.id]["changed_at"])) for task in again],
    )
