"""Lists of returnees: what came of an upload, and how two versions of a list differ."""

from datetime import datetime

import strawberry

from gateway.residents import client, import_client
from gateway.residents.screening_types import Returnee
from gateway.residents.statuses import ReturneeListColumn, ReturneeListImportStatus
from gateway.shared.types import Connection, Node
from gateway.upstream.fields import column, global_id, load_one, load_page

RETURNEE = "Who comes back; null outside your scope"


@strawberry.type(description="A row of a list that was not stored (未入库行)")
class ReturneeListRefusal:
    """Where and why."""

    line: int = column("Line of the file, the header being 1")
    field: str | None = column("Column of the file; null for the whole row")
    code: str = column("Stable name of the reason")
    message: str = column("Sentence for the person")


@strawberry.type(description="A list of returnees as uploaded (返回人员名单导入)")
class ReturneeListImport(Node):
    """Rows read = rows stored + rows refused."""

    id: strawberry.ID = global_id()
    list_name: str = column("Name of the list")
    status: ReturneeListImportStatus = column("Where it stands")
    version: int | None = column("Version of the list")
    lines_done: int = column("Lines of the file done so far")
    bytes_done: int = column("Bytes of the file done so far")
    content_bytes: int = column("Bytes of the file")
    rows_read: int = column("Rows read")
    rows_stored: int = column("Rows stored")
    rows_refused: int = column("Rows refused")
    uploaded_at: datetime = column("When it was uploaded")
    started_at: datetime | None = column("When its first row was read")
    finished_at: datetime | None = column("When it ended")
    expected_end_at: datetime | None = column("When it will have ended, by the time taken so far; null unless it runs")
    failure_code: str | None = column("Stable name of why it failed")
    failure_message: str | None = column("Sentence that says why it failed")
    refusals: Connection[ReturneeListRefusal] | None = load_page(
        client.REFUSALS_OF_IMPORT, key="id", description="The refused rows, by line"
    )


@strawberry.type(description="Somebody who stands in one of two versions of a list only (名单增减人员)")
class ReturneeListPerson:
    """A person and the first line of the version."""

    line: int = column("Line of the version that names the person")
    returnee: Returnee | None = load_one(client.RETURNEES, key="returnee_id", description=RETURNEE)


@strawberry.type(description="Somebody of whom two versions of a list say different things (名单变更人员)")
class ReturneeListPersonChanged:
    """A person, the lines, and the columns that differ."""

    line: int = column("Line of the newer version")
    from_line: int = column("Line of the older version")
    fields: list[ReturneeListColumn] = column("The columns that differ")
    returnee: Returnee | None = load_one(client.RETURNEES, key="returnee_id", description=RETURNEE)
    returnee_before: Returnee | None = load_one(
        client.RETURNEES, key="from_returnee_id", description="The return as the older version tells of it"
    )


@strawberry.type(description="How two versions of a list differ, person by person (名单差异)")
class ReturneeListDifference:
    """Rows that could not be read as a person's count as refused on their side, so that nobody is lost unseen."""

    from_import: ReturneeListImport | None = load_one(
        client.IMPORTS, key="from_id", description="The version to compare with"
    )
    to_import: ReturneeListImport | None = load_one(
        client.IMPORTS, key="to_id", description="The version that is compared"
    )
    added_count: int = column("How many people only the second version names")
    gone_count: int = column("How many people only the first version names; what follows is a person's decision")
    changed_count: int = column("Of how many people they say different things")
    unchanged_count: int = column("Of how many people they say the same")
    refused_before: int = column("Rows refused in the first version")
    refused_after: int = column("Rows refused in the second version")
    added: Connection[ReturneeListPerson] | None = load_page(
        import_client.ADDED, key="pair", description="Whom only the second version names, by its lines"
    )
    gone: Connection[ReturneeListPerson] | None = load_page(
        import_client.GONE, key="pair", description="Whom only the first version names, by its lines"
    )
    changed: Connection[ReturneeListPersonChanged] | None = load_page(
        import_client.CHANGED, key="pair", description="Of whom they say different things, by the second one's lines"
    )
