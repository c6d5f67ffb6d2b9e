"""Who is calling: the bearer token, checked once against the issuer's published keys."""

import asyncio
import base64
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.auth import CLOCK_SKEW_S, PURPOSES, TokenVerifier, claims_of
from chassis.errors import ServiceUnavailable, TokenExpired, TokenInvalid, TokenMissing
from chassis.language import language_of
from gateway.operations import Request
from gateway.upstream.context import Caller

REFRESH_AT_LEAST_S = 10.0
FETCH_TIMEOUT_S = 2.0
TOKEN_CHARACTERS_MAX = 8_000
KEYS_KEPT_S = 300.0
CALLERS_MAX = 10_000

languages = lru_cache(256)(language_of)


@dataclass(slots=True)
class Callers:
    """Reads callers from tokens of one issuer; its keys are fetched when they are first needed."""

    issuer: str
    audience: str
    jwks_url: str
    http: httpx.AsyncClient
    clock: Callable[[], float] = time.time
    keys_kept_s: float = KEYS_KEPT_S
    _verifier: TokenVerifier | None = None
    _kids: frozenset[str] = frozenset()
    _fetched_at: float = -REFRESH_AT_LEAST_S
    _fetching: asyncio.Lock = field(default_factory=asyncio.Lock)
    _published: Any = None
    _renewing: asyncio.Task[None] | None = None
    _known: OrderedDict[tuple[str, str, str | None], Caller] = field(default_factory=OrderedDict)

    def known(self, headers: Mapping[str, str]) -> Caller | None:
        """Return the caller of a request whose token has been verified before; raise TokenExpired."""
        key = headers.get("authorization", ""), languages(headers.get("accept-language")), headers.get("x-purpose")
        caller = self._known.get(key)
        if caller is None:
            return None
        if caller.expires_at + CLOCK_SKEW_S < self.clock():
            del self._known[key]
            raise TokenExpired
        self._known.move_to_end(key)
        if time.monotonic() - self._fetched_at > self.keys_kept_s and self._renewing is None:
            self._renewing = asyncio.create_task(self.renew())
        return caller

    async def of(self, headers: Mapping[str, str]) -> Caller:
        """Return the caller of a request; raise TokenMissing, TokenInvalid, TokenExpired, ..."""
        caller = self.known(headers)
        if caller is None:
            caller = await self.of_token(bearer(headers), headers)
            purpose = headers.get("x-purpose")
            if purpose is None or purpose in PURPOSES:
                self._known[headers["authorization"], caller.language, purpose] = caller
                if len(self._known) > CALLERS_MAX:
                    self._known.popitem(last=False)
        return caller

    async def of_token(self, token: str, headers: Mapping[str, str]) -> Caller:
        """Return the caller of a token; headers say the language and the purpose."""
        verifier = await self.verifier(token)
        viewer = verifier.verify(token)
        purpose = headers.get("x-purpose")
        return Caller(
            viewer=viewer,
            token_id=hashlib.sha256(token.encode()).hexdigest(),
            expires_at=verifier.expires_at(token),
            language=languages(headers.get("accept-language")),
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

    async def renew(self) -> None:
        """Fetch the keys anew: one that the issuer has withdrawn ends the tokens that it signed."""
        try:
            async with self._fetching:
                await self.fetch()
        finally:
            self._renewing = None

    async def fetch(self) -> None:
        """Fetch the issuer's keys; the ones known before stay when it does not answer."""
        self._fetched_at = time.monotonic()
        try:
            response = await self.http.get(self.jwks_url, timeout=FETCH_TIMEOUT_S)
            published = response.raise_for_status().json()
            keys = KeySet.import_key_set(published)
        except (httpx.HTTPError, JoseError, ValueError, KeyError):
            return
        if published == self._published:
            return
        self._published = published
        self._known.clear()
        self._verifier = TokenVerifier(self.issuer, self.audience, keys)
        self._kids = frozenset(str(key.kid) for key in keys.keys)


def bearer(headers: Mapping[str, str]) -> str:
    """Return the token that a request carries; raise TokenMissing."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenMissing
    return token.strip()


def sharing_key(request: Request, caller: Caller) -> bytes:
    """Return what two requests have in common that are answered alike: what is asked, and all that says who asks."""
    asked = request.query, request.operation_name, request.variables or {}
    who = claims_of(caller.viewer), caller.language, caller.purpose
    return msgspec.json.encode((asked, who), order="deterministic")


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
