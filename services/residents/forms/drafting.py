"""How a version of a form is stored, whoever drafts it."""

from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.ids import new_id
from services.residents.forms import queries
from services.residents.forms.model import Definition, FormStatus


async def store_version(
    db: Transaction,
    district_code: str,
    code: str,
    definition: Definition,
    *,
    drafted_by: str,
    now: datetime,
    activated_by: str | None = None,
) -> tuple[UUID, int]:
    """Store a checked definition as the next version of its form; return its id and number."""
    await queries.lock_form(db, district_code=district_code, code=code)
    form_id = await queries.form_id_of_code(db, district_code=district_code, code=code)
    if form_id is None:
        form_id = new_id()
        await queries.insert_form(db, district_code=district_code, form_id=form_id, code=code, now=now)
    number = 1 + await queries.newest_version(db, district_code=district_code, form_id=form_id)
    version_id = new_id()
    await queries.insert_version(
        db,
        district_code=district_code,
        version_id=version_id,
        form_id=form_id,
        version=number,
        title=definition.title,
        title_english=definition.title_english,
        office=definition.office,
        source=definition.source,
        unit=definition.unit,
        filters=list(definition.filters),
        names_people=definition.names_people,
        status=FormStatus.DRAFT if activated_by is None else FormStatus.ACTIVE,
        drafted_by=drafted_by,
        now=now,
        activated_by=activated_by,
        activated_at=None if activated_by is None else now,
    )
    await queries.insert_columns(
        db,
        district_code=district_code,
        version_id=version_id,
        headers=[column.header for column in definition.columns],
        source_columns=[column.source_column for column in definition.columns],
        formats=[column.format for column in definition.columns],
    )
    return version_id, number
