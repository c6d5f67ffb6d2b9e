"""The alarm on an export of too many: a row, a fact, a number, a line in the log, whatever becomes of the request."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from chassis.counting import Tally
from chassis.database import Transaction
from chassis.facts import Fact, publish
from chassis.ids import new_id
from chassis.service import State
from services.residents.form_exports import queries
from services.residents.form_exports.problems import ExportsTooLargeToday, ExportTooLarge
from services.residents.form_exports.settings import limits_of
from services.residents.forms.model import FormVersion

DAY = timedelta(hours=24)

blocked = Tally("form_exports_blocked", "Exports blocked because of their size, by the requester's role", ("role",))
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tried to export what; `key` is the same for every try of one command."""

    district_code: str
    subject: str
    role: str
    key: str
    scope: str


async def check_size(state: State, version: FormVersion, attempt: Attempt, *, rows: int, now: datetime) -> None:
    """Raise ExportTooLarge, and the alarm, when a form has more rows than may leave at once."""
    limit = limits_of(state).of(version.names_people)
    if rows <= limit:
        return
    await raise_alarm(state, version, attempt, rows=rows, limit=limit, now=now)
    raise ExportTooLarge(path=("scope",), rows=rows, limit=limit)


async def check_day(
    state: State, db: Transaction, version: FormVersion, attempt: Attempt, *, rows: int, now: datetime
) -> None:
    """Raise ExportsTooLargeToday, and the alarm, when somebody asks for too many named rows in 24 hours."""
    if not version.names_people:
        return
    place = {"district_code": attempt.district_code, "subject": attempt.subject}
    await queries.lock_requester(db, **place)
    limit = limits_of(state).export_named_rows_per_day_max
    whole = rows + await queries.named_rows_since(db, **place, since=now - DAY)
    if whole > limit:
        await raise_alarm(state, version, attempt, rows=whole, limit=limit, now=now)
        raise ExportsTooLargeToday(path=("scope",), rows=whole, limit=limit)


async def raise_alarm(
    state: State, version: FormVersion, attempt: Attempt, *, rows: int, limit: int, now: datetime
) -> None:
    """Raise the alarm once for an attempt, in a transaction of its own: the refusal rolls nothing of it back."""
    async with state.database.work() as db:
        alarm_id = await queries.insert_alarm(
            db,
            district_code=attempt.district_code,
            alarm_id=new_id(),
            scope=attempt.scope,
            form_version_id=version.id,
            rows_counted=rows,
            rows_max=limit,
            subject=attempt.subject,
            role=attempt.role,
            attempt=attempt.key,
            now=now,
        )
        if alarm_id is None:
            return
        body = {"alarm_id": str(alarm_id), "form": version.code, "rows": rows, "rows_max": limit}
        await publish(db, "residents", Fact("export_blocked", attempt.scope, body))
    blocked.counts[attempt.role,] += 1
    await log.awarning("export blocked", alarm=str(alarm_id), form=version.code, rows=rows, limit=limit)
