"""The district's own processes: their commands, and an environment with only what each one needs."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.addresses import SERVICES, Addresses
from infra.children import plain_environment
from infra.layout import Layout
from infra.provision import Urls
from infra.vault import Vault, public_key_set

DISTRICT_CODE = "330111"
AUDIENCE = "gridweave"
AUDIT_KEY = "audit key"
EVERYWHERE = ("LOG_FORMAT", "PRODUCTION", "TRACE_SAMPLE_RATIO")
STABLE_NAMES = {
    "OTEL_SEMCONV_STABILITY_OPT_IN": "http,database",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "",
}


@dataclass(frozen=True, slots=True)
class Program:
    """How a process of ours is run: `serve`, and for a service `migrate`, `load` and the rest."""

    name: str
    command: Sequence[str]

    def __call__(self, *arguments: str) -> list[str]:
        """Return a command line."""
        return [*self.command, *arguments]


PROGRAMS = {
    **{name: Program(name, (sys.executable, "-m", f"services.{name}")) for name in SERVICES},
    "gateway": Program("gateway", (sys.executable, "-m", "gateway")),
    "issuer": Program("issuer", (sys.executable, "-m", "infra.issuer")),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the environments are built from."""

    outer: Mapping[str, str]
    layout: Layout
    vault: Vault
    addresses: Addresses
    nats_url: str
    urls: Mapping[str, Urls]
    story_clock: str | None = None

    def environment(self, name: str) -> dict[str, str]:
        """Return the environment of one process; what the operator set for it wins."""
        if name in SERVICES:
            made = self.of_service(name)
        elif name == "gateway":
            made = self.of_gateway()
        else:
            made = self.of_issuer()
        own = {key: value for key, value in self.outer.items() if key.startswith((f"{name.upper()}_", "OTEL_"))}
        replaced = {key: self.outer[key] for key in made if self.outer.get(key)}
        return {**self.base(), **made, **own, **replaced, **self.address(name)}

    def base(self) -> dict[str, str]:
        """Return what every process gets."""
        passed = {key: self.outer[key] for key in EVERYWHERE if key in self.outer}
        return {**STABLE_NAMES, **plain_environment(self.outer), **passed, "TRACE_FILE": str(self.layout.traces)}

    def address(self, name: str) -> dict[str, str]:
        """Return where a process listens."""
        at = self.addresses[name]
        return {f"{name.upper()}_HOST": at.host, f"{name.upper()}_PORT": str(at.port)}

    def of_service(self, name: str) -> dict[str, str]:
        """Return what a service needs beside its address; the owner's URL is for migrations only."""
        urls, prefix = self.urls[name], name.upper()
        return {
            f"{prefix}_SERVING_DATABASE_URL": urls.serving,
            f"{prefix}_WORKER_DATABASE_URL": urls.worker,
            f"{prefix}_STORAGE_KEYS": self.vault.key_ring(f"{name} storage keys"),
            f"{prefix}_BLIND_INDEX_KEY": self.vault.key(f"{name} blind index key"),
            "MATCHING_KEY": self.vault.key("matching key"),
            "INTERNAL_PUBLIC_KEYS": public_key_set(self.internal_key()),
            "NATS_URL": self.nats_url,
            "AUDIT_PRIVATE_KEY": self.vault.signing_key(AUDIT_KEY),
            "AUDIT_FOLDER": str(self.layout.audit),
            **self.clock(),
        }

    def of_gateway(self) -> dict[str, str]:
        """Return what the gateway needs."""
        issuer = self.addresses["issuer"].url
        return {
            **{f"{name.upper()}_URL": self.addresses[name].url for name in SERVICES},
            "OIDC_ISSUER": issuer,
            "OIDC_AUDIENCE": AUDIENCE,
            "OIDC_JWKS_URL": f"{issuer}/jwks",
            "INTERNAL_PRIVATE_KEY": self.internal_key(),
            "NATS_URL": self.nats_url,
            **self.clock(),
        }

    def of_issuer(self) -> dict[str, str]:
        """Return what the issuer needs."""
        return {
            "ISSUER_PRIVATE_KEY": self.vault.signing_key("issuer key"),
            "ISSUER_URL": self.addresses["issuer"].url,
            "PERSONAS_FILE": str(self.layout.personas),
            "DISTRICT_CODE": DISTRICT_CODE,
        }

    def of_owner(self, name: str) -> dict[str, str]:
        """Return the environment of a service's migrations: the only ones to get the owner's URL."""
        return {**self.base(), f"{name.upper()}_DATABASE_URL": self.urls[name].owner}

    def of_seed(self) -> dict[str, str]:
        """Return the environment of the seed's generator."""
        return {**self.base(), "MATCHING_KEY": self.outer.get("MATCHING_KEY") or self.vault.key("matching key")}

    def internal_key(self) -> str:
        """Return the key with which the gateway signs for services."""
        return self.outer.get("INTERNAL_PRIVATE_KEY") or self.vault.signing_key("internal key")

    def clock(self) -> dict[str, str]:
        """Return a story's clock, if there is one."""
        story_clock = self.story_clock or self.outer.get("STORY_CLOCK")
        return {"STORY_CLOCK": story_clock} if story_clock else {}


def issuer_environment(outer: Mapping[str, str], layout: Layout, vault: Vault, addresses: Addresses) -> dict[str, str]:
    """Return the issuer's environment where no district runs: for `make token`."""
    return Surroundings(outer, layout, vault, addresses, "", {}).environment("issuer")


def read_personas(file: Path) -> dict[str, dict[str, object]]:
    """Read the personas that the seed wrote, by name; none before the first seed."""
    if not file.exists():
        return {}
    return {str(entry["persona"]): entry for entry in json.loads(file.read_text(encoding="utf-8"))}
