"""The checkpoints service: its routes, jobs, handlers and tools."""

from pathlib import Path

from chassis.service import Service
from services.checkpoints.access import ACCESS
from services.checkpoints.alarms import routes as alarms
from services.checkpoints.batches import routes as batches
from services.checkpoints.board import routes as board
from services.checkpoints.duty import jobs as duty_jobs
from services.checkpoints.duty import routes as duty
from services.checkpoints.loading import load
from services.checkpoints.passages import jobs as passage_jobs
from services.checkpoints.passages import routes as passages
from services.checkpoints.sites import routes as sites
from services.checkpoints.watchlist import rebuild, taking_in

SERVICE = Service(
    name="checkpoints",
    folder=Path(__file__).parent,
    access=ACCESS,
    routers=[
        sites.router,
        passages.router,
        batches.router,
        duty.router,
        alarms.router,
        board.router,
    ],
    jobs=[*duty_jobs.JOBS, *passage_jobs.JOBS],
    handlers={
        "residents.standing_changed": taking_in.on_standing_changed,
        "residents.risk_region_declared": taking_in.on_risk_region_declared,
        "residents.person_merged": taking_in.on_person_merged,
        "residents.person_merge_undone": taking_in.on_person_merge_undone,
    },
    tools={"load": load.load, "rebuild": rebuild.rebuild},
    on_start=passages.open_gate,
)
