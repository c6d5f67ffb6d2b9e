"""Every statement is prepared against the migrated schema, its columns compared with its row type."""

import re
import types
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest

from chassis.batch import Kind, column_names
from chassis.database import Connection, connect
from chassis.service import Service
from chassis.sql import Statements, registry
from tests.support.rig import own_database
from tests.support.servers import Infrastructure
from tests.support.services import NAMES, service_named

PYTHON_OF = {
    "uuid": UUID,
    "text": str,
    "varchar": str,
    "int2": int,
    "int4": int,
    "int8": int,
    "bool": bool,
    "date": date,
    "time": time,
    "timestamptz": datetime,
    "float4": float,
    "float8": float,
    "numeric": float,
    "bytea": bytes,
}
JSON = {"json", "jsonb"}
MACHINE_TIME = re.compile(r"\b(now\s*\(|current_(date|time|timestamp)|localtime|clock_timestamp)", re.IGNORECASE)
COMMENT = re.compile(r"--.*")
STAR = re.compile(r"(SELECT|,)\s+(\w+\.)?\*", re.IGNORECASE)


def statements_of(service: Service) -> list[Statements]:
    """Return the statements declared in a service's folder."""
    return [s for s in registry if Path(s.file).is_relative_to(service.folder)]


@asynccontextmanager
async def worker(service: Service, infrastructure: Infrastructure) -> AsyncIterator[Connection]:
    """Connect to a migrated database as the service's worker."""
    async with own_database(service, infrastructure) as name:
        connection = await connect(infrastructure.url(name, f"{service.name}_worker"))
        try:
            yield connection
        finally:
            await connection.close()


@pytest.mark.parametrize("name", NAMES)
async def test_statements_fit_the_schema(infrastructure: Infrastructure, name: str) -> None:
    """A plain statement can be prepared and answers the columns that its declaration says."""
    service = service_named(name)
    faults = []
    async with worker(service, infrastructure) as db:
        for statements in statements_of(service):
            for statement in statements.plain.values():
                faults += await faults_of(db, statement.name, statement.text, statement.columns)

    assert faults == []


@pytest.mark.parametrize("name", NAMES)
async def test_batches_fit_the_schema(infrastructure: Infrastructure, name: str) -> None:
    """A batch statement can be prepared in each of its forms, and has the columns of its row type."""
    service = service_named(name)
    faults = []
    async with worker(service, infrastructure) as db:
        for batch in (b for s in statements_of(service) for b in s.batches.values()):
            hints = get_type_hints(batch.row)
            columns = {column: hints[column] for column in column_names(batch.row)}
            faults += await faults_of(db, batch.name, batch.probe(), columns)
            forms = [(False, False)] if batch.kind is not Kind.PAGE else [(False, False), (True, False), (False, True)]
            for after, before in forms:
                text, _ = batch.text(tuple(columns), after, before)
                faults += await faults_of(db, batch.name, text, {"": str})

    assert faults == []


@pytest.mark.parametrize("name", NAMES)
async def test_batches_may_be_asked_by_every_role(infrastructure: Infrastructure, name: str) -> None:
    """Who has no policy on a table gets nothing from it; a missing GRANT would be a bug instead."""
    service = service_named(name)
    kinds = {None, *(grant.kind for grant in service.access.values())}
    faults = []
    async with own_database(service, infrastructure) as database:
        serving = await connect(infrastructure.url(database, f"{name}_serving"))
        for kind in kinds:
            await serving.execute(f"SET ROLE {name}_{kind}" if kind else "RESET ROLE")
            for batch in (b for s in statements_of(service) for b in s.batches.values()):
                text, names = batch.text(column_names(batch.row), after=False, before=False)
                try:
                    await serving.fetchval(text, [], *(None for _ in names))
                except Exception as error:  # noqa: BLE001 - whatever PostgreSQL says is the finding
                    faults.append(f"{batch.name} by {kind}: {error}")
        await serving.close()

    assert faults == []


@pytest.mark.parametrize("name", NAMES)
def test_statements_leave_the_time_to_the_clock(name: str) -> None:
    """Business time reaches SQL as a parameter, and columns are listed."""
    declared = statements_of(service_named(name))
    sources = [(n, COMMENT.sub("", text)) for s in declared for n, text in s.sources.items()]

    assert sources
    assert [n for n, text in sources if MACHINE_TIME.search(text)] == []
    assert [n for n, text in sources if STAR.search(text)] == []


async def faults_of(db: Connection, name: str, text: str, columns: dict[str, Any] | None) -> list[str]:
    """Return what a statement gets wrong."""
    try:
        prepared = await db.prepare(text)
    except Exception as error:  # noqa: BLE001 - whatever PostgreSQL says is the finding
        return [f"{name}: {error}"]
    found = {a.name: a.type for a in prepared.get_attributes()}
    if columns is None:
        return []
    if list(columns) == [""]:
        found = dict(zip([""], found.values(), strict=True))
    if set(columns) != set(found):
        return [f"{name}: declares {sorted(columns)}, answers {sorted(found)}"]
    return [f"{name}.{c}: {found[c].name} is no {hint}" for c, hint in columns.items() if not fits(found[c], hint)]


def fits(kind: Any, hint: Any) -> bool:
    """Say whether a PostgreSQL type becomes the Python type that a field declares."""
    if get_origin(hint) in (Union, types.UnionType):
        return all(fits(kind, inner) for inner in get_args(hint) if inner is not types.NoneType)
    if kind.name in JSON:
        return True
    if kind.kind == "array":
        inner = get_args(hint)
        return get_origin(hint) in (list, tuple) and fits_name(kind.name.removesuffix("[]").lstrip("_"), inner[0])
    return fits_name(kind.name, hint)


def fits_name(name: str, hint: Any) -> bool:
    """Say whether a scalar of PostgreSQL becomes a Python type; an enum is text."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return PYTHON_OF.get(name) is str
    expected = PYTHON_OF.get(name)
    return expected is hint or (name == "numeric" and hint in (float, Decimal, int))
