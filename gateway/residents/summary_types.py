"""What a board shows of a division, put together from three services."""

from typing import Any

import strawberry

from gateway.checkpoints import client as gates
from gateway.enterprises import client as firms
from gateway.residents import client as people
from gateway.upstream.declare import Endpoint
from gateway.upstream.fields import column, load_value


def count(endpoint: Endpoint, name: str, description: str) -> Any:
    """Return a number of one service, null while the service is away."""
    return load_value(endpoint, key="code", column=name, description=description)


@strawberry.type(
    description="What a board shows of a division; a service's numbers are null while it is away (辖区汇总)"
)
class DivisionSummary:
    """Counts from three services."""

    code: str = column("The division")
    residents: int | None = count(people.DIVISION_SUMMARIES, "residents", "Residents 居民")
    households: int | None = count(people.DIVISION_SUMMARIES, "households", "Households 户")
    quarantine_orders_in_force: int | None = count(
        people.DIVISION_SUMMARIES, "quarantine_orders_in_force", "Quarantine orders in force 隔离中"
    )
    health_checks_missed_today: int | None = count(
        people.DIVISION_SUMMARIES, "health_checks_missed_today", "Health checks missed today 今日漏打卡"
    )
    screening_tasks_open: int | None = count(
        people.DIVISION_SUMMARIES, "screening_tasks_open", "Screening tasks not closed 未办结排查任务"
    )
    grid_events_open: int | None = count(
        people.DIVISION_SUMMARIES, "grid_events_open", "Grid events not closed 未办结网格事件"
    )
    checkpoints: int | None = count(gates.DIVISION_SUMMARIES, "checkpoints", "Checkpoints 卡口")
    checkpoints_with_gap: int | None = count(
        gates.DIVISION_SUMMARIES, "checkpoints_with_gap", "Checkpoints with too few people on duty 缺岗卡口"
    )
    passages_today: int | None = count(gates.DIVISION_SUMMARIES, "passages_today", "Passages today 今日通行")
    passages_turned_back_today: int | None = count(
        gates.DIVISION_SUMMARIES, "passages_turned_back_today", "Passages turned back today 今日劝返"
    )
    enterprises: int | None = count(firms.DIVISION_SUMMARIES, "enterprises", "Enterprises 企业")
    enterprises_resumed: int | None = count(
        firms.DIVISION_SUMMARIES, "enterprises_resumed", "Enterprises at work again 已复工企业"
    )
