"""The residents service: its routes, jobs, handlers and tools."""

from pathlib import Path

from chassis.service import Service
from services.residents.access import ACCESS
from services.residents.board import routes as board
from services.residents.divisions import routes as divisions
from services.residents.health_code import jobs as health_code_jobs
from services.residents.health_code import routes as health_code
from services.residents.loading import load, snapshot
from services.residents.roster import routes as roster

SERVICE = Service(
    name="residents",
    folder=Path(__file__).parent,
    access=ACCESS,
    routers=[
        divisions.router,
        roster.router,
        health_code.router,
        board.router,
    ],
    jobs=[
        *health_code_jobs.JOBS,
    ],
    handlers={},
    tools={"load": load.load, "snapshot": snapshot.snapshot},
    background=[],
)
