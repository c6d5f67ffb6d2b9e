"""What every request to a service carries: written once for a caller, a service and a purpose."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field

import msgspec

from chassis.auth import INTERNAL_TOKEN_S, TokenSigner, claims_of
from gateway.upstream.context import Caller
from gateway.upstream.exchange import header_block

TOKEN_REST_S = 15
TOKENS_MAX = 10_000
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Header lines that stay the same while the token lives, and who asks, as far as an answer may depend on it."""

    until: float
    block: bytes
    identity: bytes


@dataclass(slots=True)
class Mint:
    """Internal tokens and the headers around them: one per caller and service, kept while the token lives."""

    signer: TokenSigner
    _tokens: OrderedDict[tuple[str, str], tuple[float, str]] = field(default_factory=OrderedDict)
    _letterheads: OrderedDict[tuple[str, str, str, str | None, str], Letterhead] = field(default_factory=OrderedDict)

    def token(self, caller: Caller, service: str) -> str:
        """Return a token of this caller for one service only."""
        return self.minted(caller, service)[1]

    def minted(self, caller: Caller, service: str) -> tuple[float, str]:
        """Return a token, and until when it is used."""
        key, now = (caller.token_id, service), time.time()
        known = self._tokens.get(key)
        if known is not None and known[0] > now:
            return known
        token = self.signer.sign(claims_of(caller.viewer), audience=service, lifetime_s=INTERNAL_TOKEN_S)
        made = self._tokens[key] = now + INTERNAL_TOKEN_S - TOKEN_REST_S, token
        self._tokens.move_to_end(key)
        if len(self._tokens) > TOKENS_MAX:
            self._tokens.popitem(last=False)
        return made

    def letterhead(
        self, caller: Caller, service: str, purpose: str | None = None, content_type: str = JSON
    ) -> Letterhead:
        """Return the lines of a caller's requests to a service."""
        purpose = purpose or caller.purpose
        key = (caller.token_id, service, caller.language, purpose, content_type)
        known = self._letterheads.get(key)
        if known is not None and known.until > time.time():
            return known
        until, token = self.minted(caller, service)
        headers = [
            ("authorization", f"Bearer {token}"),
            ("content-type", content_type),
            ("accept-language", caller.language),
            ("accept", "*/*"),
        ]
        if purpose:
            headers.append(("x-purpose", purpose))
        made = self._letterheads[key] = Letterhead(until, header_block(headers), identity_of(caller))
        self._letterheads.move_to_end(key)
        if len(self._letterheads) > TOKENS_MAX:
            self._letterheads.popitem(last=False)
        return made


def identity_of(caller: Caller) -> bytes:
    """Return everything that a service learns of a caller: answers are shared where all of it is the same.

    The subject is part of it: policies and fields of the services ask who it is.
    """
    return msgspec.json.encode([claims_of(caller.viewer), caller.language, caller.purpose], order="deterministic")
