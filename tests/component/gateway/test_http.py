"""GraphQL over HTTP: methods, media types, limits, cross-site rule; uploads and notices beside it."""

from urllib.parse import urlencode

import msgspec
import pytest

from gateway.shared.ids import encode
from gateway.upstream.exchange import Answer
from tests.component.gateway.desk import Desk, codes, open_desk, token_of
from tests.component.gateway.district import IMPORT, ORDER, uid
from tests.component.gateway.stubs import refusing

VIEWER = "{ viewer { name } }"
RESPONSE_JSON = "application/graphql-response+json; charset=utf-8"
BEARER = {"authorization": f"Bearer {token_of()}"}


async def test_get_answers_queries_only(desk: Desk) -> None:
    """A mutation by GET is 405."""
    query = await desk.http.get("/graphql?" + urlencode({"query": VIEWER}), headers=BEARER)
    mutation = 'mutation { quarantineOrderRelease(input: {idempotencyKey: "k", id: "x"}) { userErrors { code } } }'
    refused = await desk.http.get("/graphql?" + urlencode({"query": mutation}), headers=BEARER)

    assert query.json()["data"] == {"viewer": {"name": "沈国平"}}
    assert (refused.status_code, codes(refused.json())) == (405, ["MethodMayNot"])
    assert refused.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        ("application/graphql-response+json", 400, RESPONSE_JSON),
        ("*/*", 400, RESPONSE_JSON),
        ("application/json", 200, "application/json; charset=utf-8"),
        ("text/html", 406, RESPONSE_JSON),
    ],
)
async def test_answers_in_the_form_asked_for(desk: Desk, accept: str, status: int, media_type: str) -> None:
    """An invalid document is 400, unless the client speaks plain JSON; it never has data."""
    response = await desk.post("{ nothing }", headers={"accept": accept})

    assert (response.status_code, response.headers["content-type"]) == (status, media_type)
    assert "data" not in response.json()


async def test_every_answer_has_its_trace_id(desk: Desk) -> None:
    """The same in the body and in two headers."""
    response = await desk.post(VIEWER)

    trace_id = response.json()["extensions"]["traceId"]
    assert response.headers["traceresponse"].split("-")[1] == trace_id
    assert trace_id in response.headers["server-timing"]


async def test_callers_trace_is_linked_not_trusted(desk: Desk) -> None:
    """Nobody outside chooses our trace ids."""
    foreign = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    response = await desk.post(VIEWER, headers={"traceparent": foreign})

    assert foreign.split("-")[1] not in response.headers["traceresponse"]


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"{", "application/json", 400, "RequestMalformed"),
        (b"[]", "application/json", 400, "RequestMalformed"),
        (b'{"query": 1}', "application/json", 400, "RequestMalformed"),
        (b'{"query": "{ viewer { name } }", "variables": []}', "application/json", 400, "RequestMalformed"),
        (b'{"query": "\xff"}', "application/json", 400, "RequestMalformed"),
        (b'{"query": "{"}', "application/json", 400, "DocumentUnparsable"),
        (
            b'{"query": "query A { viewer { name } } query B { viewer { name } }"}',
            "application/json",
            400,
            "RequestMalformed",
        ),
        (b"query=1", "application/x-www-form-urlencoded", 415, "MediaTypeUnknown"),
        (b'{"query": "' + b" " * 1024 * 1024 + b'"}', "application/json", 413, "RequestTooLarge"),
    ],
)
async def test_bad_request(desk: Desk, content: bytes, media_type: str, status: int, code: str) -> None:
    """Each with its code."""
    response = await desk.http.post("/graphql", content=content, headers={**BEARER, "content-type": media_type})

    assert (response.status_code, codes(response.json())) == (status, [code])


async def test_variables_that_do_not_fit(desk: Desk) -> None:
    """What cannot be coerced is the request's fault."""
    response = await desk.post(
        'query ($n: Int!) { quarantineOrders(scope: "3", first: $n) { nodes { id } } }', {"n": "x"}
    )

    assert (response.status_code, codes(response.json())) == (400, ["VariablesInvalid"])


@pytest.mark.parametrize(
    "query",
    [
        "{ " + " ".join(f"a{i}: viewer {{ name }}" for i in range(31)) + " }",
        '{ division(code: "330111") ' + "{ parent " * 16 + "{ code }" + " }" * 16 + " }",
        "{ viewer { " + "name " * 2_001 + "} }",
        "{ ...A } fragment A on Query { " + " ".join(f"a{i}: viewer {{ name }}" for i in range(31)) + " }",
    ],
    ids=["aliases", "depth", "tokens", "aliases in a fragment"],
)
async def test_too_large_a_document(desk: Desk, query: str) -> None:
    """Limits hold before anything is executed."""
    response = await desk.post(query)

    assert (response.status_code, set(codes(response.json()))) == (413, {"DocumentTooLarge"})


async def test_fragment_cycle_is_refused(desk: Desk) -> None:
    """In bounded time."""
    response = await desk.post("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }")

    assert response.status_code == 400


async def test_simple_form_post_is_refused(desk: Desk) -> None:
    """A foreign page may send text/plain without asking; nobody is known by a cookie, and it is refused besides."""
    response = await desk.http.post("/graphql", content=b"{}", headers={"content-type": "text/plain"})

    assert response.status_code == 401


async def test_introspection_by_profile() -> None:
    """Open in development, closed in production."""
    for production, status in ((False, 200), (True, 400)):
        desk = open_desk(production=production)
        response = await desk.post("{ __schema { queryType { name } } }")
        assert response.status_code == status


async def test_health(desk: Desk) -> None:
    """Alive without anything; ready with the issuer's keys."""
    assert (await desk.http.get("/livez")).status_code == 200
    assert (await desk.http.get("/readyz")).json() == {"issuer": True}
    assert b"http_requests_total" in (await desk.http.get("/metrics")).content


async def test_list_is_handed_on(desk: Desk) -> None:
    """The body streams through; the answer is the import's global id."""
    taken = Answer(202, msgspec.json.encode({"id": uid(IMPORT)}))
    desk.stubs.commands["residents", "/returnee-list-imports"] = lambda _body, _request: taken
    csv = "name,national_id\n王小明,330199199005011011\n".encode()

    response = await desk.http.post(
        "/imports/returnees", content=csv, headers={**BEARER, "content-type": "text/csv", "idempotency-key": "list-1"}
    )

    assert (response.status_code, response.json()) == (202, {"id": encode("ReturneeListImport", uid(IMPORT))})
    heard = desk.stubs.call("/returnee-list-imports")
    assert heard.body == {"text": csv.decode()}
    assert heard.headers["idempotency-key"] == "list-1"
    assert int(heard.headers["x-deadline-ms"]) > 40_000


async def test_refused_list_is_a_problem(desk: Desk) -> None:
    """The service's own, or the gateway's; in the caller's language."""
    desk.stubs.commands["residents", "/returnee-list-imports"] = refusing(403, "RoleMayNot")
    url, form = "/imports/returnees", {"content-type": "multipart/form-data; boundary=x"}

    by_service = await desk.http.post(url, content=b"a", headers={**BEARER, "accept-language": "zh"})
    unknown = await desk.http.post(url, content=b"a")
    as_form = await desk.http.post(url, content=b"a", headers={**BEARER, **form})

    for response, status, code in (
        (by_service, 403, "RoleMayNot"),
        (unknown, 401, "TokenMissing"),
        (as_form, 415, "UploadAsBody"),
    ):
        assert response.headers["content-type"] == "application/problem+json"
        assert (response.status_code, response.json()["code"]) == (status, code)
    assert by_service.json()["detail"] == "RoleMayNot in zh"


@pytest.mark.parametrize("name", [uid(ORDER), encode("QuarantineOrder", uid(ORDER))])
async def test_notice_is_fetched_for_the_caller(desk: Desk, name: str) -> None:
    """By its own id or the global one."""
    page = Answer(200, "<p>居家隔离通知书</p>".encode(), "text/html; charset=utf-8")
    desk.stubs.commands["residents", f"/notices/{uid(ORDER)}"] = lambda _body, _request: page

    response = await desk.http.get(f"/notices/{name}", headers=BEARER)

    assert "居家隔离通知书" in response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert (await desk.http.get(f"/notices/{name}")).status_code == 401
