"""Who is calling: the bearer token, checked once against the issuer's published keys."""

import asyncio
import base64
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.auth import PURPOSES, TokenVerifier
from chassis.errors import ServiceUnavailable, TokenInvalid, TokenMissing
from chassis.language import language_of
from gateway.upstream.context import Caller

REFRESH_AT_LEAST_S = 10.0
FETCH_TIMEOUT_S = 2.0
TOKEN_CHARACTERS_MAX = 8_000


@dataclass(slots=True)
class Callers:
    """Reads callers from tokens of one issuer; its keys are fetched when they are first needed."""

    issuer: str
    audience: str
    jwks_url: str
    http: httpx.AsyncClient
    _verifier: TokenVerifier | None = None
    _kids: frozenset[str] = frozenset()
    _fetched_at: float = -REFRESH_AT_LEAST_S
    _fetching: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, headers: Mapping[str, str]) -> Caller:
        """Return the caller of a request; raise TokenMissing, TokenInvalid, TokenExpired, ..."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenMissing
        return await self.of_token(token.strip(), headers)

    async def of_token(self, token: str, headers: Mapping[str, str]) -> Caller:
        """Return the caller of a token; headers say the language and the purpose."""
        verifier = await self.verifier(token)
        viewer = verifier.verify(token)
        purpose = headers.get("x-purpose")
        return Caller(
            viewer=viewer,
            token_id=hashlib.sha256(token.encode()).hexdigest(),
            expires_at=verifier.expires_at(token),
            language=language_of(headers.get("accept-language")),
            purpose=purpose if purpose in PURPOSES else None,
        )

    async def verifier(self, token: str) -> TokenVerifier:
        """Return a verifier that knows the token's key, if the issuer does."""
        kid = key_id(token)
        if self._verifier is None or kid not in self._kids:
            async with self._fetching:
                if self._verifier is None or (kid not in self._kids and self.may_fetch()):
                    await self.fetch()
        if self._verifier is None:
            raise ServiceUnavailable(service="issuer")
        return self._verifier

    async def ready(self) -> bool:
        """Say whether tokens can be checked."""
        if self._verifier is None:
            async with self._fetching:
                await self.fetch()
        return self._verifier is not None

    def may_fetch(self) -> bool:
        """Say whether the keys may be asked for again: not for every token that somebody makes up."""
        return time.monotonic() - self._fetched_at >= REFRESH_AT_LEAST_S

    async def fetch(self) -> None:
        """Fetch the issuer's keys; the ones known before stay when it does not answer."""
        self._fetched_at = time.monotonic()
        try:
            response = await self.http.get(self.jwks_url, timeout=FETCH_TIMEOUT_S)
            keys = KeySet.import_key_set(response.raise_for_status().json())
        except (httpx.HTTPError, JoseError, ValueError, KeyError):
            return
        self._verifier = TokenVerifier(self.issuer, self.audience, keys)
        self._kids = frozenset(str(key.kid) for key in keys.keys)


def key_id(token: str) -> str | None:
    """Return the id of the key that a token says it is signed with; raise TokenInvalid."""
    head = token.split(".", 1)[0]
    if len(token) > TOKEN_CHARACTERS_MAX:
        raise TokenInvalid(rule="it is too long")
    try:
        claimed = msgspec.json.decode(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)), type=Header)
    except (ValueError, msgspec.DecodeError):
        raise TokenInvalid(rule="it is no JWT") from None
    return claimed.kid


class Header(msgspec.Struct):
    """What matters of a token's header before it is verified."""

    kid: str | None = None
