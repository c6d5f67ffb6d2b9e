"""Unmasking 脱敏还原: whose numbers may be shown in clear, to whom, and what for."""

from collections.abc import Sequence
from enum import StrEnum

from chassis.auth import PURPOSES, Viewer
from chassis.errors import FieldMissing, PurposeRequired
from services.residents.access import FIELD_STAFF

WHAT = "resident_unmask"


class UnmaskField(StrEnum):
    """A number that is stored encrypted and shown masked."""

    DOCUMENT_NUMBER = "DOCUMENT_NUMBER"
    PHONE = "PHONE"


def check_unmasking(viewer: Viewer, fields: Sequence[UnmaskField], purpose: str | None) -> tuple[str, str]:
    """Return the purpose and what the read log says; raise RoleMayNot, PurposeRequired, StepUpRequired, FieldMissing.

    Only who works with the person may, for a purpose of the closed list, and right after a second factor.
    """
    viewer.require_role(*FIELD_STAFF)
    if purpose not in PURPOSES:
        raise PurposeRequired(path=("purpose",))
    viewer.require_step_up()
    if not fields:
        raise FieldMissing(path=("fields",), field="fields")
    return purpose, ":".join([WHAT, *sorted(set(fields))])
