"""PostgreSQL: pools, and transactions that carry who is asking.

Two pools a service. *Serving* runs requests under row level security: its login owns nothing and sees
nothing until the transaction takes on the database role of one kind of scope. *Worker* runs relays,
schedulers, consumers and imports, and may see every region.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import asyncpg
import msgspec

from chassis.errors import Busy, DeadlineExceeded, Problem
from chassis.session import LOCK_TIMEOUT_MS, Session

POOL_SIZE_MAX = 10
ACQUIRE_TIMEOUT_S = 2.0
CONNECT_TIMEOUT_S = 5.0
STATEMENT_TIMEOUT_MS = 2_000
STATEMENT_CACHE_SIZE = 1_000

UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # the database takes no connections
)
HEALS_BY_ITSELF = (
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.InsufficientResourcesError,
)


class Connection(Protocol):
    """What the project uses of a connection."""

    async def execute(self, query: str, *args: Any) -> str:
        """Run a statement, or a script when it has no arguments."""

    async def executemany(self, query: str, args: Any) -> None:
        """Run a statement once for each tuple of arguments."""

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        """Return all rows."""

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """Return the first row or None."""

    async def fetchval(self, query: str, *args: Any) -> Any:
        """Return the first column of the first row or None."""

    async def prepare(self, query: str) -> Any:
        """Prepare a statement, to ask for its columns."""

    async def copy_records_to_table(self, table_name: str, *, records: Any, columns: Any) -> str:
        """COPY rows into a table."""

    async def close(self) -> None:
        """Close it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """In whose name a transaction changes things."""

    subject: str
    role: str


BY_CLOCK = Actor("clock", "job")


@dataclass(slots=True)
class Transaction:
    """A transaction under way; `facts_written` wakes the relay once it has committed.

    `actor` is who gave the command; jobs and handlers act for the clock.
    """

    connection: Connection
    actor: Actor = BY_CLOCK
    facts_written: bool = False
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    done_once: set[str] = field(default_factory=set)

    def once(self, what: str) -> bool:
        """Say whether this is the first time that the transaction does something."""
        first = what not in self.done_once
        self.done_once.add(what)
        return first


class ConstraintBroken(Exception):
    """A named constraint refused a write and no problem was declared for it: a bug."""


@dataclass(slots=True)
class Database:
    """One service's database, through its two logins."""

    service: str
    serving_url: str
    worker_url: str
    pool_size: int = POOL_SIZE_MAX
    on_facts: Callable[[], None] = lambda: None
    _serving: "asyncpg.Pool[asyncpg.Record] | None" = None
    _worker: "asyncpg.Pool[asyncpg.Record] | None" = None

    async def open(self) -> None:
        """Open both pools without waiting for a server: it may come later."""
        self._serving = await open_pool(self.serving_url, self.pool_size, STATEMENT_TIMEOUT_MS)
        self._worker = await open_pool(self.worker_url, self.pool_size, 10 * STATEMENT_TIMEOUT_MS)

    async def close(self) -> None:
        """Close both pools."""
        for pool in (self._serving, self._worker):
            if pool is not None:
                pool.terminate()

    @asynccontextmanager
    async def request(self, session: Session) -> AsyncIterator[Transaction]:
        """Run a transaction on behalf of a caller, under row level security."""
        assert self._serving is not None
        async with self._transaction(self._serving, session.opening(self.service)) as transaction:
            transaction.actor = Actor(session.settings.get("subject", ""), session.role)
            yield transaction

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Transaction]:
        """Run a transaction of the service itself; never with a caller's unchecked arguments."""
        assert self._worker is not None
        opening = f"BEGIN; SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"
        async with self._transaction(self._worker, opening) as transaction:
            yield transaction

    async def ready(self) -> bool:
        """Say whether the database answers, to requests and to the service itself."""
        try:
            async with self.work() as worker, self.request(Session(None, {})) as request:
                answers = [await t.connection.fetchval("SELECT true") for t in (worker, request)]
        except Problem:
            return False
        return all(answers)

    @asynccontextmanager
    async def _transaction(self, pool: "asyncpg.Pool[asyncpg.Record]", opening: str) -> AsyncIterator[Transaction]:
        with translated():
            connection = await pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
        transaction = Transaction(cast(Connection, connection))
        try:
            with translated():
                await connection.execute(opening)
                try:
                    yield transaction
                except BaseException:
                    await roll_back(connection)
                    raise
                await commit(connection)
        finally:
            await pool.release(connection)
        if transaction.facts_written:
            self.on_facts()
        for call in transaction.after_commit:
            call()


async def commit(connection: Any) -> None:
    """Commit, or fail: an aborted transaction answers COMMIT with a silent ROLLBACK."""
    try:
        status = await connection.execute("COMMIT")
    except BaseException:
        await roll_back(connection)
        raise
    assert status == "COMMIT", "the transaction was aborted and its error swallowed"


async def roll_back(connection: Any) -> None:
    """Roll back; a connection that cannot is thrown away."""
    try:
        await connection.execute("ROLLBACK")
    except (*UNREACHABLE, asyncpg.PostgresError):
        connection.terminate()


@contextmanager
def translated() -> Iterator[None]:
    """Turn the database's own troubles into 503, so that they are told from refusals and bugs."""
    try:
        yield
    except asyncpg.QueryCanceledError as error:
        raise DeadlineExceeded from error
    except (*UNREACHABLE, *HEALS_BY_ITSELF) as error:
        raise Busy from error


@contextmanager
def refusing(problems: Mapping[str, type[Problem]]) -> Iterator[None]:
    """Raise the problem declared for the constraint that a write breaks."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        problem = problems.get(error.constraint_name or "")
        if problem is None:
            raise ConstraintBroken(error.constraint_name) from error
        raise problem from error


@contextmanager
def refusing_arguments(problem: Problem) -> Iterator[None]:
    """Raise a problem when an argument does not have the type its statement takes."""
    try:
        yield
    except asyncpg.DataError as error:
        raise problem from error


@contextmanager
def lock_refused(problem: type[Problem]) -> Iterator[None]:
    """Raise a problem when a lock is not had in time."""
    try:
        yield
    except asyncpg.LockNotAvailableError as error:
        raise problem from error


async def connect(url: str) -> Connection:
    """Open one connection, for migrations and provisioning; raises OSError or asyncpg's errors."""
    return cast(Connection, await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S))


async def open_pool(url: str, size: int, statement_timeout_ms: int) -> "asyncpg.Pool[asyncpg.Record]":
    """Open a pool whose connections keep no state of a session, so that nothing need be reset."""
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        timeout=CONNECT_TIMEOUT_S,
        command_timeout=statement_timeout_ms / 1_000 * 2,
        statement_cache_size=STATEMENT_CACHE_SIZE,
        init=set_codecs,
        reset=nothing,
        server_settings={
            "timezone": "Asia/Shanghai",
            "statement_timeout": str(statement_timeout_ms),
            "idle_in_transaction_session_timeout": "10000",
            "jit": "off",
            "application_name": "gridweave",
        },
    )


async def set_codecs(connection: Any) -> None:
    """Read and write json and jsonb as Python values."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name,
            schema="pg_catalog",
            encoder=lambda value: msgspec.json.encode(value).decode(),
            decoder=msgspec.json.decode,
        )


async def nothing(_connection: Any) -> None:
    """Reset nothing: transactions set their settings locally."""
