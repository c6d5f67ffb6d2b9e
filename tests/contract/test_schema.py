"""schema.sql is the database as it is now; migrations/ says how it got there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from chassis import migrate
from chassis.database import Connection, connect
from chassis.service import Service
from tests.contract.catalog import KEYS, LEDGER, REGION_COLUMNS, catalog
from tests.support.rig import own_database, template
from tests.support.servers import Infrastructure
from tests.support.services import NAMES, service_named

# The same on every machine of a larger deployment, so that they need no district.
REFERENCE_TABLES = {"origin_divisions", "industries", LEDGER}


@asynccontextmanager
async def empty_database(service: Service, infrastructure: Infrastructure) -> AsyncIterator[Connection]:
    """Make an empty database for a service and connect as its owner."""
    await template(service, infrastructure)  # makes the roles
    name = f"{service.name}_{uuid4().hex[:12]}"
    admin = await connect(infrastructure.url("postgres"))
    try:
        await admin.execute(f"CREATE DATABASE {name} OWNER {service.name}")
        owner = await connect(infrastructure.url(name, service.name))
        try:
            yield owner
        finally:
            await owner.close()
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()


@asynccontextmanager
async def migrated(service: Service, infrastructure: Infrastructure) -> AsyncIterator[Connection]:
    """Connect as the owner of a database that the migrations made."""
    async with own_database(service, infrastructure) as name:
        owner = await connect(infrastructure.url(name, service.name))
        try:
            yield owner
        finally:
            await owner.close()


@pytest.mark.parametrize("name", NAMES)
async def test_migrations_lead_to_the_schema(infrastructure: Infrastructure, name: str) -> None:
    """Tables, constraints, indexes, policies and grants are those of schema.sql, no more and no fewer."""
    service = service_named(name)
    async with empty_database(service, infrastructure) as owner:
        await owner.execute((service.folder / "schema.sql").read_text(encoding="utf-8"))
        written = await catalog(owner)

    async with migrated(service, infrastructure) as owner:
        reached = await catalog(owner)

    assert sorted(set(reached) - set(written)) == [], "migrations make what schema.sql does not have"
    assert sorted(set(written) - set(reached)) == [], "schema.sql has what no migration makes"


@pytest.mark.parametrize("name", NAMES)
async def test_migrations_can_be_taken_back(infrastructure: Infrastructure, name: str) -> None:
    """Every migration undoes what it did."""
    service = service_named(name)
    folder = service.folder / "migrations"
    async with empty_database(service, infrastructure) as owner:
        before = await catalog(owner)
        versions = await migrate.migrate(owner, folder)
        for version in reversed(versions):
            await migrate.roll_back(owner, folder, version)

        assert await catalog(owner) == before


@pytest.mark.parametrize("name", NAMES)
async def test_every_key_starts_with_the_district(infrastructure: Infrastructure, name: str) -> None:
    """All rows of a district stay together when the database is spread over machines."""
    async with migrated(service_named(name), infrastructure) as owner:
        keys = await owner.fetch(KEYS)

    wrong = [k["name"] for k in keys if k["owner"] not in REFERENCE_TABLES and k["columns"][0] != "district_code"]
    assert keys
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
async def test_division_codes_compare_byte_by_byte(infrastructure: Infrastructure, name: str) -> None:
    """The policies' ranges use an index only in collation "C"."""
    async with migrated(service_named(name), infrastructure) as owner:
        columns = await owner.fetch(REGION_COLUMNS)

    assert [c["owner"] for c in columns if c["collation"] != "C"] == []
