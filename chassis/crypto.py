"""Personal numbers: encrypted at rest, found by a blind index, shown masked.

AES-256-GCM with the place of the value as associated data, so that a ciphertext moved to another
row, column or table does not decrypt. The key's id stands in the blob: keys rotate.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_ID_BYTES = 4
TRACE_BYTES = 4


class CiphertextMoved(ValueError):
    """A ciphertext does not belong to the place it was read from, or its key is unknown."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Encrypts with the current key and decrypts with any key it still holds."""

    current_id: str
    ciphers: dict[str, AESGCM]

    def encrypt(self, plaintext: str, *, place: str) -> bytes:
        """Encrypt text for one place, `table/column/row id`."""
        return self.encrypt_bytes(plaintext.encode(), place=place)

    def decrypt(self, blob: bytes, *, place: str) -> str:
        """Decrypt what was encrypted for the same place; raise CiphertextMoved otherwise."""
        return self.decrypt_bytes(blob, place=place).decode()

    def encrypt_bytes(self, plaintext: bytes, *, place: str) -> bytes:
        """Encrypt bytes for one place: a piece of a file in whatever encoding it came."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self.ciphers[self.current_id].encrypt(nonce, plaintext, place.encode())
        return self.current_id.encode().ljust(KEY_ID_BYTES) + nonce + sealed

    def decrypt_bytes(self, blob: bytes, *, place: str) -> bytes:
        """Decrypt bytes that were encrypted for the same place; raise CiphertextMoved otherwise."""
        key_id = blob[:KEY_ID_BYTES].decode().strip()
        cipher = self.ciphers.get(key_id)
        if cipher is None:
            raise CiphertextMoved(f"key {key_id!r} is not in the ring")
        start = KEY_ID_BYTES + NONCE_BYTES
        try:
            return cipher.decrypt(blob[KEY_ID_BYTES:start], blob[start:], place.encode())
        except InvalidTag:
            raise CiphertextMoved(f"not encrypted for {place}") from None


def open_key_ring(text: str) -> KeyRing:
    """Read `id:hex,id:hex`; the first key is the current one. Ids have at most 4 characters."""
    ciphers: dict[str, AESGCM] = {}
    for part in text.split(","):
        key_id, _, key = part.strip().partition(":")
        if not 1 <= len(key_id) <= KEY_ID_BYTES or len(key) != 64:
            raise SystemExit("storage keys read `id:64 hex digits`, ids of at most 4 characters")
        ciphers[key_id] = AESGCM(bytes.fromhex(key))
    return KeyRing(next(iter(ciphers)), ciphers)


def blind_index(key: bytes, kind: str, value: str) -> bytes:
    """Return the keyed hash by which one service finds a value it stores encrypted (32 bytes)."""
    return hmac.digest(key, f"{kind}:{value}".encode(), hashlib.sha256)


def trace(key: bytes, kind: str, value: str) -> bytes:
    """Return four keyed bytes of a value: enough to see that it changed, too few to find it by."""
    return hashlib.blake2b(f"{kind}:{value}".encode(), key=key, digest_size=TRACE_BYTES).digest()


def person_key(key: bytes, kind: str, number: str) -> str:
    """Return the key by which the services know one person: hex HMAC-SHA256 under the matching key.

    `number` is normalized by chassis.standards.
    """
    return hmac.new(key, f"{kind}:{number}".encode(), hashlib.sha256).hexdigest()


def mask(value: str, *, head: int, tail: int) -> str:
    """Hide the middle of a number: `mask("13800000001", head=3, tail=4)` is `138****0001`."""
    hidden = max(len(value) - head - tail, 1)
    return value[:head] + "*" * hidden + value[len(value) - tail :]


def fingerprint(*parts: bytes) -> bytes:
    """Return a hash that tells two requests apart (32 bytes)."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def commitment(salt: bytes, text: str) -> bytes:
    """Return a salted hash: it proves a value as long as the salt is kept, and nothing afterwards."""
    return hashlib.sha256(salt + text.encode()).digest()
