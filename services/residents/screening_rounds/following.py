"""What follows rounds by the clock: a new risk region asks those concerned again; an ended round leaves no task."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from chassis.clock import Clock
from chassis.database import BY_CLOCK, Transaction
from services.residents.returnees.policy import ACTIVE
from services.residents.screening.model import Act, ScreeningTask, move
from services.residents.screening.tasks import Step, take_steps
from services.residents.screening_rounds import queries
from services.residents.screening_rounds.model import RoundStatus
from services.residents.screening_rounds.queries import NewRegion

RESCREEN_BATCH = 500
ENDED_BATCH = 1_000
LOOKED_AFTER = timedelta(days=3)  # an ended round is looked after for so long
WHY_ENDED = {RoundStatus.CLOSED: "排查轮次已办结", RoundStatus.CANCELLED: "排查轮次已取消"}


async def rescreen(db: Transaction, clock: Clock) -> int:
    """Open the tasks again that a region declared since their round was opened concerns; a job."""
    regions = await queries.regions_new_to_rounds(db, levels=sorted(ACTIVE.quarantine_days), today=clock.today())
    asked = 0
    for district_code in sorted({region.district_code for region in regions}):
        declared = [region for region in regions if region.district_code == district_code]
        asked += await ask_again(db, district_code, declared, clock)
    return asked


async def ask_again(db: Transaction, district_code: str, regions: Sequence[NewRegion], clock: Clock) -> int:
    """Open the tasks of a district again that these regions concern, and say which regions; return how many."""
    concerned: dict[UUID, list[NewRegion]] = defaultdict(list)
    for region in regions:
        ids = await queries.lock_tasks_to_rescreen(
            db,
            district_code=district_code,
            round_id=region.round_id,
            region_id=region.region_id,
            prefix=region.prefix,
            today=clock.today(),
            rows_max=RESCREEN_BATCH,
        )
        for task_id in ids:
            concerned[task_id].append(region)
    if not concerned:
        return 0
    now = clock.now()
    pairs = [(task_id, region.region_id) for task_id, found in concerned.items() for region in found]
    await queries.mark_rescreened(
        db,
        district_code=district_code,
        task_ids=[task_id for task_id, _ in pairs],
        region_ids=[region_id for _, region_id in pairs],
        now=now,
    )
    steps = [
        Step(task, move(task, Act.RESCREEN, now), task.division_code, task.worker_id, note=why(concerned[task.id]))
        for task in await held(db, district_code, list(concerned))
    ]
    await take_steps(db, district_code, steps, taken_by=BY_CLOCK.subject, now=now)
    return len(concerned)


async def held(db: Transaction, district_code: str, ids: Sequence[UUID]) -> list[ScreeningTask]:
    """Return tasks that the transaction holds, each once."""
    return await queries.tasks_of_rounds(db, district_code=district_code, ids=sorted(set(ids)))


def why(regions: Sequence[NewRegion]) -> str:
    """Say which regions a task is opened again for."""
    named = ", ".join(f"{region.code} {region.level.value}" for region in regions)
    return f"新增风险地区 {named}，重新排查"


async def close_left_over(db: Transaction, clock: Clock) -> int:
    """Close the tasks that a round left over when it ended; a job."""
    now = clock.now()
    rows = await queries.lock_tasks_of_ended_rounds(db, ended_since=now - LOOKED_AFTER, rows_max=ENDED_BATCH)
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
