"""Forms for other offices, their versions and rows, and their exports."""

from datetime import date, datetime

import strawberry

from gateway.residents import client, form_client
from gateway.residents.division_types import Division
from gateway.residents.form_statuses import (
    FormColumnFormat,
    FormExportFormat,
    FormExportPurpose,
    FormExportStatus,
    FormFilter,
    FormSource,
    FormUnit,
    FormVersionStatus,
)
from gateway.shared.types import Connection, Node
from gateway.upstream.fields import column, global_id, load_one, load_page


@strawberry.type(description="A column of a form (表单列)")
class FormColumn:
    """A column."""

    header: str = column("What stands above it")
    source_column: str = column("The column of the source that it shows")
    format: FormColumnFormat = column("How values are written")


@strawberry.type(description="What a form says as of one version; it never changes (表单版本)")
class FormVersion(Node):
    """A version: a view over records."""

    id: strawberry.ID = global_id()
    code: str = column("The form's code")
    version: int = column("Number of the version, from 1")
    title: str = column("Title in Chinese 标题")
    title_english: str = column("Title in English")
    office: str = column("The office it is for 报送单位")
    source: FormSource = column("Which records it is a view over")
    unit: FormUnit = column("What a row stands for")
    columns: list[FormColumn] = column("The columns in their order")
    filters: list[FormFilter] = column("By what its rows may be narrowed")
    names_people: bool = column("Whether rows tell of people by name, masked number, address or birth 是否含个人信息")
    status: FormVersionStatus = column("Where it stands")
    drafted_by: str = column("Who drafted it")
    drafted_at: datetime = column("When it was drafted")
    activated_by: str | None = column("Who, other than the drafter, brought it into use")
    activated_at: datetime | None = column("When it came into use")
    retired_at: datetime | None = column("When it went out of use")


@strawberry.type(description="A form for another office: a versioned view over records, no second entry (表单)")
class Form(Node):
    """A form."""

    id: strawberry.ID = global_id()
    code: str = column("Its code, such as RETURNEES_DAILY")
    active: FormVersion | None = load_one(
        form_client.FORM_VERSIONS, key="active_version_id", description="The version in use"
    )
    versions: Connection[FormVersion] | None = load_page(
        form_client.FORM_VERSIONS_OF_FORM, key="id", description="Its versions, the latest first"
    )


@strawberry.type(description="A cell of a form's row (单元格)")
class FormCell:
    """A cell."""

    header: str = column("Header of its column")
    value: str | None = column("The value as the form writes it; null where there is none")


@strawberry.type(description="A row of a form as its records are now (表单行)")
class FormRow:
    """A row."""

    cells: list[FormCell] = column("One for each column, in their order")


@strawberry.type(description="A form leaves the system: asked for, approved, watermarked, logged (导出)")
class FormExport(Node):
    """An export."""

    id: strawberry.ID = global_id()
    status: FormExportStatus = column("Where it stands")
    form_version: FormVersion | None = load_one(
        form_client.FORM_VERSIONS, key="form_version_id", description="The version it is made with, for ever"
    )
    scope: str = column("Division that it is over, 6 to 15 digits")
    division: Division | None = load_one(client.DIVISIONS, key="scope", description="The division that it is over")
    from_day: date | None = column("First day, where the form has days")
    to_day: date | None = column("Last day, where the form has days")
    record_statuses: list[str] | None = column("Only records in one of these states; all if null")
    format: FormExportFormat = column("How the file is written")
    purpose: FormExportPurpose = column("What it is for")
    reason: str = column("What it is for, in words")
    rows_expected: int = column("Rows when it was asked for: what the approver decides on")
    rows_prepared: int | None = column("Rows of the file: those of the moment of preparation")
    requested_by: str = column("Who asked for it")
    requester_name: str = column("Name of who asked for it")
    requested_at: datetime = column("When it was asked for")
    decided_by: str | None = column("Who, other than the requester, approved or refused it 审批人")
    decided_at: datetime | None = column("When it was approved or refused")
    decision_note: str | None = column("What the approver remarked")
    prepared_at: datetime | None = column("The moment that the rows are of")
    downloads: int = column("How often it was downloaded")
    download_url: str | None = column("Path of the file on this gateway, for the requester only; null without one")
    ended_at: datetime | None = column("When it was refused, withdrawn, or expired")
    ended_reason: str | None = column("Why it ended")
    expires_at: datetime = column("Until when it is decided, or, once prepared, until when the file is kept")


@strawberry.type(description="An export that was blocked because of its size (导出拦截告警)")
class FormExportAlarm:
    """An alarm."""

    scope: str = column("Division that it was to be over")
    form_version: FormVersion | None = load_one(
        form_client.FORM_VERSIONS, key="form_version_id", description="Of which form"
    )
    rows_counted: int = column("Rows that were to leave")
    rows_max: int = column("Rows that may")
    subject: str = column("Who tried")
    role: str = column("In which role")
    raised_at: datetime = column("When")


@strawberry.type(description="Whence an exported row came, by its check (水印溯源)")
class FormExportTrace:
    """A trace."""

    export: FormExport | None = load_one(form_client.FORM_EXPORTS, key="export_id", description="The export")
    row_number: int = column("Number of the row in it, from 1")
    is_unaltered: bool | None = column("Whether the cells given are those that were exported; null without cells")
