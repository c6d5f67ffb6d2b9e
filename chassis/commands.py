"""Commands happen once: a key belongs to a subject and an operation, and keeps the first answer.

The key's row is inserted in the transaction of the effect. A success is never repeated and answers the
same; a refusal rolls the key back with everything else and is evaluated anew; the same key with another
request is refused. A second request in flight waits for the first, as long as a lock may take.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from chassis.auth import Viewer
from chassis.clock import Clock, wall_now
from chassis.database import Actor, Transaction, lock_refused
from chassis.errors import AnsweredBefore, CommandInFlight, IdempotencyKeyRequired, IdempotencyKeyReused

KEY_CHARACTERS_MAX = 200
KEPT = timedelta(days=7)

CLAIM = """
INSERT INTO idempotency_keys (district_code, subject, operation, key, fingerprint, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING true
"""
ANSWERED = """
SELECT fingerprint, answer, status FROM idempotency_keys
WHERE district_code = $1 AND subject = $2 AND operation = $3 AND key = $4
"""
STORE = """
UPDATE idempotency_keys SET answer = $5, status = $6
WHERE district_code = $1 AND subject = $2 AND operation = $3 AND key = $4
"""
EXPIRE = """
DELETE FROM idempotency_keys WHERE (district_code, subject, operation, key) IN (
    SELECT district_code, subject, operation, key FROM idempotency_keys WHERE recorded_at < $1 LIMIT 1000)
RETURNING 1
"""


@dataclass(slots=True)
class Command:
    """A command under way: its transaction, who gives it, and the time it is given."""

    db: Transaction
    viewer: Viewer
    clock: Clock
    operation: str
    key: str
    answered: bool = False

    def __post_init__(self) -> None:
        self.db.actor = Actor(self.viewer.subject, self.viewer.role)

    async def claim(self, fingerprint: bytes) -> None:
        """Take the key, or raise AnsweredBefore, IdempotencyKeyReused or CommandInFlight."""
        if not 1 <= len(self.key) <= KEY_CHARACTERS_MAX:
            raise IdempotencyKeyRequired(path=("idempotency_key",))
        place = (self.viewer.district_code, self.viewer.subject, self.operation, self.key)
        with lock_refused(CommandInFlight):
            fresh = await self.db.connection.fetchval(CLAIM, *place, fingerprint, wall_now())
        if fresh:
            return
        row = await self.db.connection.fetchrow(ANSWERED, *place)
        if row is None or row["answer"] is None:
            raise CommandInFlight
        if row["fingerprint"] != fingerprint:
            raise IdempotencyKeyReused(path=("idempotency_key",))
        raise AnsweredBefore(row["answer"], row["status"])

    async def answer(self, status: int = 200, /, **fields: Any) -> "Answer":
        """Keep the answer with the key and return it."""
        body = msgspec.json.encode(fields)
        place = (self.viewer.district_code, self.viewer.subject, self.operation, self.key)
        await self.db.connection.execute(STORE, *place, body, status)
        self.answered = True
        return Answer(body, status)


@dataclass(frozen=True, slots=True)
class Answer:
    """A command's answer as it was stored."""

    body: bytes
    status: int


async def expire_keys(db: Transaction, _clock: Clock) -> int:
    """Forget the keys of commands older than a week; a job of every service."""
    return len(await db.connection.fetch(EXPIRE, wall_now() - KEPT))
