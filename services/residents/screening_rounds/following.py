"""What follows rounds by the clock: a new risk region asks those concerned again; an ended round leaves no task."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from chassis.clock import Clock
from chassis.database import BY_CLOCK, Transaction
from services.residents.returnees.policy import ACTIVE
from services.residents.screening.model import Act, ScreeningTask, move
from services.residents.screening.tasks import Step, take_steps
from services.residents.screening_rounds import queries
from services.residents.screening_rounds.model import RoundStatus
from services.residents.screening_rounds.queries import Concerned

RESCREEN_BATCH = 500
ENDED_BATCH = 1_000
WHY_ENDED = {RoundStatus.CLOSED: "排查轮次已办结", RoundStatus.CANCELLED: "排查轮次已取消"}


async def rescreen(db: Transaction, clock: Clock) -> int:
    """Open the tasks again that a region declared since their round was opened concerns; a job."""
    now = clock.now()
    levels = sorted(ACTIVE.quarantine_days)
    rows = await queries.lock_tasks_to_rescreen(db, levels=levels, today=clock.today(), rows_max=RESCREEN_BATCH)
    if not rows:
        return 0
    await queries.mark_rescreened(
        db,
        district_codes=[row.district_code for row in rows],
        task_ids=[row.id for row in rows],
        region_ids=[row.region_id for row in rows],
        now=now,
    )
    for district_code in sorted({row.district_code for row in rows}):
        concerned = [row for row in rows if row.district_code == district_code]
        tasks = await held(db, district_code, [row.id for row in concerned])
        steps = [
            Step(task, move(task, Act.RESCREEN, now), task.division_code, task.worker_id, note=why(task, concerned))
            for task in tasks
        ]
        await take_steps(db, district_code, steps, taken_by=BY_CLOCK.subject, now=now)
    return len(rows)


async def held(db: Transaction, district_code: str, ids: Sequence[UUID]) -> list[ScreeningTask]:
    """Return tasks that the transaction holds, each once."""
    return await queries.tasks_of_rounds(db, district_code=district_code, ids=sorted(set(ids)))


def why(task: ScreeningTask, concerned: Sequence[Concerned]) -> str:
    """Say which regions a task is opened again for."""
    regions = ", ".join(f"{row.region_code} {row.level.value}" for row in concerned if row.id == task.id)
    return f"新增风险地区 {regions}，重新排查"


async def close_left_over(db: Transaction, clock: Clock) -> int:
    """Close the tasks that a round left over when it ended; a job."""
    now = clock.now()
    rows = await queries.lock_tasks_of_ended_rounds(db, rows_max=ENDED_BATCH)
    by_district: dict[str, dict[UUID, RoundStatus]] = defaultdict(dict)
    for row in rows:
        by_district[row.district_code][row.id] = row.round_status
    for district_code, ended in sorted(by_district.items()):
        tasks = await held(db, district_code, list(ended))
        steps = [
            Step(task, move(task, Act.END, now), task.division_code, task.worker_id, note=WHY_ENDED[ended[task.id]])
            for task in tasks
        ]
        await take_steps(db, district_code, steps, taken_by=BY_CLOCK.subject, now=now)
    return len(rows)
