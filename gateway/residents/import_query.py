"""What clients ask of lists of returnees and of probable matches."""

import strawberry

from gateway.residents import client, import_client
from gateway.residents.import_types import ReturneeListDifference, ReturneeListImport
from gateway.residents.query import by_id
from gateway.residents.screening_types import Returnee
from gateway.shared.types import SCOPE, Connection
from gateway.upstream.declare import Argument, Load
from gateway.upstream.fields import declared, load_one, load_page

FROM = Argument("from", strawberry.ID, "The version to compare with", of="ReturneeListImport")
TO = Argument("to", strawberry.ID, "The version that is compared", of="ReturneeListImport")


@strawberry.type
class ImportsQuery:
    """Each is one load."""

    returnee_list_import: ReturneeListImport | None = load_one(
        client.IMPORTS, key=by_id("ReturneeListImport"), description="What came of an uploaded list of returnees"
    )
    returnee_list_difference: ReturneeListDifference | None = declared(
        Load(import_client.DIFFERENCES, TO, arguments=(FROM,)),
        "How two versions of a list differ; null unless you may see both",
        (FROM, TO),
    )
    returnees_to_match: Connection[Returnee] | None = load_page(
        import_client.TO_MATCH_OF_SCOPE,
        key=Argument("scope", str, SCOPE),
        description="Returnees who may be somebody of the roster, for a person's eye; the earliest arrival first",
    )
