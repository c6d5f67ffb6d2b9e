"""Tokens for the demo personas, signed with the issuer's key."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis import settings
from chassis.auth import TokenSigner
from chassis.clock import wall_now
from infra.processes import AUDIENCE, read_personas
from infra.vault import read_signing_key

LIFETIME_S = 8 * 3_600
ACR = "urn:gridweave:second-factor"


@dataclass(frozen=True, slots=True)
class IssuerSettings:
    """What the issuer is told by its environment."""

    issuer_private_key: str
    issuer_url: str
    issuer_port: int
    personas_file: Path
    district_code: str
    issuer_host: str = "127.0.0.1"
    production: bool = False
    trace_file: Path | None = None
    otel_exporter_otlp_endpoint: str | None = None
    trace_sample_ratio: float = 1.0


class UnknownPersona(Exception):
    """There is no such persona; the message lists those there are."""

    def __init__(self, persona: str, known: Mapping[str, object]) -> None:
        listed = ", ".join(known) or "none yet: run `make up` first"
        super().__init__(f"unknown persona {persona!r}; there are: {listed}" if persona else f"personas: {listed}")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Signs tokens for personas."""

    given: IssuerSettings

    def personas(self) -> dict[str, dict[str, object]]:
        """Return the personas by name, as they are in the file now."""
        return read_personas(self.given.personas_file)

    def token(self, persona: str) -> str:
        """Return a token; raise UnknownPersona."""
        return self.signed(persona, {})

    def stepped_up_token(self, persona: str) -> str:
        """Return a token of somebody who has just given a second factor; raise UnknownPersona."""
        return self.signed(
            persona, {"auth_time": int(wall_now().timestamp()), "acr": ACR, "amr": ["pwd", "otp", "mfa"]}
        )

    def signed(self, persona: str, authenticated: Mapping[str, object]) -> str:
        """Return a persona's token, with how it signed in."""
        known = self.personas()
        if persona not in known:
            raise UnknownPersona(persona, known)
        claims = {name: value for name, value in known[persona].items() if name != "persona" and value is not None}
        return self.signer().sign(
            {"district_code": self.given.district_code, **claims, **authenticated},
            audience=AUDIENCE,
            lifetime_s=LIFETIME_S,
        )

    def key_set(self) -> dict[str, object]:
        """Return the public half of the key, as a JWK set."""
        return {"keys": [self.signer().key.as_dict(private=False)]}

    def signer(self) -> TokenSigner:
        """Return what signs."""
        return TokenSigner(self.given.issuer_url, read_signing_key(self.given.issuer_private_key))


def open_issuer(environment: Mapping[str, str]) -> Issuer:
    """Return an issuer with the settings of an environment."""
    return Issuer(settings.load(IssuerSettings, environment=environment))
