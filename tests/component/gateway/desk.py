"""A gateway under test, with stubs behind it and an issuer of its own."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from gateway.app import create_app, open_gateway
from gateway.serving.gateway import Gateway
from gateway.settings import GatewaySettings
from gateway.upstream.exchange import Exchange
from tests.component.gateway.stubs import Stubs

ISSUER = "http://issuer.test"
ISSUER_KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
OTHER_KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
INTERNAL_KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
DISTRICT = "330111"


@dataclass(slots=True)
class Issuer:
    """Publishes keys, and counts how often it is asked."""

    keys: list[OKPKey] = field(default_factory=lambda: [ISSUER_KEY])
    asked: int = 0
    away: bool = False

    def answer(self, _request: httpx.Request) -> httpx.Response:
        """Answer with the key set."""
        self.asked += 1
        if self.away:
            return httpx.Response(503)
        return httpx.Response(200, json=KeySet(list(self.keys)).as_dict(private=False))


@dataclass(slots=True)
class Desk:
    """A gateway in this process."""

    gateway: Gateway
    stubs: Stubs
    issuer: Issuer
    http: httpx.AsyncClient

    async def post(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        token: str | None = None,
        operation: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send an operation."""
        body = {"query": query, "variables": variables, "operationName": operation}
        given = {"authorization": f"Bearer {token or token_of()}", **(headers or {})}
        return await self.http.post("/graphql", json=body, headers=given)

    async def ask(self, query: str, variables: Mapping[str, Any] | None = None, **rest: Any) -> Any:
        """Send an operation that is executed; return its response."""
        response = await self.post(query, variables, **rest)
        assert response.status_code == 200, response.text
        return response.json()

    async def data(self, query: str, variables: Mapping[str, Any] | None = None, **rest: Any) -> Any:
        """Send an operation that must succeed; return its data."""
        response = await self.ask(query, variables, **rest)
        assert "errors" not in response, response["errors"]
        return response["data"]


def open_desk(
    stubs: Stubs | None = None,
    *,
    exchange: Exchange | None = None,
    nats_url: str = "nats://127.0.0.1:1",
    internal_key: OKPKey = INTERNAL_KEY,
    production: bool = False,
) -> Desk:
    """Return a gateway with stubs, or on a transport to something real."""
    issuer, services = Issuer(), stubs or Stubs()
    given = GatewaySettings(
        residents_url="http://residents.test",
        checkpoints_url="http://checkpoints.test",
        enterprises_url="http://enterprises.test",
        oidc_issuer=ISSUER,
        oidc_jwks_url=f"{ISSUER}/jwks",
        internal_private_key=json.dumps(internal_key.as_dict(private=True)),
        nats_url=nats_url,
        production=production,
    )
    keys = httpx.AsyncClient(transport=httpx.MockTransport(issuer.answer))
    gateway = open_gateway(given, exchange=exchange or services, issuer=keys)
    transport = httpx.ASGITransport(app=create_app(gateway), raise_app_exceptions=False)
    return Desk(gateway, services, issuer, httpx.AsyncClient(transport=transport, base_url="http://gateway"))


def token_of(role: str = "district_officer", *, key: OKPKey = ISSUER_KEY, **claims: Any) -> str:
    """Return a token of the issuer; claims are added or replaced."""
    now = int(time.time())
    body = {
        "iss": ISSUER,
        "aud": "gridweave",
        "sub": f"{role}-1",
        "name": "沈国平",
        "role": role,
        "district_code": DISTRICT,
        "scopes": [DISTRICT] if role == "district_officer" else [],
        "iat": now,
        "exp": now + 600,
        **claims,
    }
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, body, key, algorithms=["Ed25519"])


def codes(response: Mapping[str, Any]) -> list[str]:
    """Return the codes of a response's errors."""
    return [error["extensions"]["code"] for error in response.get("errors", ())]
