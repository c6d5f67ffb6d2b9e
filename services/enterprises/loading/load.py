"""The tool `load`: a register from a stream on standard input, all of it or nothing.

    python -m infra.seed enterprises --scale district | python -m services.enterprises load

What is there already stays as it is, so that a load that was cut short can be run again. Rows go in
by INSERT: COPY does not work under row level security, which holds for the worker as well.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from chassis import standards
from chassis.auth import Viewer
from chassis.commands import Command
from chassis.crypto import fingerprint
from chassis.database import ConstraintBroken, Transaction, refusing
from chassis.errors import AnsweredBefore, Problem
from chassis.service import State
from services.enterprises.board.counters import count
from services.enterprises.liaison.queries import load_teams
from services.enterprises.loading import records
from services.enterprises.loading.progress import progress_bar
from services.enterprises.operation.model import WORKING
from services.enterprises.register import queries
from services.enterprises.register.model import EnterpriseUnknown
from services.enterprises.register.routes import phone_place
from services.enterprises.resumption.form import check_form
from services.enterprises.resumption.model import ApplicationAlreadyOpen, Person
from services.enterprises.resumption.submission import Known, members_of, submit
from services.enterprises.watchlist.queries import share_watchlist
from services.enterprises.watchlist.standing import known_of

R = TypeVar("R", bound=records.Record)

ROWS_A_STATEMENT = 2_000
LOADER = Person("load", "Gridweave")


class StreamRefused(SystemExit):
    """The stream cannot be loaded; nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(1)
        self.message = message
        print(f"enterprises load: {message}; nothing was written", file=sys.stderr)  # noqa: T201


@dataclass(slots=True)
class Load:
    """One load under way."""

    state: State
    db: Transaction
    district_code: str = ""


async def load(state: State, _arguments: Sequence[str]) -> None:
    """Load the stream on standard input."""
    await load_lines(state, sys.stdin.buffer)


async def load_lines(state: State, lines: Iterable[bytes]) -> None:
    """Load lines of JSON in one transaction; raise StreamRefused."""
    async with state.database.work() as db:
        run = Load(state, db)
        expected: dict[str, int] = {}
        read: Counter[str] = Counter()
        try:
            with progress_bar() as progress, refusing({}):
                task = progress.add_task("enterprises", total=None)
                for batch in batches(lines):
                    if isinstance(batch[0], records.CountsRecord):
                        expected = batch[0].counts
                        progress.update(task, total=sum(expected.values()))
                        continue
                    await load_batch(run, batch)
                    read[str(batch[0].__struct_config__.tag)] += len(batch)
                    progress.advance(task, len(batch))
        except ConstraintBroken as broken:
            raise StreamRefused(f"a row breaks {broken}") from None
        except Problem as refused:
            raise StreamRefused(f"{'.'.join(refused.path)} {refused.message()}".strip()) from None
        if expected and dict(read) != expected:
            raise StreamRefused(f"the stream announced {expected} and held {dict(read)}")


def batches(lines: Iterable[bytes]) -> Iterator[list[records.AnyRecord]]:
    """Yield the records in their order, some thousands of one kind at a time."""
    for _, group in groupby(decoded(lines), key=type):
        while batch := list(islice(group, ROWS_A_STATEMENT)):
            yield batch


def decoded(lines: Iterable[bytes]) -> Iterator[records.AnyRecord]:
    """Yield the record of each line; raise StreamRefused at the first that is none."""
    decoder = msgspec.json.Decoder(records.AnyRecord)
    for number, line in enumerate(lines, start=1):
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StreamRefused(f"line {number} is no record: {error}") from None


async def load_batch(run: Load, batch: list[records.AnyRecord]) -> None:
    """Write records of one kind."""
    first = batch[0]
    if isinstance(first, records.IndustryRecord):
        await queries.load_industries(run.db, rows=plain(batch))
    elif isinstance(first, records.LiaisonTeamRecord):
        await load_teams(run.db, rows=plain(batch))
    elif isinstance(first, records.EnterpriseRecord):
        await load_enterprises(run, of_kind(batch, records.EnterpriseRecord))
    else:
        for application in of_kind(batch, records.ApplicationRecord):
            await load_application(run, application)


def of_kind(batch: list[records.AnyRecord], kind: type[R]) -> list[R]:
    """Return a batch, all of one kind, as that kind."""
    return [record for record in batch if isinstance(record, kind)]


def plain(batch: Sequence[records.Record]) -> list[dict[str, Any]]:
    """Return records as PostgreSQL reads them."""
    rows: list[dict[str, Any]] = msgspec.to_builtins(batch)
    return rows


async def load_enterprises(run: Load, batch: Sequence[records.EnterpriseRecord]) -> None:
    """Write enterprises with their phone numbers sealed, and count those that are new."""
    run.district_code = batch[0].division_code[:6]
    rows = [sealed(run.state, record) for record in batch]
    stored = await queries.load_enterprises(run.db, rows=rows, registered_at=run.state.clock.now())
    enterprises = Counter(row.division_code for row in stored)
    at_work = Counter(row.division_code for row in stored if row.operation_status in WORKING)
    for division_code, number in sorted(enterprises.items()):
        await count(run.db, division_code, enterprises=number, enterprises_resumed=at_work[division_code])


def sealed(state: State, record: records.EnterpriseRecord) -> dict[str, Any]:
    """Return an enterprise's row: its credit code checked, its phone number sealed and masked."""
    phone = standards.phone(record.contact.phone)
    blob = state.keys.ring.encrypt(phone, place=phone_place(UUID(str(record.id))))
    row: dict[str, Any] = msgspec.to_builtins(record)
    return row | {
        "credit_code": standards.credit_code(record.credit_code),
        "contact_name": record.contact.name,
        "contact_phone_sealed": blob.hex(),
        "contact_phone_masked": standards.mask_phone(phone),
    }


async def load_application(run: Load, record: records.ApplicationRecord) -> None:
    """Submit an application as its enterprise would have; what was submitted before stays."""
    state, db, now = run.state, run.db, run.state.clock.now()
    viewer = Viewer(LOADER.subject, LOADER.name, "system", run.district_code)
    command = Command(db, viewer, state.clock, "resumption_application_load", record.idempotency_key)
    try:
        await command.claim(fingerprint(msgspec.json.encode(record)))
        enterprise = await queries.enterprise_by_credit_code(
            db, district_code=run.district_code, credit_code=record.credit_code
        )
        if enterprise is None:
            raise EnterpriseUnknown(path=("application", record.credit_code))
        form = check_form(record.form, today=now.date())
        await share_watchlist(db, district_code=run.district_code)
        people = [member.person_key for member in members_of(state.keys, form)]
        known = Known(*await known_of(db, people, district_code=run.district_code))
        new = await submit(db, state.keys, enterprise, form, known=known, by=LOADER, now=now)
        await command.answer(201, id=str(new.id))
    except (AnsweredBefore, ApplicationAlreadyOpen):
        return
