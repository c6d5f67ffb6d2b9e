"""Refusals that the gateway makes itself."""

from chassis.errors import BadInput, Busy, Conflict, Forbidden, Problem, TooLarge


class IdMalformed(BadInput):
    """This is no id of this schema.
    这不是有效的编号。
    """


class IdOfAnotherType(BadInput):
    """The id belongs to a {found}, not to a {expected}.
    该编号属于 {found}，而不是 {expected}。
    """


class PageAmbiguous(BadInput):
    """Ask for a page by first and after, or by last and before, not by both.
    请用 first/after 或 last/before 之一分页，不可同时使用。
    """


class DocumentUnparsable(Problem):
    """The GraphQL document cannot be parsed: {rule}
    GraphQL 文档无法解析：{rule}
    """


class DocumentInvalid(Problem):
    """The GraphQL document does not fit the schema: {rule}
    GraphQL 文档与模式不符：{rule}
    """


class DocumentTooLarge(TooLarge):
    """The GraphQL document exceeds a limit: {rule}
    GraphQL 文档超出限制：{rule}
    """


class VariablesInvalid(Problem):
    """The variables do not fit the operation: {rule}
    变量与操作不符：{rule}
    """


class RequestMalformed(Problem):
    """The GraphQL request cannot be read: {rule}.
    GraphQL 请求无法读取：{rule}。
    """


class RequestTooLarge(TooLarge):
    """A request body holds at most {limit} bytes.
    请求体最多 {limit} 字节。
    """


class PreflightRequired(Forbidden):
    """Send a header that a foreign page cannot: Authorization or GraphQL-Require-Preflight.
    请携带跨站页面无法设置的请求头：Authorization 或 GraphQL-Require-Preflight。
    """


class MethodMayNot(Problem):
    """A {kind} is not sent by {method}.
    不能用 {method} 发送 {kind}。
    """

    status = 405


class MediaTypeUnknown(Problem):
    """Send application/json.
    请以 application/json 发送。
    """

    status = 415


class NothingAcceptable(Problem):
    """Answers come as application/graphql-response+json, application/json or text/event-stream.
    响应类型仅支持 application/graphql-response+json、application/json 或 text/event-stream。
    """

    status = 406


class CursorExpired(Conflict):
    """The cursor is older than {hours} hours: load the list again, then subscribe without it.
    游标已超过 {hours} 小时：请重新加载列表，再不带游标订阅。
    """


class SubscriptionsTooMany(Busy):
    """A connection carries at most {limit} operations at a time.
    每个连接最多同时进行 {limit} 个操作。
    """


class Overloaded(Busy):
    """More is asked than can be answered now; try again shortly.
    当前请求过多，请稍后重试。
    """


class ServiceAnswerUnusable(Busy):
    """The service {service} gave an answer that cannot be used.
    {service} 服务的响应无法使用。
    """


class UploadAsBody(Problem):
    """Send the file itself as the request's body, with Content-Type: text/csv.
    请将文件内容直接作为请求体发送（Content-Type: text/csv）。
    """

    status = 415
