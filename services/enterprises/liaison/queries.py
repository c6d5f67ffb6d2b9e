"""What liaison asks the database."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.enterprises.operation.model import OperationStatus

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class LiaisonTeamRow:
    """A team 组团联企 that answers for a set of enterprises."""

    id: UUID
    name: str
    phone: str
    leader_name: str
    division_code: str


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """An enterprise a team answers for."""

    id: UUID
    credit_code: str
    name: str
    operation_status: OperationStatus


liaison_teams_by_id = statements.one_each("liaison_teams_by_id", LiaisonTeamRow)
portfolio_of_teams = statements.page_each("portfolio_of_teams", PortfolioRow, order=("id uuid",))


@statements.query
async def leader_of_team(db: Transaction, *, district_code: str, team_id: UUID | None) -> str | None:
    """Return who leads a team."""


@statements.query
async def load_teams(db: Transaction, *, rows: list[dict[str, Any]]) -> None:
    """Store teams, or what changed of them."""


statements.check()
