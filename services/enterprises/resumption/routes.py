"""The routes of resumption applications."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.history import Change, record
from chassis.routes import REFUSALS, StateDep, add_batch, answer, command_of
from services.enterprises import forms
from services.enterprises.access import require_applicant, require_reviewer
from services.enterprises.board.counters import count, resumed_change
from services.enterprises.operation.model import WORKING, OperationStatus
from services.enterprises.operation.model import check_move as check_operation
from services.enterprises.operation.queries import set_operation
from services.enterprises.register.model import EnterpriseUnknown
from services.enterprises.register.queries import enterprise_by_credit_code, lock_enterprise
from services.enterprises.resumption import history, queries
from services.enterprises.resumption.bodies import (
    ApplicationBody,
    ApproveBody,
    NoteBody,
    RejectBody,
    ReturnBody,
    form_of,
)
from services.enterprises.resumption.form import check_form
from services.enterprises.resumption.model import (
    Application,
    ApplicationStatus,
    ApplicationUnknown,
    Person,
    ReasonsMissing,
    Step,
    check_approval,
    check_authority,
    check_move,
    check_resumption,
    in_words,
)
from services.enterprises.resumption.submission import Known, members_of, submit
from services.enterprises.roster import queries as roster
from services.enterprises.roster.model import RosterStatus
from services.enterprises.watchlist.queries import share_watchlist
from services.enterprises.watchlist.standing import known_of

REASONS_MAX = 50
S = ApplicationStatus

router = APIRouter(tags=["resumption"], responses=REFUSALS)

add_batch(router, "/resumption-applications:batch", queries.applications_by_id)
add_batch(router, "/resumption-applications/by-enterprise:batch", queries.applications_of_enterprises)
add_batch(router, "/resumption-applications/by-scope:batch", queries.applications_of_scope)


@router.post("/resumption-applications", status_code=201)
async def submit_application(
    body: ApplicationBody, state: StateDep, command: Annotated[Command, command_of("resumption_application_submit")]
) -> Response:
    """Submit an application, or a returned one again; the precheck's findings are kept with it."""
    viewer, db, now = command.viewer, command.db, command.clock.now()
    require_applicant(viewer)
    code = forms.credit_code(body.credit_code, ("credit_code",))
    form = check_form(form_of(body), today=now.date())
    enterprise = await enterprise_by_credit_code(db, district_code=viewer.district_code, credit_code=code)
    if enterprise is None:
        raise EnterpriseUnknown(path=("credit_code",))
    await share_watchlist(db, district_code=enterprise.district_code)
    people = [member.person_key for member in members_of(state.keys, form)]
    async with state.database.work() as own:
        known = Known(*await known_of(own, people, district_code=enterprise.district_code))
    new = await submit(db, state.keys, enterprise, form, known=known, by=person(command), now=now)
    return await answer(
        command,
        201,
        id=str(new.id),
        enterprise_id=str(enterprise.id),
        credit_code=code,
        status=new.status,
        mode=new.mode,
        planned_on=form.planned_on,
        submitted_at=now,
        review_level=new.review_level,
        due_at=new.due_at,
    )


@router.post("/resumption-applications/{application_id}/approve")
async def approve(
    application_id: UUID,
    body: ApproveBody,
    command: Annotated[Command, command_of("resumption_application_approve")],
) -> Response:
    """Approve an application whose precheck finds nothing that blocks it."""
    application = await lock_for_review(command, application_id, check_approval)
    return await move(command, application, S.APPROVED, optional_note(body.note))


@router.post("/resumption-applications/{application_id}/inspect")
async def inspect(
    application_id: UUID,
    body: NoteBody,
    command: Annotated[Command, command_of("resumption_application_inspect")],
) -> Response:
    """Begin the inspection of the site."""
    application = await lock_for_review(command, application_id, to(S.INSPECTING))
    return await move(command, application, S.INSPECTING, optional_note(body.note))


@router.post("/resumption-applications/{application_id}/return")
async def return_application(
    application_id: UUID,
    body: ReturnBody,
    command: Annotated[Command, command_of("resumption_application_return")],
) -> Response:
    """Return an application to be mended; the reasons name the fields."""
    application = await lock_for_review(command, application_id, to(S.RETURNED))
    return await move(command, application, S.RETURNED, reasons_in_words(body))


@router.post("/resumption-applications/{application_id}/reject")
async def reject(
    application_id: UUID,
    body: RejectBody,
    command: Annotated[Command, command_of("resumption_application_reject")],
) -> Response:
    """Reject an application; its workers leave the roster."""
    application = await lock_for_review(command, application_id, to(S.REJECTED))
    reason = forms.text(body.reason, ("reason",), limit=forms.NOTE_CHARACTERS_MAX)
    await leave_roster(command, application)
    return await move(command, application, S.REJECTED, reason)


@router.post("/resumption-applications/{application_id}/withdraw")
async def withdraw(
    application_id: UUID,
    body: NoteBody,
    command: Annotated[Command, command_of("resumption_application_withdraw")],
) -> Response:
    """Withdraw an application that is not decided; its workers leave the roster."""
    application = await lock_for_applicant(command, application_id)
    check_move(application.status, S.WITHDRAWN)
    await leave_roster(command, application)
    return await move(command, application, S.WITHDRAWN, optional_note(body.note))


@router.post("/resumption-applications/{application_id}/resume")
async def resume(
    application_id: UUID,
    body: NoteBody,
    command: Annotated[Command, command_of("resumption_application_resume")],
) -> Response:
    """Say that the enterprise is back at work: whoever was cleared is on post."""
    application = await lock_for_applicant(command, application_id)
    check_resumption(application, command.clock.today())
    await start_operation(command, application)
    on_post = await roster.start_work(
        command.db, district_code=application.district_code, application_id=application.id
    )
    await record(command, *(moved(application, entry_id, RosterStatus.ON_POST) for entry_id in on_post))
    return await move(command, application, S.RESUMED, optional_note(body.note))


async def leave_roster(command: Command, application: Application) -> None:
    """Let the workers of an application go that has come to nothing."""
    left = await roster.leave_roster(command.db, district_code=application.district_code, application_id=application.id)
    await record(command, *(moved(application, entry_id, RosterStatus.LEFT) for entry_id in left))


def moved(application: Application, entry_id: UUID, status: RosterStatus) -> Change:
    """Return the entry of a worker who moves with the application."""
    return Change("roster_entry", entry_id, application.division_code, "MOVED", None, {"status": status})


async def start_operation(command: Command, application: Application) -> None:
    """Bring the enterprise back to work, unless it is at work already."""
    enterprise = await lock_enterprise(
        command.db, district_code=application.district_code, enterprise_id=application.enterprise_id
    )
    if enterprise is None:
        raise EnterpriseUnknown
    if enterprise.operation_status in WORKING:
        return
    check_operation(enterprise.operation_status, OperationStatus.RESUMED)
    await set_operation(
        command.db,
        district_code=enterprise.district_code,
        enterprise_id=enterprise.id,
        operation_status=OperationStatus.RESUMED,
        capacity_percent=enterprise.capacity_percent,
        resumed_on=command.clock.today(),
    )
    said = {"operation_status": enterprise.operation_status}, {"operation_status": OperationStatus.RESUMED}
    await record(command, Change("enterprise", enterprise.id, enterprise.division_code, "RESUMED", *said))
    change = resumed_change(enterprise.operation_status, OperationStatus.RESUMED)
    await count(command.db, enterprise.division_code, enterprises_resumed=change)


async def lock_for_review(command: Command, application_id: UUID, check: Callable[[Application], None]) -> Application:
    """Lock an application that somebody decides on, who may, and whose state allows it."""
    require_reviewer(command.viewer)
    application = await lock(command, application_id)
    check_authority(application, command.viewer.role, command.viewer.scopes)
    check(application)
    return application


async def lock_for_applicant(command: Command, application_id: UUID) -> Application:
    """Lock an application for the enterprise that submitted it, or an officer on its behalf."""
    require_applicant(command.viewer)
    return await lock(command, application_id)


async def lock(command: Command, application_id: UUID) -> Application:
    """Lock an application within scope; raises ApplicationUnknown."""
    application = await queries.lock_application(
        command.db, district_code=command.viewer.district_code, application_id=application_id
    )
    if application is None:
        raise ApplicationUnknown
    return application


def to(target: ApplicationStatus) -> Callable[[Application], None]:
    """Return the check that an application may become something."""
    return lambda application: check_move(application.status, target)


async def move(command: Command, application: Application, target: ApplicationStatus, note: str | None) -> Response:
    """Carry out a checked step: status, history, fact, answer."""
    district_code = application.district_code
    await queries.set_status(command.db, district_code=district_code, application_id=application.id, status=target)
    step = Step(command.clock.now(), target, person(command), in_words(note))
    await history.write_steps(command.db, application, application.id, step, before=application.status)
    await history.tell(command.db, application, application.id, target)
    return await answer(
        command,
        id=str(application.id),
        enterprise_id=str(application.enterprise_id),
        credit_code=application.credit_code,
        status=target,
    )


def person(command: Command) -> Person:
    """Return who gives a command."""
    return Person(command.viewer.subject, command.viewer.name or command.viewer.role)


def optional_note(note: str | None) -> str | None:
    """Return what somebody said, if anything."""
    return forms.text(note, ("note",), limit=forms.NOTE_CHARACTERS_MAX) if note else None


def reasons_in_words(body: ReturnBody) -> str:
    """Return the reasons of a return, one a line, each after the field it is about."""
    if not 1 <= len(body.reasons) <= REASONS_MAX:
        raise ReasonsMissing(path=("reasons",), limit=REASONS_MAX)
    lines = []
    for place, reason in enumerate(body.reasons):
        message = forms.text(reason.message, ("reasons", str(place), "message"))
        field = ".".join(reason.path)
        forms.text(field or "-", ("reasons", str(place), "path"))
        lines.append(f"{field}: {message}" if field else message)
    return "\n".join(lines)
