"""Who is asking: tokens, the viewer they name, and what a viewer may do.

The gateway checks a caller's token once and sends each service a short-lived token for that service
only. A service reads the viewer from it, and turns the viewer's grants into the kind of scope and the
settings that its row level security works with.
"""

import json
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from joserfc import errors as jose
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from chassis.errors import (
    Forbidden,
    OutOfScope,
    PurposeRequired,
    RoleMayNot,
    TokenExpired,
    TokenForAnotherAudience,
    TokenInvalid,
)
from chassis.session import Session

ALGORITHM = "Ed25519"
INTERNAL_ISSUER = "gridweave-gateway"
INTERNAL_TOKEN_S = 60
CLOCK_SKEW_S = 5
VERIFIED_TOKENS_MAX = 10_000
STANDARD_CLAIMS = frozenset({"iss", "aud", "exp", "iat", "nbf", "jti", "sub", "name", "role", "district_code"})
STEP_UP_S = 300
AUTHENTICATED_AT, METHODS = "auth_time", "amr"
SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "sms", "face", "fpt"})  # RFC 8176
PURPOSES = frozenset({"SCREENING", "QUARANTINE", "GATE", "RESUMPTION", "HELP", "AUDIT", "SUPPORT"})
REGION = re.compile(r"\d{6}(\d{3}){0,3}")
PLAIN = re.compile(r"[\w.:@-]{1,200}")


class StepUpRequired(Forbidden):
    """Sign in again with a second factor: the last time must be less than {minutes} minutes ago.
    请重新进行二次验证：须在 {minutes} 分钟之内。
    """


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: subject, role, and what the token grants, by kind (`scopes` are region prefixes)."""

    subject: str
    name: str
    role: str
    district_code: str
    grants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    purpose: str | None = None
    language: str = "en"

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return the region prefixes."""
        return self.grants.get("scopes", ())

    def grant(self, name: str) -> str | None:
        """Return the only value of a grant, or None."""
        values = self.grants.get(name, ())
        return values[0] if values else None

    def covers(self, code: str) -> bool:
        """Say whether a region lies within one's scopes."""
        return any(code.startswith(scope) for scope in self.scopes)

    def require_role(self, *roles: str) -> None:
        """Raise RoleMayNot unless the viewer has one of the roles."""
        if self.role not in roles:
            raise RoleMayNot(role=self.role)

    def require_scope(self, code: str) -> None:
        """Raise OutOfScope unless the region lies within one's scopes."""
        if not self.covers(code):
            raise OutOfScope(code=code)

    def require_purpose(self, *purposes: str) -> None:
        """Raise PurposeRequired unless the look-up says one of these purposes."""
        if self.purpose not in purposes:
            raise PurposeRequired

    def require_step_up(self) -> None:
        """Raise StepUpRequired unless the sign-in was with a second factor, minutes ago."""
        signed_in = self.grant(AUTHENTICATED_AT) or ""
        age_s = time.time() - int(signed_in) if signed_in.isdecimal() and len(signed_in) < 12 else math.inf
        if not -CLOCK_SKEW_S <= age_s <= STEP_UP_S or SECOND_FACTORS.isdisjoint(self.grants.get(METHODS, ())):
            raise StepUpRequired(minutes=STEP_UP_S // 60)

    def with_request(self, *, purpose: str | None, language: str) -> "Viewer":
        """Return the viewer with what the request's headers say."""
        return replace(self, purpose=purpose if purpose in PURPOSES else None, language=language)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may be granted in one service: a kind of scope, and the grants its policies read."""

    kind: str
    settings: Mapping[str, str]


Access = Mapping[str, Grant]


def session(viewer: Viewer, access: Access) -> Session:
    """Return what the transaction is told: without a grant for the role, no protected row is seen."""
    settings = {"subject": viewer.subject, "district": viewer.district_code}
    grant = access.get(viewer.role)
    if grant is None:
        return Session(None, settings, viewer.role)
    for setting, name in grant.settings.items():
        settings[setting] = ",".join(viewer.grants.get(name, ()))
    return Session(grant.kind, settings, viewer.role)


@dataclass(frozen=True, slots=True)
class TokenSigner:
    """Signs tokens of one issuer with an Ed25519 key (a private JWK)."""

    issuer: str
    key: OKPKey

    def sign(self, claims: Mapping[str, Any], *, audience: str, lifetime_s: int) -> str:
        """Return a token for one audience."""
        now = int(time.time())
        body = {**claims, "iss": self.issuer, "aud": audience, "iat": now, "exp": now + lifetime_s}
        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid}, body, self.key, algorithms=[ALGORITHM])


@dataclass(slots=True)
class TokenVerifier:
    """Verifies tokens of one issuer for one audience; a token seen before is not verified twice."""

    issuer: str
    audience: str
    keys: KeySet
    _seen: dict[str, tuple[int, Viewer]] = field(default_factory=dict)

    def verify(self, token: str) -> Viewer:
        """Return the viewer; raise TokenInvalid, TokenExpired or TokenForAnotherAudience."""
        known = self._seen.get(token)
        if known is None:
            known = self._check(token)
            if len(self._seen) >= VERIFIED_TOKENS_MAX:
                self._seen.clear()
            self._seen[token] = known
        expires, viewer = known
        if expires + CLOCK_SKEW_S < time.time():
            raise TokenExpired
        return viewer

    def expires_at(self, token: str) -> int:
        """Return when a verified token ends, in seconds since 1970."""
        return self._seen[token][0]

    def _check(self, token: str) -> tuple[int, Viewer]:
        try:
            claims = jwt.decode(token, self.keys, algorithms=[ALGORITHM]).claims
        except (jose.JoseError, ValueError):
            raise TokenInvalid(rule="the signature does not verify") from None
        if claims.get("iss") != self.issuer:
            raise TokenInvalid(rule="another issuer")
        audience = claims.get("aud")
        if self.audience not in (audience if isinstance(audience, list) else [audience]):
            raise TokenForAnotherAudience
        expires = claims.get("exp")
        if not isinstance(expires, int):
            raise TokenInvalid(rule="no expiry")
        return expires, viewer_of(claims)


def viewer_of(claims: Mapping[str, Any]) -> Viewer:
    """Read the viewer from claims; every claim beyond the standard ones is a grant."""
    grants: dict[str, tuple[str, ...]] = {}
    for name, value in claims.items():
        if name in STANDARD_CLAIMS or value is None:
            continue
        if isinstance(value, dict):
            grants |= {inner: (str(v),) for inner, v in value.items() if v is not None}
        else:
            grants[name] = tuple(str(v) for v in value) if isinstance(value, list) else (str(value),)
    if not all(REGION.fullmatch(scope) for scope in grants.get("scopes", ())):
        raise TokenInvalid(rule="a scope is no division code")
    if not all(PLAIN.fullmatch(value) for values in grants.values() for value in values):
        raise TokenInvalid(rule="a grant has characters that no id has")
    subject, district = str(claims.get("sub", "")), str(claims.get("district_code", ""))
    if not PLAIN.fullmatch(subject) or not re.fullmatch(r"\d{6}", district):
        raise TokenInvalid(rule="sub or district_code is missing")
    return Viewer(subject, str(claims.get("name", "")), str(claims.get("role", "")), district, grants)


def claims_of(viewer: Viewer) -> dict[str, Any]:
    """Return the claims from which viewer_of reads the same viewer."""
    plain = {
        "sub": viewer.subject,
        "name": viewer.name,
        "role": viewer.role,
        "district_code": viewer.district_code,
    }
    return {**plain, **{name: list(values) for name, values in viewer.grants.items()}}


def private_key(text: str) -> OKPKey:
    """Read a private JWK (JSON) or PEM."""
    return OKPKey.import_key(json.loads(text) if text.startswith("{") else text)


def public_keys(text: str) -> KeySet:
    """Read a JWK set (JSON)."""
    return KeySet.import_key_set(json.loads(text))
