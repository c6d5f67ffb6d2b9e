"""Acts on forms and their exports: inputs and payloads."""

from datetime import date

import strawberry

from gateway.residents import form_client
from gateway.residents.form_statuses import (
    FormColumnFormat,
    FormExportFormat,
    FormExportPurpose,
    FormFilter,
    FormSource,
    FormUnit,
)
from gateway.residents.form_types import FormExport, FormVersion
from gateway.shared.acts import Act, Payload
from gateway.upstream.commands import command, entry
from gateway.upstream.fields import answered

VERSION = "The version of a form"
EXPORT = "The export"


@strawberry.type(description="What came of an act on a form (表单操作结果)")
class FormPayload(Payload):
    """A payload with a version."""

    form_version: FormVersion | None = answered(
        form_client.FORM_VERSIONS, "form_version", "The version as it is now; null when the act was refused"
    )


@strawberry.input(description="A column of a draft (表单列)")
class FormColumnInput:
    """A column."""

    header: str = entry("What stands above it, 1 to 30 characters, each once")
    source_column: str = entry("A column of the source")
    format: FormColumnFormat = entry("How values are written")


@strawberry.input(description="Draft the next version of a form (起草表单)")
class FormDraftInput(Act):
    """Draft."""

    code: str = entry("The form's code: 3 to 40 capital letters, digits and _")
    title: str = entry("Title in Chinese")
    title_english: str = entry("Title in English")
    office: str = entry("The office it is for")
    source: FormSource = entry("Which records it is a view over")
    unit: FormUnit = entry("What a row stands for")
    columns: list[FormColumnInput] = entry("The columns in their order")
    filters: list[FormFilter] | None = entry("By what its rows may be narrowed", optional=True)


@strawberry.type(description="What came of a draft (起草结果)")
class FormDraftPayload(FormPayload):
    """Draft."""


@strawberry.input(description="Bring a draft into use, as another person than its drafter (启用表单)")
class FormActivateInput(Act):
    """Activate."""

    id: strawberry.ID = entry(VERSION, of="FormVersion")


@strawberry.type(description="What came of an activation (启用结果)")
class FormActivatePayload(FormPayload):
    """Activate."""


@strawberry.input(description="Take a form out of use (停用表单)")
class FormRetireInput(Act):
    """Retire."""

    id: strawberry.ID = entry(VERSION, of="FormVersion")


@strawberry.type(description="What came of a retirement (停用结果)")
class FormRetirePayload(FormPayload):
    """Retire."""


@strawberry.type(description="What came of an act on an export (导出操作结果)")
class FormExportPayload(Payload):
    """A payload with an export."""

    form_export: FormExport | None = answered(
        form_client.FORM_EXPORTS, "form_export", "The export as it is now; null when the act was refused"
    )


@strawberry.input(description="Ask for an export of a form (申请导出)")
class FormExportRequestInput(Act):
    """Request."""

    form_code: str = entry("The form's code")
    version: int | None = entry("The version, which must be in use; the one in use if absent", optional=True)
    scope: str = entry("Division within your scope, 6, 9, 12 or 15 digits")
    from_day: date | None = entry("First day, where the form has days; today if absent", optional=True)
    to_day: date | None = entry("Last day, where the form has days; the first if absent", optional=True)
    record_statuses: list[str] | None = entry("Only records in one of these states", optional=True)
    format: FormExportFormat | None = entry("How the file is written; CSV if absent", optional=True)
    purpose: FormExportPurpose = entry("What it is for")
    reason: str = entry("What it is for, in words, 1 to 200 characters")


@strawberry.type(description="What came of a request (申请结果)")
class FormExportRequestPayload(FormExportPayload):
    """Request."""


@strawberry.input(description="Approve an export, as another person than its requester (批准导出)")
class FormExportApproveInput(Act):
    """Approve."""

    id: strawberry.ID = entry(EXPORT, of="FormExport")
    note: str | None = entry("A remark", optional=True)


@strawberry.type(description="What came of an approval (审批结果)")
class FormExportApprovePayload(FormExportPayload):
    """Approve."""


@strawberry.input(description="Refuse an export, as another person than its requester (驳回导出)")
class FormExportRefuseInput(Act):
    """Refuse."""

    id: strawberry.ID = entry(EXPORT, of="FormExport")
    reason: str = entry("Why")


@strawberry.type(description="What came of a refusal (驳回结果)")
class FormExportRefusePayload(FormExportPayload):
    """Refuse."""


@strawberry.input(description="Withdraw an export; its file is forgotten (撤回导出)")
class FormExportCancelInput(Act):
    """Cancel."""

    id: strawberry.ID = entry(EXPORT, of="FormExport")
    reason: str = entry("Why")


@strawberry.type(description="What came of a withdrawal (撤回结果)")
class FormExportCancelPayload(FormExportPayload):
    """Cancel."""


@strawberry.type
class FormsMutation:
    """Each is one command of the service."""

    form_draft: FormDraftPayload | None = command(
        form_client.DRAFT_FORM, FormDraftInput, "form_version", "Draft the next version of a form"
    )
    form_activate: FormActivatePayload | None = command(
        form_client.ACTIVATE_FORM, FormActivateInput, "form_version", "Bring a draft into use; the one before retires"
    )
    form_retire: FormRetirePayload | None = command(
        form_client.RETIRE_FORM, FormRetireInput, "form_version", "Take a form out of use"
    )
    form_export_request: FormExportRequestPayload | None = command(
        form_client.REQUEST_EXPORT, FormExportRequestInput, "form_export", "Ask for an export; another person decides"
    )
    form_export_approve: FormExportApprovePayload | None = command(
        form_client.APPROVE_EXPORT, FormExportApproveInput, "form_export", "Approve an export; it is then prepared"
    )
    form_export_refuse: FormExportRefusePayload | None = command(
        form_client.REFUSE_EXPORT, FormExportRefuseInput, "form_export", "Refuse an export"
    )
    form_export_cancel: FormExportCancelPayload | None = command(
        form_client.CANCEL_EXPORT, FormExportCancelInput, "form_export", "Withdraw an export at any time"
    )
