"""What is not GraphQL: uploads of lists and their refusals, printable notices."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Header, Query, Request, Response

from chassis.errors import IdempotencyKeyRequired
from gateway.serving.gateway import Gateway
from gateway.shared.ids import encode, key_of
from gateway.shared.problems import IdMalformed, UploadAsBody
from gateway.upstream.calls import Ask, decoded
from gateway.upstream.commands import KEY_TEXT
from gateway.upstream.declare import RESIDENTS

UPLOAD_S = 55.0
NOTICE_S = 5.0
LIST_NAME = "returnees"
PASSED_ON = (
    "cache-control",
    "content-disposition",
    "content-security-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-more-after",
)


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes, each carried out by residents for the caller."""

    gateway: Gateway

    async def upload_returnees(
        self,
        request: Request,
        list_name: Annotated[str, Query(alias="listName")] = LIST_NAME,
        idempotency_key: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Take a list of returnees (CSV) as the request's body and hand it on while it comes in.

        Without a key, the content itself tells: the newest file of a list again answers with its import.
        """
        caller = await self.gateway.callers.of(request.headers)
        if request.headers.get("content-type", "").startswith("multipart/"):
            raise UploadAsBody
        if idempotency_key is not None and not KEY_TEXT.fullmatch(idempotency_key):
            raise IdempotencyKeyRequired(path=("idempotency_key",))
        headers = {"content-type": "text/csv", "idempotency-key": idempotency_key or str(uuid4())}
        headers |= length(request.headers)
        ask = Ask(
            RESIDENTS,
            "/returnee-list-imports",
            body_of(request),
            headers,
            UPLOAD_S,
            query={"list_name": list_name},
        )
        answer = await self.gateway.calls.send(self.gateway.context(caller, UPLOAD_S), ask)
        found = decoded(answer, RESIDENTS, dict[str, object])
        made = encode("ReturneeListImport", str(found["id"]))
        return Response(f'{{"id":"{made}"}}', 202, media_type="application/json")

    async def open_notice(self, order_id: str, request: Request) -> Response:
        """Show the printable notice of a quarantine order within the caller's scope."""
        return await self.page(request, f"/notices/{order_key(order_id)}", {})

    async def verify_notice(self, order_id: str, request: Request, code: str = "") -> Response:
        """Say whether a notice's code is the one of the order."""
        return await self.page(request, f"/notices/{order_key(order_id)}/verification", {"code": code})

    async def refusals(self, import_id: str, request: Request, after: int = 0) -> Response:
        """Send the refused rows of an import as CSV, from behind a line on; a header names the line to go on from."""
        key = node_key(import_id, "ReturneeListImport", "import_id")
        return await self.page(request, f"/returnee-list-imports/{key}/refusals.csv", {"after": str(after)})

    async def page(self, request: Request, path: str, query: Mapping[str, str]) -> Response:
        """Fetch a page of residents as the caller."""
        caller = await self.gateway.callers.of(request.headers)
        ask = Ask(RESIDENTS, path, b"", {}, NOTICE_S, method="GET", query=query)
        answer = await self.gateway.calls.send(self.gateway.context(caller, NOTICE_S), ask)
        kept = {name: value for name, value in answer.headers.items() if name in PASSED_ON}
        return Response(answer.body, answer.status, kept, answer.media_type)


def router(gateway: Gateway) -> APIRouter:
    """Return the routes."""
    made, routes = APIRouter(), Routes(gateway)
    made.add_api_route("/imports/returnees", routes.upload_returnees, methods=["POST"])
    made.add_api_route("/imports/returnees/{import_id}/refusals.csv", routes.refusals, methods=["GET"])
    made.add_api_route("/notices/{order_id}", routes.open_notice, methods=["GET"])
    made.add_api_route("/notices/{order_id}/verification", routes.verify_notice, methods=["GET"])
    return made


async def body_of(request: Request) -> AsyncIterator[bytes]:
    """Yield a request's body as it comes in."""
    async for chunk in request.stream():
        if chunk:
            yield chunk


def length(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the length that the client announced, so that what is too large is refused at once."""
    announced = headers.get("content-length", "")
    return {"content-length": announced} if re.fullmatch(r"\d{1,12}", announced) else {}


def order_key(text: str) -> str:
    """Return the key of an order, named by its global id or as the service does."""
    return node_key(text, "QuarantineOrder", "order_id")


def node_key(text: str, of: str, name: str) -> str:
    """Return the key of an object in a path, named by its global id or as the service does."""
    try:
        return str(UUID(text))
    except ValueError:
        pass
    try:
        return key_of(text, of)
    except IdMalformed as problem:
        raise problem.at(name) from None
