"""Problems: refusals meant for the person who asked, the same across every hop.

A Problem's class name is its code. Its docstring is the message: the first line in English, the
second in Chinese, with `{names}` filled from the keyword arguments. It travels as RFC 9457
problem+json between processes and as a `userErrors` entry in GraphQL.

    Problem
    |- BadInput         422  what was sent breaks a rule
    |- Unauthenticated  401  the caller is not known
    |- Forbidden        403  the caller is known and may not
    |- NotFound         404  there is no such thing within the caller's scope
    |- Conflict         409  it does not fit the state things are in
    |- TooLarge         413  more than the limit
    |- TooMany          429  more than one may in this time
    |- Busy             503  try again later
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from chassis.language import Said

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """The request was refused.
    请求被拒绝。
    """

    status: ClassVar[int] = 400
    retry_after_ms: int | None = None

    def __init__(self, *, path: Sequence[str] = (), **facts: object) -> None:
        super().__init__(type(self).__name__)
        self.path = tuple(path)
        self.facts = facts

    @property
    def code(self) -> str:
        """Return the stable name that clients compare with."""
        return type(self).__name__

    def message(self, language: str = "en") -> str:
        """Return the sentence for the person, in `en` or `zh`."""
        english, chinese = messages(type(self))
        facts = {k: getattr(v, language) if isinstance(v, Said) else v for k, v in self.facts.items()}
        return (chinese if language == "zh" else english).format(**facts)

    def at(self, *path: str) -> "Problem":
        """Return the same problem, placed under a path of the input."""
        self.path = (*path, *self.path)
        return self


class BadInput(Problem):
    """What was sent breaks a rule.
    提交的内容不符合规则。
    """

    status = 422


class Unauthenticated(Problem):
    """Sign in first.
    请先登录。
    """

    status = 401


class Forbidden(Problem):
    """You may not do this.
    您无权进行此操作。
    """

    status = 403


class NotFound(Problem):
    """There is no such thing within your scope.
    在您的权限范围内没有找到。
    """

    status = 404


class Conflict(Problem):
    """This does not fit the current state.
    与当前状态不符。
    """

    status = 409


class TooLarge(Problem):
    """This is larger than the limit.
    超出大小限制。
    """

    status = 413


class TooMany(Problem):
    """This is more than you may do in this time.
    超出该时段内允许的次数。
    """

    status = 429


class Busy(Problem):
    """Too much is under way; try again shortly.
    系统繁忙，请稍后再试。
    """

    status = 503
    retry_after_ms = 1_000


class FieldMissing(BadInput):
    """{field} is required.
    缺少必填项 {field}。
    """


class FieldMalformed(BadInput):
    """{field} does not have the right form: {rule}.
    {field} 的格式不正确：{rule}。
    """


class CursorUnknown(BadInput):
    """The cursor does not belong to this list.
    游标不属于该列表。
    """


class PageTooLong(BadInput):
    """A page holds between 1 and {limit} rows.
    每页行数须在 1 到 {limit} 之间。
    """


class TooManyIds(BadInput):
    """One request asks for at most {limit} ids.
    一次请求最多查询 {limit} 个编号。
    """


class FieldUnknown(BadInput):
    """There is no field {field}.
    没有字段 {field}。
    """


class TokenMissing(Unauthenticated):
    """The request carries no token.
    请求未携带令牌。
    """


class TokenInvalid(Unauthenticated):
    """The token is not valid: {rule}.
    令牌无效：{rule}。
    """


class TokenExpired(Unauthenticated):
    """The token has expired.
    令牌已过期。
    """


class TokenForAnotherAudience(Unauthenticated):
    """The token was issued for another audience.
    令牌的受众不是本系统。
    """


class RoleMayNot(Forbidden):
    """The role {role} may not do this.
    角色 {role} 无权进行此操作。
    """


class OutOfScope(Forbidden):
    """{code} is outside your scope.
    {code} 不在您的权限范围内。
    """


class PurposeRequired(Forbidden):
    """Say what this look-up is for (header X-Purpose).
    请说明查询目的（请求头 X-Purpose）。
    """


class IdempotencyKeyRequired(BadInput):
    """Every command needs an idempotency key of 1 to 200 characters.
    每个操作都需要幂等键（1 至 200 个字符）。
    """


class IdempotencyKeyReused(BadInput):
    """This idempotency key was used with another request.
    该幂等键已用于另一请求。
    """


class CommandInFlight(Conflict):
    """The same command is still under way.
    相同的操作正在进行中。
    """

    retry_after_ms = 500


class DeadlineExceeded(Busy):
    """The answer would have come too late.
    处理超时。
    """


class ServiceUnavailable(Busy):
    """The service {service} cannot answer now.
    {service} 服务暂时不可用。
    """


class Relayed(Problem):
    """A problem that another process raised, as it was received."""

    def __init__(self, document: "ProblemDocument") -> None:
        super().__init__(path=document.path)
        self.document = document
        self.retry_after_ms = document.retry_after_ms

    @property
    def code(self) -> str:
        """Return the code as the other process named it."""
        return self.document.code

    def message(self, language: str = "en") -> str:
        """Return the sentence as it was received."""
        return self.document.detail


class AnsweredBefore(Exception):
    """The command has been carried out; this is its answer."""

    def __init__(self, answer: bytes, status: int) -> None:
        super().__init__()
        self.answer, self.status = answer, status


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem as it travels (RFC 9457, with `code`, `path` and `retry_after_ms` of ours)."""

    code: str
    status: int
    detail: str
    title: str = ""
    type: str = "about:blank"
    path: tuple[str, ...] = ()
    retry_after_ms: int | None = None


def document(problem: Problem, language: str) -> ProblemDocument:
    """Return the problem as it travels, in the caller's language."""
    return ProblemDocument(
        code=problem.code,
        status=problem.document.status if isinstance(problem, Relayed) else problem.status,
        detail=problem.message(language),
        title=problem.code,
        type=f"urn:problem:{problem.code}",
        path=problem.path,
        retry_after_ms=problem.retry_after_ms,
    )


def messages(kind: type[Problem]) -> tuple[str, str]:
    """Return the English and the Chinese sentence of a problem."""
    lines = [line.strip() for line in (kind.__doc__ or "").strip().splitlines() if line.strip()]
    return lines[0], lines[-1]


def codes(kind: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """Yield every problem that is not merely a family (families are named by this module)."""
    for child in kind.__subclasses__():
        if child not in FAMILIES:
            yield child
        yield from codes(child)


FAMILIES = (BadInput, Unauthenticated, Forbidden, NotFound, Conflict, TooLarge, TooMany, Busy, Relayed)
