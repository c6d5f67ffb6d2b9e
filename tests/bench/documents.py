"""The registered documents on stub services: their variables, the rows they find, and who asks.

Rows are those of the component tests' district, made different for every key they are asked by: a
number within the key, the salt, goes over into each id, key and code of the rows that belong to it.
"""

import json
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zlib import crc32

from graphql import OperationDefinitionNode, OperationType, parse
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

import gateway
from gateway.shared.ids import encode
from tests.bench.shapes import Shape
from tests.component.gateway.district import CHECKPOINT, GRID, IMPORT, RESIDENT, district, uid
from tests.component.gateway.stubs import page

FOLDER = Path(gateway.__file__).parent / "documents"
ISSUER = "http://issuer.bench"
AUDIENCE = "gridweave"
TOKEN_S = 86_400
ROWS_OF_LIST = 20
VARIANTS = 64
FIRST_DAY = date(2020, 1, 28)
UUID_CHARACTERS = 36
CODE_DIGITS = 9
ISSUER_KEY = OKPKey.import_key({
    "kty": "OKP", "crv": "Ed25519", "kid": "bench",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
})  # fmt: skip
KEYS = json.dumps(KeySet([ISSUER_KEY]).as_dict(private=False)).encode()

VARIABLES: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "Viewer": lambda _n: {},
    "DistrictBoard": lambda n: {"code": code_of(n, 6)},
    "EnterpriseHome": lambda n: {"creditCode": f"91330111MA2GRD{n:04}"},
    "ReviewQueue": lambda n: {"scope": code_of(n, 6), "status": ["UNDER_REVIEW"]},
    "Gate": lambda n: {"id": encode("Checkpoint", salted(uid(CHECKPOINT), n))},
    "ResidentCard": lambda n: {"id": encode("Resident", salted(uid(RESIDENT), n))},
    "GridRound": lambda n: {"code": code_of(n, 15)},
    "OrdersDue": lambda n: {"scope": code_of(n, 6)},
    "ImportReport": lambda n: {"id": encode("ReturneeListImport", salted(uid(IMPORT), n))},
    "WorkersDay": lambda n: {"day": str(FIRST_DAY + timedelta(days=n))},
}


@lru_cache(maxsize=1)
def registered() -> tuple[Shape, ...]:
    """Return the registered queries."""
    found: list[Shape] = []
    for file in sorted(FOLDER.glob("*.graphql")):
        text = file.read_text(encoding="utf-8")
        for node in parse(text).definitions:
            if isinstance(node, OperationDefinitionNode) and node.operation is OperationType.QUERY and node.name:
                name = node.name.value
                variants = tuple(VARIABLES[name](n + 1) for n in range(VARIANTS))
                found.append(Shape(name, f"{name} of {file.name}", text, variants, operation=name))
    return tuple(found)


@lru_cache(maxsize=1)
def known_rows() -> Mapping[tuple[str, str], Any]:
    """Return the component tests' district."""
    return district(ROWS_OF_LIST).rows


def district_rows(service: str, path: str, asked: Mapping[str, Any]) -> list[Any] | None:
    """Return what belongs to each id, or None where there is no such path."""
    known = known_rows().get((service, path))
    if known is None:
        return None
    found = [one(known, key) for key in asked["ids"]]
    if "limit" not in asked:
        return found
    body = {**asked, "before": asked.get("before"), "after": asked.get("after")}
    names = sorted({name for rows in found for row in rows or [] for name in row})
    return [page(rows or [], {**body, "fields": names}) for rows in found]


def one(known: Any, key: str) -> Any:
    """Return what belongs to one key, with the key's salt in it."""
    found, salt = known(key), salt_of(key)
    if isinstance(found, list):
        return [{name: different(value, salt) for name, value in row.items()} for row in found]
    row = {name: different(value, salt) for name, value in found.items()}
    return row | {name: key for name in ("id", "code", "person_key") if name in row and same_kind(row[name], key)}


def same_kind(value: Any, key: str) -> bool:
    """Say whether a row's own key looks like the key it was asked by."""
    return isinstance(value, str) and len(value) == len(key) and value[8:9] == key[8:9]


def different(value: Any, salt: int) -> Any:
    """Return an id, a key or the grid's code with the salt in it; anything else as it is."""
    if not isinstance(value, str):
        return value
    if len(value) == UUID_CHARACTERS and value[8] == "-":
        return salted(value, salt)
    if value.startswith("key-"):
        return f"{value}-{salt}"
    return code_of(salt, len(GRID)) if value == GRID else value


def salted(text: str, salt: int) -> str:
    """Return an id with a salt between its kind and its number."""
    number = UUID(text).int
    return str(UUID(int=number & ~(0xFFFFFFFF << 32) | (salt & 0xFFFFFFFF) << 32))


def salt_of(key: str) -> int:
    """Return the salt of a key."""
    if len(key) == UUID_CHARACTERS and key[8] == "-":
        return (UUID(key).int >> 32) & 0xFFFFFFFF
    if key.startswith("key-"):
        return int(key.rpartition("-")[2])
    return crc32(key.encode())


def code_of(salt: int, digits: int) -> str:
    """Return a division's code of so many digits."""
    return f"{330111 + salt % 600_000:06}" if digits == 6 else f"330111{salt % 10**CODE_DIGITS:09}"


def token() -> str:
    """Return a token of the bench's own issuer for a district officer."""
    now = int(time.time())
    claims = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "officer-1", "name": "沈国平", "role": "district_officer",
        "district_code": "330111", "scopes": ["330111"], "iat": now, "exp": now + TOKEN_S,
    }  # fmt: skip
    return jwt.encode({"alg": "Ed25519", "kid": "bench"}, claims, ISSUER_KEY, algorithms=["Ed25519"])
