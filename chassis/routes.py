"""What a route asks for: the viewer, a transaction in the viewer's scope, a command, the service.

@router.post("/quarantine-orders/{order_id}/release")
async def release(order_id: UUID, command: Annotated[Command, command_of("order_release")]) -> Response:
    ...
    return await answer(command, id=order_id)

add_batch(router, "/residents:batch", queries.residents_by_id)
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import fields
from typing import Annotated, Any, get_type_hints

import msgspec
from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field, create_model, field_validator
from pydantic_core import PydanticCustomError

from chassis.auth import Viewer, session
from chassis.batch import IDS_MAX, NAME, NAMES_MAX, PAGE_SIZE_MAX, Batch, BatchRequest, Kind
from chassis.commands import Command
from chassis.crypto import fingerprint
from chassis.database import Transaction
from chassis.errors import FieldMalformed, IdempotencyKeyRequired, TokenMissing
from chassis.language import language_of
from chassis.service import State


class Body(BaseModel):
    """A command's body: unknown fields, and text that no database stores, are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def storable(cls, value: object) -> object:
        """Refuse text with NUL or half a character."""
        if isinstance(value, str) and ("\x00" in value or not is_encodable(value)):
            raise PydanticCustomError("text_unstorable", "text that cannot be stored")
        return value


def is_encodable(text: str) -> bool:
    """Say whether a text has a UTF-8 form: JSON can write half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class ProblemBody(BaseModel):
    """A refusal (RFC 9457)."""

    code: str
    status: int
    detail: str
    title: str = ""
    type: str = "about:blank"
    path: list[str] = []
    retry_after_ms: int | None = None


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": said, "content": {"application/problem+json": {"schema": ProblemBody.model_json_schema()}}}
    for status, said in (
        (401, "The caller is not known"),
        (403, "The caller may not"),
        (404, "No such thing within the caller's scope"),
        (409, "It does not fit the current state"),
        (413, "Larger than the limit"),
        (422, "The input breaks a rule"),
        (429, "More than one may in this time"),
        (503, "Try again later"),
    )
}


class _Abandoned(Exception):
    """A command left without an answer: its transaction is rolled back."""


def state_of(request: Request) -> State:
    """Return the running service."""
    state: State = request.app.state.service
    return state


def viewer_of(request: Request) -> Viewer:
    """Return who asks; raises TokenMissing, TokenInvalid, TokenExpired, TokenForAnotherAudience."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenMissing
    viewer = state_of(request).verifier.verify(token)
    return viewer.with_request(
        purpose=request.headers.get("x-purpose"), language=language_of(request.headers.get("accept-language"))
    )


StateDep = Annotated[State, Depends(state_of)]
ViewerDep = Annotated[Viewer, Depends(viewer_of)]


async def open_read(state: StateDep, viewer: ViewerDep) -> AsyncIterator[Transaction]:
    """Open a transaction in the viewer's scope; it ends before the answer is sent."""
    async with state.database.request(session(viewer, state.service.access)) as db:
        yield db


ReadDep = Annotated[Transaction, Depends(open_read, scope="function")]


def command_of(operation: str) -> Any:
    """Return the dependency that opens a command: once for its idempotency key, in the viewer's scope."""

    async def open_command(
        request: Request,
        state: StateDep,
        viewer: ViewerDep,
        idempotency_key: Annotated[str | None, Header()] = None,
    ) -> AsyncIterator[Command]:
        scoped = state.database.request(session(viewer, state.service.access))
        async with claimed(scoped, request, viewer, operation=operation, key=idempotency_key) as command:
            yield command

    return Depends(open_command, scope="function")


def work_command_of(operation: str) -> Any:
    """Return the dependency of a command that the worker carries out, beyond the viewer's scope.

    Nothing but the route's own checks stands between the viewer and every row.
    """

    async def open_command(
        request: Request,
        state: StateDep,
        viewer: ViewerDep,
        idempotency_key: Annotated[str | None, Header()] = None,
    ) -> AsyncIterator[Command]:
        work = state.database.work()
        async with claimed(work, request, viewer, operation=operation, key=idempotency_key) as command:
            yield command

    return Depends(open_command, scope="function")


@asynccontextmanager
async def claimed(
    transaction: AbstractAsyncContextManager[Transaction],
    request: Request,
    viewer: Viewer,
    *,
    operation: str,
    key: str | None,
) -> AsyncIterator[Command]:
    """Open a command in a transaction, which is rolled back when the command is left without an answer."""
    if key is None:
        raise IdempotencyKeyRequired(path=("idempotency_key",))
    try:
        async with transaction as db:
            command = Command(db, viewer, state_of(request).clock, operation, key)
            await command.claim(fingerprint(request.url.path.encode(), await request.body()))
            yield command
            if not command.answered:
                raise _Abandoned
    except _Abandoned:
        pass


async def answer(command: Command, status: int = 200, /, **values: Any) -> Response:
    """Keep the command's answer with its key, and send it; an object may have a `status` of its own."""
    kept = await command.answer(status, **values)
    return Response(kept.body, kept.status, media_type="application/json")


def everybody(_viewer: Viewer) -> None:
    """Let everybody ask: what they see is for the database to say."""


def add_batch(router: APIRouter, path: str, batch: Batch, check: Callable[[Viewer], None] = everybody) -> None:
    """Serve a batch statement: `POST path {ids, fields, as, arguments, limit, after, before}`.

    `check` raises for whoever may not ask at all.
    The statement gets `:district_code`, `:today`, `:now` and `:language` from the server.
    """

    async def read(request: Request, state: StateDep, viewer: ViewerDep, db: ReadDep) -> Response:
        check(viewer)
        body = decode_batch(await request.body())
        given = {"district_code": viewer.district_code, "today": state.clock.today(), "now": state.clock.now()}
        return Response(await batch.run(db, body, **given, language=viewer.language), media_type="application/json")

    router.add_api_route(
        path,
        read,
        methods=["POST"],
        operation_id=batch.name,
        summary=batch.name.replace("_", " ").capitalize(),
        responses={200: {"model": answer_model(batch), "description": "Aligned with the ids"}, **REFUSALS},
        openapi_extra={
            "requestBody": {"required": True, "content": {"application/json": {"schema": request_schema()}}}
        },
    )


def decode_batch(body: bytes) -> BatchRequest:
    """Read a batch request; raises FieldMalformed."""
    try:
        return msgspec.json.decode(body, type=BatchRequest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FieldMalformed(path=("body",), field="body", rule=str(error)) from None


def answer_model(batch: Batch) -> Any:
    """Return what a batch answers, for OpenAPI: every field may be left out; null is what its type says."""
    hints = get_type_hints(batch.row)
    left_out = Field(default_factory=lambda: None)
    columns: dict[str, Any] = {f.name: (hints[f.name], left_out) for f in fields(batch.row)}
    if batch.kind is Kind.PAGE:
        columns["cursor"] = (str, left_out)
    row = create_model(f"{batch.row.__name__}_{batch.name}", __doc__=batch.row.__doc__, **columns)
    return list[row | None] if batch.kind is Kind.ONE else list[list[row]]  # type: ignore[valid-type]


def request_schema() -> dict[str, Any]:
    """Return the schema of a batch request."""
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["ids", "fields"],
        "additionalProperties": False,
        "properties": {
            "ids": {"type": "array", "items": text, "maxItems": IDS_MAX},
            "fields": {"type": "array", "items": text},
            "as": {
                "type": ["array", "null"],
                "description": "The rows' JSON keys, one for each field: these, in this order, and nothing else",
                "items": text | {"pattern": f"^{NAME.pattern}$"},
                "maxItems": NAMES_MAX,
                "uniqueItems": True,
            },
            "arguments": {"type": "object"},
            "limit": {"type": "integer", "minimum": 1, "maximum": PAGE_SIZE_MAX},
            "after": {"type": ["string", "null"]},
            "before": {"type": ["string", "null"]},
        },
    }
