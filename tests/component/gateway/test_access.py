"""Tokens: who is refused, how, and in which language; what services are told of a caller."""

import json
import time

import pytest

from chassis.auth import TokenVerifier, public_keys
from tests.component.gateway.desk import DISTRICT, INTERNAL_KEY, OTHER_KEY, Desk, token_of
from tests.component.gateway.district import GRID, district

VIEWER = "{ viewer { name role scopes } }"
UNSIGNED = ".".join([token_of().split(".")[0], token_of().split(".")[1], ""])


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (token_of(exp=int(time.time()) - 60), "TokenExpired"),
        (token_of(aud="another"), "TokenForAnotherAudience"),
        (token_of(iss="http://elsewhere.test"), "TokenInvalid"),
        (token_of(key=OTHER_KEY), "TokenInvalid"),
        (UNSIGNED, "TokenInvalid"),
        ("nonsense", "TokenInvalid"),
        (token_of(scopes=["33 OR 1=1"]), "TokenInvalid"),
        (token_of(district_code=""), "TokenInvalid"),
    ],
)
async def test_bad_token_is_refused(desk: Desk, token: str, code: str) -> None:
    """Each fault of a token is 401 with a code of its own."""
    response = await desk.post(VIEWER, token=token)

    assert response.status_code == 401
    assert response.headers["content-type"].startswith("application/graphql-response+json")
    assert response.headers["www-authenticate"] == "Bearer"
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == code
    assert "data" not in response.json()


async def test_no_token_is_refused_in_the_callers_language(desk: Desk) -> None:
    """Chinese or English, by Accept-Language."""
    said = {}
    for language in ("zh-CN", "en"):
        response = await desk.http.post("/graphql", json={"query": VIEWER}, headers={"accept-language": language})
        assert response.status_code == 401
        said[language] = response.json()["errors"][0]["message"]

    assert said == {"zh-CN": "请求未携带令牌。", "en": "The request carries no token."}


async def test_viewer_is_whom_the_token_names(desk: Desk) -> None:
    """Roles are upper-case enum values."""
    data = await desk.data(VIEWER, token=token_of("grid_worker", scopes=[GRID], name="羊红"))

    assert data == {"viewer": {"name": "羊红", "role": "GRID_WORKER", "scopes": [GRID]}}


async def test_keys_are_fetched_once(desk: Desk) -> None:
    """Made-up key ids do not make the gateway ask the issuer again and again."""
    await desk.data(VIEWER)
    for _ in range(5):
        await desk.post(VIEWER, token=token_of(key=OTHER_KEY))

    assert desk.issuer.asked == 1


async def test_without_the_issuer_nobody_is_known(desk: Desk) -> None:
    """That is the gateway's trouble, not the caller's: 503, and it heals by itself."""
    desk.issuer.away = True
    refused = await desk.post(VIEWER)
    desk.issuer.away = False
    answered = await desk.post(VIEWER)

    assert refused.status_code == 503
    assert refused.json()["errors"][0]["extensions"]["code"] == "ServiceUnavailable"
    assert answered.status_code == 200


async def test_each_service_gets_a_token_for_itself(desk: Desk) -> None:
    """Internal tokens name the viewer, hold for one audience, and are used again while they live."""
    desk.stubs.rows = district(1).rows
    for _ in range(2):
        await desk.data(
            '{ division(code: "330111") { summary { residents checkpoints enterprises } } }',
            token=token_of("town_officer", scopes=["330111004"]),
        )

    tokens: dict[str, set[str]] = {service: set() for service in ("residents", "checkpoints", "enterprises")}
    for heard in desk.stubs.heard:
        tokens[heard.service].add(heard.headers["authorization"].removeprefix("Bearer "))
    keys = public_keys(json.dumps({"keys": [INTERNAL_KEY.as_dict(private=False)]}))
    for service, [token] in tokens.items():
        viewer = TokenVerifier("gridweave-gateway", service, keys).verify(token)
        assert (viewer.role, viewer.scopes, viewer.district_code) == ("town_officer", ("330111004",), DISTRICT)


async def test_requests_carry_deadline_language_trace_and_purpose(desk: Desk) -> None:
    """A service knows how long it has, whom it speaks to, and what the look-up is for."""
    desk.stubs.rows = district(1).rows
    headers = {"accept-language": "zh-CN", "x-purpose": "SCREENING"}
    await desk.data(
        '{ resumptionApplications(scope: "330111") { nodes { roster { nodes { healthColor } } } } }', headers=headers
    )

    heard = {call.path: call.headers for call in desk.stubs.heard}
    assert heard["/resumption-applications/by-scope:batch"]["x-purpose"] == "SCREENING"
    assert heard["/standings/by-person-key:batch"]["x-purpose"] == "RESUMPTION"
    assert all(one["accept-language"] == "zh" for one in heard.values())
    assert all(0 < int(one["x-deadline-ms"]) < 2_500 for one in heard.values())
    assert all("traceparent" in one for one in heard.values())
