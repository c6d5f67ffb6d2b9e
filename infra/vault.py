"""The deployment's secrets: made once, kept in one file that only this user can read."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from joserfc.jwk import OKPKey

from infra.layout import Layout, read_json, write_atomically
from infra.trouble import Trouble

FILE_MODE = 0o600
KEY_BYTES = 32
PASSWORD_BYTES = 24


@dataclass(slots=True)
class Vault:
    """Secrets by name; one that is missing is made and written before it is used."""

    file: Path
    values: dict[str, str] = field(default_factory=dict)

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """Return a secret, making it the first time."""
        if name not in self.values:
            self.values[name] = make()
            content = json.dumps(self.values, indent=1, sort_keys=True).encode()
            write_atomically(self.file, content, FILE_MODE)
        return self.values[name]

    def key(self, name: str) -> str:
        """Return a 32-byte key in hex."""
        return self.secret(name, lambda: secrets.token_hex(KEY_BYTES))

    def key_ring(self, name: str) -> str:
        """Return a key ring with one key: `id:hex`."""
        return self.secret(name, lambda: f"k1:{secrets.token_hex(KEY_BYTES)}")

    def password(self, login: str) -> str:
        """Return a login's password, safe in a URL and in SQL."""
        return self.secret(f"password {login}", lambda: secrets.token_hex(PASSWORD_BYTES))

    def signing_key(self, name: str) -> str:
        """Return a private Ed25519 JWK as JSON."""
        return self.secret(name, make_signing_key)


def make_signing_key() -> str:
    """Make a private Ed25519 JWK."""
    key = OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True)
    return json.dumps(key.as_dict(private=True))


def read_signing_key(private_jwk: str) -> OKPKey:
    """Read a private JWK."""
    return OKPKey.import_key(json.loads(private_jwk))


def public_key_set(private_jwk: str) -> str:
    """Return the JWK set that verifies what the key signs."""
    return json.dumps({"keys": [read_signing_key(private_jwk).as_dict(private=False)]})


def open_vault(layout: Layout) -> Vault:
    """Read the secrets; refuse a file that others can read."""
    file = layout.secrets / "secrets.json"
    if file.exists() and file.stat().st_mode & 0o077:
        raise Trouble(f"{file} can be read by other users; run `chmod 600 {file}`")
    return Vault(file, {name: str(value) for name, value in read_json(file).items()})
