"""Signed heads: how far a chain had come, signed by the deployment and kept outside of the database.

Whoever may write to the database can cut a chain's end, or compute all of its links anew; the heads in the
file, which nobody without the key can make, tell. One file a service, a line a head (a JWT).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from joserfc import errors as jose
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from chassis.auth import ALGORITHM, private_key
from chassis.chain import LOGS
from chassis.clock import Clock, wall_now
from chassis.database import Transaction

SIGN_EVERY_S = 30

TAILS = """
SELECT DISTINCT ON (district_code) district_code, position, link FROM {log}_chain
ORDER BY district_code, position DESC
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain had come."""

    service: str
    log: str
    district_code: str
    position: int
    link: str
    signed_at: str


@dataclass(slots=True)
class Heads:
    """Signs the heads of one service's chains, each once."""

    service: str
    key: OKPKey | None
    folder: Path | None
    signed: dict[tuple[str, str], int] = field(default_factory=dict)

    async def sign(self, db: Transaction, _clock: Clock) -> int:
        """Sign the heads that are new, to the file and to the log of the process; a job."""
        if self.key is None or self.folder is None:
            return 0
        fresh = [head for name in LOGS for head in await self.tails(db, name) if self.is_new(head)]
        if fresh:
            write(heads_file(self.folder, self.service), [sign(head, self.key) for head in fresh])
        for head in fresh:
            self.signed[head.log, head.district_code] = head.position
            await log.ainfo("chain head", log=head.log, position=head.position, link=head.link)
        return len(fresh)

    async def tails(self, db: Transaction, name: str) -> list[Head]:
        """Return how far each district's chain has come."""
        rows = await db.connection.fetch(TAILS.format(log=name))
        now = wall_now().isoformat()
        return [Head(self.service, name, r["district_code"], r["position"], r["link"].hex(), now) for r in rows]

    def is_new(self, head: Head) -> bool:
        """Say whether a chain has moved on since its head was signed."""
        return head.position > self.signed.get((head.log, head.district_code), 0)


def open_heads(service: str, key: str | None, folder: Path | None) -> Heads:
    """Return what signs a service's heads; without a key nothing is signed."""
    return Heads(service, private_key(key) if key else None, folder)


def heads_file(folder: Path, service: str) -> Path:
    """Return the file of a service's heads."""
    return folder / f"{service}.heads"


def sign(head: Head, key: OKPKey) -> str:
    """Return a head as a signed line."""
    claims = {name: getattr(head, name) for name in Head.__dataclass_fields__}
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def write(file: Path, lines: Iterable[str]) -> None:
    """Add lines to a file."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("a", encoding="ascii") as out:
        out.writelines(f"{line}\n" for line in lines)


def read(file: Path, keys: KeySet) -> tuple[list[Head], int]:
    """Return the heads of a file, and how many lines are not signed by us."""
    heads, unsigned = [], 0
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    for line in lines:
        try:
            heads.append(Head(**jwt.decode(line, keys, algorithms=[ALGORITHM]).claims))
        except (jose.JoseError, ValueError, TypeError):
            unsigned += 1
    return heads, unsigned
