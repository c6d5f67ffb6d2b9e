"""Types that every domain uses."""

from enum import Enum
from typing import Any, Generic, TypeVar

import strawberry

from gateway.problem_codes import ProblemCode
from gateway.upstream.fields import column, derived, edges_of_page
from gateway.upstream.resolve import TYPENAME

T = TypeVar("T")


@strawberry.interface(description="Whatever has a global id (对象)")
class Node:
    """Found by `node(id)`."""

    id: strawberry.ID = column("Global id, opaque")

    @classmethod
    def resolve_type(cls, row: Any, _info: Any, _abstract: Any) -> str:
        """Return the type that the id named."""
        return str(row[TYPENAME])

    @classmethod
    def is_type_of(cls, _row: Any, _info: Any) -> bool:
        """Accept: rows are plain dictionaries, and their type is known from where they were asked."""
        return True


@strawberry.type(description="What lies around a page (分页信息)")
class PageInfo:
    """Relay's page information."""

    has_next_page: bool = column("Whether there are rows after the page")
    has_previous_page: bool = column("Whether there are rows before the page")
    start_cursor: str | None = column("Cursor of the first row")
    end_cursor: str | None = column("Cursor of the last row; `after` continues from it")


@strawberry.type(description="A row of a page with its cursor (分页条目)")
class Edge(Generic[T]):
    """Relay's edge."""

    cursor: str = column("Opaque; `after` and `before` take it")
    node: T = column("The row")


@strawberry.type(description="A page of a list (分页列表)")
class Connection(Generic[T]):
    """Relay's connection, with the rows beside the edges."""

    nodes: list[T] = column("The rows")
    edges: list[Edge[T]] = edges_of_page()
    page_info: PageInfo = column("What lies around the page")


@strawberry.type(description="Why an act was refused (操作被拒原因)")
class UserError:
    """A refusal that is the caller's business."""

    code: ProblemCode = column("Stable name to compare with")
    message: str = column("Sentence for the person, in the language of Accept-Language")
    path: list[str] = column("Where in the input, from the outside in; empty for the whole")


def value(name: str, description: str) -> Any:
    """Return a described value of an enum."""
    return strawberry.enum_value(name, description=description)


@strawberry.enum(description="What the signed-in person does (角色)")
class ViewerRole(Enum):
    """Roles of tokens."""

    DISTRICT_OFFICER = value("district_officer", "Officer of the district 区工作人员")
    TOWN_OFFICER = value("town_officer", "Officer of a town 镇街工作人员")
    GRID_WORKER = value("grid_worker", "Grid worker 网格员")
    GATE_GUARD = value("gate_guard", "Guard at a checkpoint 卡口值守人员")
    RESIDENT = value("resident", "Resident 居民")
    ENTERPRISE_AGENT = value("enterprise_agent", "Acts for an enterprise 企业经办人")
    REVIEWER = value("reviewer", "Reviews resumption applications 复工审核人")
    AUDITOR = value("auditor", "Reads everything within the scope, changes nothing 审计员")
    OPS = value("ops", "Runs the system, sees no person 运维人员")


@strawberry.type(description="Who is signed in, as the token says (当前用户)")
class Viewer:
    """The caller."""

    name: str = derived("The person's name", lambda _row, context: context.caller.viewer.name)
    role: ViewerRole = derived("What the person does", lambda _row, context: context.caller.viewer.role)
    scopes: list[str] = derived(
        "Division codes or prefixes that the person may see", lambda _row, context: list(context.caller.viewer.scopes)
    )


SCOPE = "A division code or a prefix of one, 6 to 15 digits; narrows what the token allows, never widens it"
KEY = "Yours, 1 to 200 characters: the same key again gets the first answer, and nothing happens twice"
