"""Jobs by the clock: one run at a time across replicas, what is due as of now, in small batches."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from chassis.clock import Clock
from chassis.database import Database, Transaction
from chassis.errors import Problem
from chassis.telemetry import work_span

BATCHES_MAX = 10_000
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext($1))"

log = structlog.get_logger()

Run = Callable[[Transaction, Clock], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Job:
    """Work that falls due. `run` handles one batch and returns how many rows it changed, 0 when done.

    It selects what is due as of the clock, never what became due since the last run, so that a missed
    hour is caught up and a second run changes nothing.
    """

    name: str
    every_s: float
    run: Run


@dataclass(slots=True)
class Scheduler:
    """Runs the jobs of one service."""

    database: Database
    clock: Clock
    jobs: Sequence[Job]

    async def run(self) -> None:
        """Run every job at its pace for ever."""
        await asyncio.gather(*(self.repeat(job) for job in self.jobs))

    async def repeat(self, job: Job) -> None:
        """Run one job at its pace; a failure is logged and the next round tries again."""
        while True:
            try:
                await self.run_once(job)
            except Problem as problem:
                await log.awarning("job failed", job=job.name, code=problem.code)
            await asyncio.sleep(job.every_s)

    async def run_all(self) -> None:
        """Run every job until nothing is due: what a moved clock asks for."""
        for job in self.jobs:
            await self.run_once(job)

    async def run_once(self, job: Job) -> int:
        """Run one job's batches until nothing is due; return the rows changed."""
        total = 0
        with work_span(f"job {job.name}") as span:
            for _ in range(BATCHES_MAX):
                async with self.database.work() as db:
                    if not await db.connection.fetchval(LOCK, f"{self.database.service} {job.name}"):
                        break
                    changed = await job.run(db, self.clock)
                total += changed
                if not changed:
                    break
            span.set_attributes({"job.rows": total})
        return total
