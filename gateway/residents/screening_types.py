"""Screening tasks, returnees and their lists, risk regions."""

from datetime import date, datetime

import strawberry

from gateway.residents import client
from gateway.residents.statuses import (
    ReturneeListImportStatus,
    RiskLevel,
    ScreeningTaskReason,
    ScreeningTaskStatus,
)
from gateway.residents.types import Resident
from gateway.shared.types import Connection, Node
from gateway.upstream.fields import column, global_id, load_one, load_page


@strawberry.type(description="A region from which infection is feared (风险地区)")
class RiskRegion(Node):
    """Declared for the whole district."""

    id: strawberry.ID = global_id()
    code: str = column("Province, prefecture or county, 6 digits")
    level: RiskLevel = column("How risky")
    valid_from: date = column("First day")
    valid_to: date | None = column("Last day; null while open")


@strawberry.type(description="Something to find out about one person (排查任务)")
class ScreeningTask(Node):
    """The grid worker's work."""

    id: strawberry.ID = global_id()
    status: ScreeningTaskStatus = column("Where it stands")
    reason: ScreeningTaskReason = column("Why")
    due_at: datetime = column("Until when")
    resident: Resident | None = load_one(
        client.RESIDENT_BY_ID, key="resident_id", description="Whom it is about, when known in the roster"
    )
    returnee: "Returnee | None" = load_one(client.RETURNEES, key="returnee_id", description="The return that caused it")


@strawberry.type(description="Somebody who comes back from elsewhere (返回人员)")
class Returnee(Node):
    """A return."""

    id: strawberry.ID = global_id()
    origin_code: str = column("Where from, 6 digits")
    arrives_on: date = column("Day of arrival")
    resident: Resident | None = load_one(
        client.RESIDENT_BY_ID, key="resident_id", description="Who it is, when matched with the roster"
    )
    screening_task: ScreeningTask | None = load_one(
        client.TASKS, key="screening_task_id", description="The task it led to"
    )


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
    status: ReturneeListImportStatus = column("Where it stands")
    version: int | None = column("Version of the list")
    rows_read: int = column("Rows read")
    rows_stored: int = column("Rows stored")
    rows_refused: int = column("Rows refused")
    refusals: Connection[ReturneeListRefusal] | None = load_page(
        client.REFUSALS_OF_IMPORT, key="id", description="The refused rows, by line"
    )
