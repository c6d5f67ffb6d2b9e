"""Showing a person's numbers in clear: input and payload."""

from enum import Enum

import strawberry

from gateway.residents.audit_types import LookUpPurpose
from gateway.shared.acts import Act, Payload
from gateway.shared.types import value
from gateway.upstream.commands import entry
from gateway.upstream.fields import column


@strawberry.enum(description="A number that is shown masked (脱敏字段)")
class UnmaskField(Enum):
    """Numbers."""

    DOCUMENT_NUMBER = value("DOCUMENT_NUMBER", "Number of the document 证件号码")
    PHONE = value("PHONE", "Phone number 手机号码")


@strawberry.input(description="Show a person's numbers in clear (脱敏还原)")
class ResidentUnmaskInput(Act):
    """Unmask. The same key again shows and logs again: nothing of the answer is kept."""

    id: strawberry.ID = entry("The resident", of="Resident")
    fields: list[UnmaskField] = entry("Which numbers")
    purpose: LookUpPurpose | None = entry("What for; without it, the header X-Purpose counts", optional=True)


@strawberry.type(description="A person's numbers in clear (明文号码)")
class UnmaskedResident:
    """What was not asked for, or is not there, is null."""

    document_kind: str | None = column("Kind of the document")
    document_number: str | None = column("Number of the document")
    phone: str | None = column("Phone number")


@strawberry.type(description="What came of an unmasking (脱敏还原结果)")
class ResidentUnmaskPayload(Payload):
    """Unmask."""

    unmasked: UnmaskedResident | None = column("The numbers; null when refused")
