"""Screening rounds, and how far they are in each division."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.residents import client
from gateway.residents.screening_statuses import ScreeningRoundStatus
from gateway.shared.types import SCOPE, Node
from gateway.upstream.declare import Argument
from gateway.upstream.fields import column, global_id, load_one

if TYPE_CHECKING:
    from gateway.residents.division_types import Division

DivisionLater = Annotated["Division", strawberry.lazy("gateway.residents.division_types")]


@strawberry.type(description="How far a screening round is in a division (排查进度)")
class ScreeningProgress:
    """A division's numbers are the sum of its grids', at every level and at every moment."""

    code: str = column("The division")
    planned: int = column("Households to ask 应排查户数")
    reached: int = column("Households where somebody was reached 已联系户数")
    verified: int = column("Households of which everything is known 已核实户数")
    refused: int = column("Households that refused to answer 拒绝户数")
    not_here: int = column("Households of which nobody is here 不在户数")
    overdue: int = column("Households that were not verified in time 逾期户数")
    division: DivisionLater | None = load_one(client.DIVISIONS, key="code", description="The division")
    round: "ScreeningRound | None" = load_one(client.ROUNDS, key="round_id", description="The round")


@strawberry.type(description="Every household of a scope is asked once (排查轮次)")
class ScreeningRound(Node):
    """A round."""

    id: strawberry.ID = global_id()
    title: str = column("What it is called")
    reason: str = column("Why it is done")
    status: ScreeningRoundStatus = column("Where it stands")
    question_set_version: int = column("Version of the questions")
    due_at: datetime = column("Until when everybody has been asked")
    opened_at: datetime = column("When it was opened")
    ready_at: datetime | None = column("When all its tasks had been written")
    ended_at: datetime | None = column("When it was closed or cancelled")
    end_reason: str | None = column("Why it was cancelled")
    scope: DivisionLater | None = load_one(client.DIVISIONS, key="scope_code", description="Whose households are asked")
    progress: ScreeningProgress | None = load_one(
        client.PROGRESS_OF_ROUND,
        key="id",
        arguments=(Argument("code", str | None, f"{SCOPE}; the round's own scope if absent"),),
        description="How far it is; null above your own scope, where you would see a part of the whole",
    )
