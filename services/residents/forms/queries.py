"""Statements of forms."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.form_sources.model import Filter, Format, Source, Unit
from services.residents.forms.model import Column, FormStatus, FormVersion

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form, and which version is in use."""

    id: UUID
    code: str
    active_version_id: UUID | None


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of a version."""

    header: str
    source_column: str
    format: Format


@dataclass(frozen=True, slots=True)
class FormVersionRow:
    """A version, as everybody may read it."""

    id: UUID
    form_id: UUID
    code: str
    version: int
    title: str
    title_english: str
    office: str
    source: Source
    unit: Unit
    filters: list[Filter]
    names_people: bool
    status: FormStatus
    drafted_by: str
    drafted_at: datetime
    activated_by: str | None
    activated_at: datetime | None
    retired_by: str | None
    retired_at: datetime | None
    columns: list[ColumnRow]


forms_by_id = statements.one_each("forms_by_id", FormRow)
forms_of_scopes = statements.page_each("forms_of_scopes", FormRow, order=("code text",), key="text")
form_versions_by_id = statements.one_each("form_versions_by_id", FormVersionRow)
form_versions_of_codes = statements.one_each("form_versions_of_codes", FormVersionRow, key="text")
form_versions_of_forms = statements.page_each(
    "form_versions_of_forms", FormVersionRow, order=("version bigint",), descending=True
)


@statements.query
async def lock_form(db: Transaction, *, district_code: str, code: str) -> None:
    """Let drafts and activations of one form follow each other."""


@statements.query
async def form_id_of_code(db: Transaction, *, district_code: str, code: str) -> UUID | None:
    """Return the form of a code."""


@statements.query
async def insert_form(db: Transaction, *, district_code: str, form_id: UUID, code: str, now: datetime) -> None:
    """Store a form."""


@statements.query
async def newest_version(db: Transaction, *, district_code: str, form_id: UUID) -> int:
    """Return the number of a form's newest version, 0 before the first."""


@statements.query
async def insert_version(
    db: Transaction,
    *,
    district_code: str,
    version_id: UUID,
    form_id: UUID,
    version: int,
    title: str,
    title_english: str,
    office: str,
    source: Source,
    unit: Unit,
    filters: list[Filter],
    names_people: bool,
    status: FormStatus,
    drafted_by: str,
    now: datetime,
    activated_by: str | None,
    activated_at: datetime | None,
) -> None:
    """Store a version."""


@statements.query
async def insert_columns(
    db: Transaction,
    *,
    district_code: str,
    version_id: UUID,
    headers: list[str],
    source_columns: list[str],
    formats: list[Format],
) -> None:
    """Store the columns of a version, in their order."""


@statements.query
async def version_by_id(db: Transaction, *, district_code: str, version_id: UUID) -> FormVersion | None:
    """Return a version."""


@statements.query
async def version_of_code(db: Transaction, *, district_code: str, code: str, version: int | None) -> FormVersion | None:
    """Return the version of a form with a number, or the one in use."""


@statements.query
async def active_version(db: Transaction, *, district_code: str, form_id: UUID) -> FormVersion | None:
    """Return the version of a form that is in use."""


@statements.query
async def columns_of_version(db: Transaction, *, district_code: str, version_id: UUID) -> list[Column]:
    """Return the columns of a version in their order."""


@statements.query
async def activate_version(
    db: Transaction, *, district_code: str, version_id: UUID, subject: str, now: datetime
) -> None:
    """Bring a draft into use."""


@statements.query
async def retire_version(db: Transaction, *, district_code: str, version_id: UUID, subject: str, now: datetime) -> None:
    """Take a version out of use."""


@statements.query
async def districts_without_form(db: Transaction, *, code: str) -> list[str]:
    """Return districts that lack a form of the product."""


statements.check()
