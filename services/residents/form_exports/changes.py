"""What history and facts tell of an export."""

from uuid import UUID

from chassis.facts import Fact
from chassis.history import Change
from services.residents.form_exports.model import Export, ExportStatus

KIND = "form_export"


def change(export: Export, act: str, after: ExportStatus, *, reason: str | None = None, **values: object) -> Change:
    """Return the history's entry of a change to an export."""
    return changed(export.id, export.scope, act, export.status, after, reason=reason, **values)


def changed(
    export_id: UUID,
    scope: str,
    act: str,
    before: ExportStatus | None,
    after: ExportStatus,
    *,
    reason: str | None = None,
    **values: object,
) -> Change:
    """Return the history's entry of a change, by the export's id."""
    earlier = None if before is None else {"status": before.value}
    return Change(KIND, export_id, scope, act, earlier, {"status": after.value, **values}, reason)


def fact_of(export_id: UUID, scope: str, status: ExportStatus) -> Fact:
    """Return the fact that an export stands elsewhere."""
    return Fact("form_export_changed", scope, {"export_id": str(export_id), "status": status.value})
