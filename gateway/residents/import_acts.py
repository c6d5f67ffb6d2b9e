"""Acts on lists of returnees and on probable matches: inputs, payloads and the commands."""

import strawberry

from gateway.residents import client, import_client
from gateway.residents.import_types import ReturneeListImport
from gateway.residents.screening_types import Returnee
from gateway.shared.acts import Act, Payload
from gateway.upstream.commands import command, entry
from gateway.upstream.fields import answered

IMPORT = "returnee_list_import"


@strawberry.input
class ImportStep(Act):
    """A step of an import."""

    id: strawberry.ID = entry("The import", of="ReturneeListImport")


@strawberry.type
class ImportPayload(Payload):
    """A payload with an import."""

    returnee_list_import: ReturneeListImport | None = answered(
        client.IMPORTS, IMPORT, "The import as it is now; null when the act was refused"
    )


@strawberry.input
class MatchStep(Act):
    """A decision about a match."""

    id: strawberry.ID = entry("The returnee", of="Returnee")


@strawberry.type
class MatchPayload(Payload):
    """A payload with a returnee."""

    returnee: Returnee | None = answered(
        client.RETURNEES, "returnee", "The returnee as it is now; null when the act was refused"
    )


@strawberry.input(description="Stop an import that waits or runs (取消导入)")
class ReturneeListImportCancelInput(ImportStep):
    """Cancel."""


@strawberry.type(description="What came of it (取消导入结果)")
class ReturneeListImportCancelPayload(ImportPayload):
    """Cancel."""


@strawberry.input(description="Run a failed import again (重试导入)")
class ReturneeListImportRetryInput(ImportStep):
    """Retry."""


@strawberry.type(description="What came of it (重试导入结果)")
class ReturneeListImportRetryPayload(ImportPayload):
    """Retry."""


@strawberry.input(description="Say which candidate a returnee is (确认匹配)")
class ReturneeMatchConfirmInput(MatchStep):
    """Confirm."""

    resident_id: strawberry.ID = entry("The candidate", of="Resident")


@strawberry.type(description="What came of a confirmation (确认匹配结果)")
class ReturneeMatchConfirmPayload(MatchPayload):
    """Confirm."""


@strawberry.input(description="Say that a returnee is none of the candidates (否定匹配)")
class ReturneeMatchRejectInput(MatchStep):
    """Reject."""


@strawberry.type(description="What came of a rejection (否定匹配结果)")
class ReturneeMatchRejectPayload(MatchPayload):
    """Reject."""


@strawberry.input(description="Register a returnee whom the roster does not know (返回人员登记入册)")
class ReturneeEnterRosterInput(MatchStep):
    """Enter."""


@strawberry.type(description="What came of it (登记入册结果)")
class ReturneeEnterRosterPayload(MatchPayload):
    """Enter."""


@strawberry.type
class ImportsMutation:
    """Each is one command of the service."""

    returnee_list_import_cancel: ReturneeListImportCancelPayload | None = command(
        import_client.CANCEL_IMPORT, ReturneeListImportCancelInput, IMPORT, "Stop an import; the rows stored stay"
    )
    returnee_list_import_retry: ReturneeListImportRetryPayload | None = command(
        import_client.RETRY_IMPORT, ReturneeListImportRetryInput, IMPORT, "Let a failed import go on where it stood"
    )
    returnee_match_confirm: ReturneeMatchConfirmPayload | None = command(
        import_client.CONFIRM_MATCH, ReturneeMatchConfirmInput, "returnee", "Decide that a returnee is a candidate"
    )
    returnee_match_reject: ReturneeMatchRejectPayload | None = command(
        import_client.REJECT_MATCH, ReturneeMatchRejectInput, "returnee", "Decide that a returnee is no candidate"
    )
    returnee_enter_roster: ReturneeEnterRosterPayload | None = command(
        import_client.ENTER_ROSTER, ReturneeEnterRosterInput, "returnee", "Register a returnee at the destination"
    )
