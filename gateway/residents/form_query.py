"""What clients ask of forms and their exports."""

from datetime import date

import strawberry

from gateway.residents import form_client
from gateway.residents.form_statuses import FormExportStatus
from gateway.residents.form_types import Form, FormExport, FormExportAlarm, FormExportTrace, FormRow, FormVersion
from gateway.residents.query import by_id
from gateway.shared.types import SCOPE, Connection
from gateway.upstream.declare import Argument, Load
from gateway.upstream.fields import declared, load_one, load_page

CODE = Argument("code", str, "The form's code")
VERSION = Argument("version", int | None, "Number of a version; the one in use if absent")
CHECK = Argument("check", str, "The check 校验 of the row: 32 letters and digits")
CELLS = Argument("cells", list[str] | None, "The cells of the row in their order, without the check")


@strawberry.type
class FormsQuery:
    """Each is one load."""

    forms: Connection[Form] | None = load_page(
        form_client.FORMS_OF_SCOPE, key=Argument("scope", str, SCOPE), description="The district's forms, by code"
    )
    form: FormVersion | None = declared(
        Load(form_client.FORM_VERSION_OF_CODE, CODE, arguments=(VERSION,)), "A version of a form", (CODE, VERSION)
    )
    form_rows: Connection[FormRow] | None = load_page(
        form_client.FORM_ROWS,
        key=Argument("scope", str, SCOPE),
        arguments=(
            CODE,
            VERSION,
            Argument("from_day", date | None, "First day, where the form has days; today if absent"),
            Argument("to_day", date | None, "Last day, where the form has days; the first if absent"),
            Argument("record_statuses", list[str] | None, "Only records in one of these states"),
        ),
        description="The rows of a form as the records are now, within your scope",
    )
    form_export: FormExport | None = load_one(
        form_client.FORM_EXPORTS, key=by_id("FormExport"), description="An export over a part of your scope"
    )
    form_exports: Connection[FormExport] | None = load_page(
        form_client.FORM_EXPORTS_OF_SCOPE,
        key=Argument("scope", str, SCOPE),
        arguments=(Argument("status", list[FormExportStatus] | None, "Only exports in one of these states"),),
        description="Exports over parts of your scope, the latest first",
    )
    form_export_alarms: Connection[FormExportAlarm] | None = load_page(
        form_client.FORM_EXPORT_ALARMS_OF_SCOPE,
        key=Argument("scope", str, SCOPE),
        description="Exports that were blocked because of their size, the latest first",
    )
    export_trace: FormExportTrace | None = declared(
        Load(form_client.FORM_EXPORT_TRACES, CHECK, arguments=(CELLS,)),
        "Whence a leaked row came, for auditors; null for a check that was not made here",
        (CHECK, CELLS),
    )
