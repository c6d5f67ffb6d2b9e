"""Merges of two records of one person, as they are explained."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Optional

import strawberry

from gateway.residents import client
from gateway.residents.division_types import Grid
from gateway.shared.types import Node, value
from gateway.upstream.fields import column, global_id, load_one

if TYPE_CHECKING:
    from gateway.residents.types import Resident

ResidentLater = Annotated["Resident", strawberry.lazy("gateway.residents.types")]


@strawberry.enum(description="Why two records are held to be of one person (合并理由)")
class ResidentMergeReason(Enum):
    """Reasons."""

    SAME_DOCUMENT = value("SAME_DOCUMENT", "One document, recorded twice 证件相同")
    SAME_PHONE_AND_NAME = value("SAME_PHONE_AND_NAME", "One phone and one name 手机号和姓名相同")
    RENAMED = value("RENAMED", "The person has another name now 更名")
    REGISTERED_TWICE = value("REGISTERED_TWICE", "Registered in two places 重复登记")
    OTHER = value("OTHER", "Another reason, said in the note 其他，见备注")


@strawberry.enum(description="What a merge moves (合并转移事项)")
class ResidentMergeMoveKind(Enum):
    """Kinds."""

    HOUSEHOLD = value("HOUSEHOLD", "The lost record left its household 住户")
    IDENTITY = value("IDENTITY", "The survivor took over what it lacked 身份信息")
    WARD = value("WARD", "A person in one's care 被监护人")
    PROXY = value("PROXY", "A person one reports for 代报对象")
    QUARANTINE_ORDER = value("QUARANTINE_ORDER", "A quarantine order 隔离单")
    QUARANTINE_ORDER_ENDED = value(
        "QUARANTINE_ORDER_ENDED", "A quarantine order that ended as merged 因合并结束的隔离单"
    )
    SCREENING_TASK = value("SCREENING_TASK", "A screening task 排查任务")
    SCREENING_TASK_CLOSED = value("SCREENING_TASK_CLOSED", "A screening task closed as merged 因合并关闭的排查任务")
    RETURNEE = value("RETURNEE", "A return 返回登记")
    CANDIDACY = value("CANDIDACY", "A probable match of a return 疑似匹配")
    STANDING = value("STANDING", "The health code 健康码")
    EARLIER_MERGE = value("EARLIER_MERGE", "A record merged before 此前并入的记录")


@strawberry.type(description="One thing that a merge moved (合并转移事项说明)")
class ResidentMergeMove:
    """In words."""

    kind: ResidentMergeMoveKind = column("What kind of thing")
    message: str = column("What was moved and from where, in the language of Accept-Language")


@strawberry.type(description="Two records of one person became one (居民档案合并)")
class ResidentMerge(Node):
    """Undoable for a day."""

    id: strawberry.ID = global_id()
    reason: ResidentMergeReason = column("Why they are held to be of one person")
    note: str | None = column("What the officer added")
    merged_by: str = column("Who merged them")
    merged_at: datetime = column("When")
    undoable_until: datetime = column("Until when it can be undone, unless something was built upon it")
    undone_by: str | None = column("Who undid it; null while it holds")
    undone_at: datetime | None = column("When it was undone; null while it holds")
    moves: list[ResidentMergeMove] = column("What was moved, in its order")
    survivor: Optional[ResidentLater] = load_one(  # noqa: UP045
        client.RESIDENT_BY_ID, key="survivor_id", description="The person, by the record that survived"
    )
    lost: Optional[ResidentLater] = load_one(  # noqa: UP045
        client.RESIDENT_BY_ID,
        key="lost_id",
        description="The record that was lost: while the merge holds its id answers the survivor, then itself again",
    )
    lost_grid: Grid | None = load_one(
        client.DIVISIONS, key="lost_division_code", description="The grid of the lost record's home"
    )
