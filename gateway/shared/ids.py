"""Global ids: Relay's `Type:key`, opaque to clients.

The key is the service's UUID; a type that people know by a natural key (a division) uses that.
"""

import base64
import binascii
import re
from uuid import UUID

from gateway.shared.problems import IdMalformed, IdOfAnotherType

ID_CHARACTERS_MAX = 200
TYPE_NAME = re.compile(r"[A-Z][A-Za-z]{0,60}")
DIVISION_TYPES = frozenset({"District", "Town", "Village", "Grid"})
DIVISION_CODE = re.compile(r"\d{6}|\d{9}|\d{12}|\d{15}")


def encode(type_name: str, key: str) -> str:
    """Return the global id of an object."""
    return base64.urlsafe_b64encode(f"{type_name}:{key}".encode()).decode().rstrip("=")


def decode(text: str) -> tuple[str, str]:
    """Return the type and the key of a global id, or raise IdMalformed."""
    if len(text) > ID_CHARACTERS_MAX:
        raise IdMalformed
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        raise IdMalformed from None
    type_name, _, key = plain.partition(":")
    if not TYPE_NAME.fullmatch(type_name) or not is_key(type_name, key):
        raise IdMalformed
    return type_name, key


def key_of(text: str, expected: str) -> str:
    """Return the key of a global id of one type; raise IdMalformed or IdOfAnotherType."""
    found, key = decode(text)
    if found != expected:
        raise IdOfAnotherType(found=found, expected=expected)
    return key


def is_key(type_name: str, key: str) -> bool:
    """Say whether a text can be a key of the type; it may travel in a path."""
    if type_name in DIVISION_TYPES:
        return DIVISION_CODE.fullmatch(key) is not None
    try:
        return str(UUID(key)) == key.lower()
    except ValueError:
        return False
