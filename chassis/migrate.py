"""Migrations: applied once, in order, under a lock; an applied file that was edited is refused.

Files are `migrations/NNNN_what.sql` in dbmate's format: a part after `-- migrate:up`, one after
`-- migrate:down`.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from chassis.database import Connection

FILE_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
ADVISORY_LOCK = 7_213_001

LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class MigrationRefused(Exception):
    """The migrations on disk do not continue what the database has."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    version: str
    up: str
    down: str
    sha256: str


def read(folder: Path) -> list[Migration]:
    """Read the migrations of a folder, in order."""
    found = []
    for file in sorted(folder.glob("*.sql")):
        match = FILE_NAME.fullmatch(file.name)
        text = file.read_text(encoding="utf-8")
        up, mark, down = text.partition("-- migrate:down")
        if match is None or not mark or "-- migrate:up" not in up:
            raise MigrationRefused(f"{file.name}: expected NNNN_what.sql with migrate:up and migrate:down")
        digest = hashlib.sha256(text.encode()).hexdigest()
        found.append(Migration(match[1], up.partition("-- migrate:up")[2], down, digest))
    return found


async def migrate(connection: Connection, folder: Path) -> list[str]:
    """Apply what is missing, each file in a transaction; return the versions applied.

    Raises MigrationRefused if an applied file was edited or is gone.
    """
    await connection.execute(f"SELECT pg_advisory_lock({ADVISORY_LOCK})")
    try:
        await connection.execute(LEDGER)
        rows = await connection.fetch("SELECT version, sha256 FROM schema_migrations")
        applied = {row["version"]: row["sha256"] for row in rows}
        files = read(folder)
        check(applied, files)
        todo = [m for m in files if m.version not in applied]
        for migration in todo:
            await apply(connection, migration)
        return [m.version for m in todo]
    finally:
        await connection.execute(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})")


def check(applied: dict[str, str], files: list[Migration]) -> None:
    """Refuse files that differ from what was applied."""
    known = {m.version: m.sha256 for m in files}
    for version, sha256 in applied.items():
        if version not in known:
            raise MigrationRefused(f"migration {version} was applied and its file is gone")
        if known[version] != sha256:
            raise MigrationRefused(f"migration {version} was edited after it was applied")


async def apply(connection: Connection, migration: Migration) -> None:
    """Apply one file, all of it or nothing."""
    record = "INSERT INTO schema_migrations (version, sha256) VALUES ($1, $2)"
    await connection.execute("BEGIN; SET LOCAL lock_timeout = '5s'")
    try:
        await connection.execute(migration.up)
        await connection.execute(record, migration.version, migration.sha256)
        await connection.execute("COMMIT")
    except BaseException:
        await connection.execute("ROLLBACK")
        raise


async def roll_back(connection: Connection, folder: Path, version: str) -> None:
    """Take one migration back."""
    migration = next(m for m in read(folder) if m.version == version)
    await connection.execute("BEGIN; SET LOCAL lock_timeout = '5s'")
    try:
        await connection.execute(migration.down)
        await connection.execute("DELETE FROM schema_migrations WHERE version = $1", version)
        await connection.execute("COMMIT")
    except BaseException:
        await connection.execute("ROLLBACK")
        raise
