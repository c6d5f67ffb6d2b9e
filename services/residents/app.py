"""The residents service: its routes, jobs, handlers and tools."""

from pathlib import Path

from chassis.service import Service
from services.residents.access import ACCESS, LOOK_UPS
from services.residents.auditing import routes as auditing
from services.residents.board import routes as board
from services.residents.changes import end_routes, proxy_routes
from services.residents.changes import routes as changes
from services.residents.contacts import routes as contacts
from services.residents.coverage import notice as coverage_notice
from services.residents.coverage import routes as coverage
from services.residents.divisions import routes as divisions
from services.residents.form_exports import downloads, preparation
from services.residents.form_exports import jobs as form_export_jobs
from services.residents.form_exports import routes as form_exports
from services.residents.forms import builtin as builtin_forms
from services.residents.forms import routes as forms
from services.residents.grid_workers import assignments as grid_assignments
from services.residents.grid_workers import routes as grid_workers
from services.residents.health_checks import jobs as health_check_jobs
from services.residents.health_checks import routes as health_checks
from services.residents.health_code import jobs as health_code_jobs
from services.residents.health_code import routes as health_code
from services.residents.households import routes as households
from services.residents.imports import acts as import_acts
from services.residents.imports import routes as imports
from services.residents.imports import worker as import_worker
from services.residents.loading import load, snapshot
from services.residents.merges import routes as merges
from services.residents.moves import routes as moves
from services.residents.quarantine import handlers as quarantine_handlers
from services.residents.quarantine import jobs as quarantine_jobs
from services.residents.quarantine import notice_routes
from services.residents.quarantine import routes as quarantine
from services.residents.returnees import matches, review
from services.residents.returnees import routes as returnees
from services.residents.risk_regions import routes as risk_regions
from services.residents.roster import routes as roster
from services.residents.screening import routes as screening
from services.residents.screening_offline import routes as screening_offline
from services.residents.screening_rounds import routes as screening_rounds
from services.residents.search import indexing as search_indexing
from services.residents.search import routes as search
from services.residents.unmasking import routes as unmasking
from services.residents.workers_day import routes as workers_day

SERVICE = Service(
    name="residents",
    folder=Path(__file__).parent,
    access=ACCESS,
    routers=[
        unmasking.router,
        auditing.router,
        divisions.router,
        grid_workers.router,
        grid_assignments.router,
        coverage.router,
        roster.router,
        households.router,
        changes.router,
        proxy_routes.router,
        end_routes.router,
        moves.router,
        search.router,
        health_code.router,
        board.router,
        quarantine.router,
        notice_routes.router,
        health_checks.router,
        risk_regions.router,
        returnees.router,
        matches.router,
        screening.router,
        screening_offline.router,
        screening_rounds.router,
        contacts.router,
        workers_day.router,
        imports.router,
        forms.router,
        form_exports.router,
        downloads.router,
        merges.router,
        import_acts.router,
    ],
    jobs=[
        *coverage_notice.JOBS,
        *health_check_jobs.JOBS,
        *quarantine_jobs.JOBS,
        *health_code_jobs.JOBS,
        *screening.JOBS,
        *screening_rounds.JOBS,
        *import_worker.JOBS,
        *review.JOBS,
        *builtin_forms.JOBS,
        *form_export_jobs.JOBS,
    ],
    handlers=quarantine_handlers.handlers,
    tools={"load": load.load, "snapshot": snapshot.snapshot},
    background=[*search_indexing.BACKGROUND, *import_worker.BACKGROUND, *preparation.BACKGROUND],
    look_ups=LOOK_UPS,
)
