"""The bench's schema, declared as the gateway's own is."""

from functools import lru_cache

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from gateway.schema import column_of
from gateway.upstream.declare import CHECKPOINTS, ENTERPRISES, RESIDENTS, Argument, Endpoint, Kind
from gateway.upstream.fields import column, load_list, load_one, load_value

RESIDENT = Endpoint(RESIDENTS, "/bench/residents:batch", Kind.ONE, vouched=True)
RESIDENTS_OF_GRID = Endpoint(RESIDENTS, "/bench/residents/by-grid:batch", Kind.LIST, vouched=True)
RESIDENT_COUNT = Endpoint(RESIDENTS, "/bench/resident-counts/by-grid:batch", Kind.ONE, vouched=True)
GRID = Endpoint(RESIDENTS, "/bench/grids:batch", Kind.ONE, vouched=True)
GRIDS_OF_VILLAGE = Endpoint(RESIDENTS, "/bench/grids/by-village:batch", Kind.LIST, vouched=True)
CHECKPOINTS_OF_GRID = Endpoint(CHECKPOINTS, "/bench/checkpoints/by-grid:batch", Kind.LIST, vouched=True)
PASSAGE_COUNT = Endpoint(CHECKPOINTS, "/bench/passage-counts/by-checkpoint:batch", Kind.ONE, vouched=True)
ENTERPRISE_COUNT = Endpoint(ENTERPRISES, "/bench/enterprise-counts/by-grid:batch", Kind.ONE, vouched=True)
FIRST = Argument("first", int, "How many rows")


@strawberry.type(description="Passages of a checkpoint")
class PassageCount:
    """Two numbers of one row."""

    total: int = column("All of them")
    turned_back: int = column("Those who were turned back")


@strawberry.type(description="Enterprises of a grid")
class EnterpriseCount:
    """Two numbers of one row."""

    total: int = column("All of them")
    resumed: int = column("Those that work again")


@strawberry.type(description="A checkpoint")
class Checkpoint:
    """A row of the second service."""

    id: strawberry.ID = column("Id")
    name: str = column("Name")
    kind: str = column("Kind")
    status: str = column("Status")
    passages: PassageCount | None = load_one(PASSAGE_COUNT, key="id", description="Its passages, counted")


@strawberry.type(description="A grid")
class Grid:
    """A row of the first service with loads from all three."""

    code: strawberry.ID = column("Code")
    name: str = column("Name")
    worker_name: str | None = column("Who serves it")
    residents: list["Resident"] | None = load_list(
        RESIDENTS_OF_GRID, key="code", arguments=(FIRST,), description="The first of its residents"
    )
    resident_count: int | None = load_value(RESIDENT_COUNT, key="code", column="total", description="How many")
    checkpoints: list[Checkpoint] | None = load_list(CHECKPOINTS_OF_GRID, key="code", description="Its checkpoints")
    enterprises: EnterpriseCount | None = load_one(ENTERPRISE_COUNT, key="code", description="Its enterprises, counted")


@strawberry.type(description="A resident")
class Resident:
    """A row of the first service."""

    id: strawberry.ID = column("Id")
    name: str = column("Name")
    sex: str | None = column("Sex")
    birth_on: str | None = column("Birth date")
    phone_masked: str | None = column("Phone number, its middle hidden")
    household_id: strawberry.ID | None = column("The household's id")
    grid: Grid | None = load_one(GRID, key="grid_code", description="The grid of the person's home")


@strawberry.type(description="What can be asked")
class Query:
    """The root."""

    resident: Resident | None = load_one(
        RESIDENT, key=Argument("id", strawberry.ID, "The resident's id"), description="One resident"
    )
    grids: list[Grid] | None = load_list(
        GRIDS_OF_VILLAGE, key=Argument("village", str, "The village's code"), description="The grids of a village"
    )
    residents: list[Resident] | None = load_list(
        RESIDENTS_OF_GRID,
        key=Argument("grid", str, "The grid's code"),
        arguments=(FIRST,),
        description="Residents of a grid",
    )


@lru_cache(maxsize=1)
def bench_schema() -> strawberry.Schema:
    """Return the schema as Strawberry has it."""
    return strawberry.Schema(query=Query, config=StrawberryConfig(default_resolver=column_of))


def executable_schema() -> GraphQLSchema:
    """Return the schema as graphql-core executes it."""
    return bench_schema()._schema


def schema_text() -> str:
    """Return the schema as the peers read it."""
    return bench_schema().as_str() + "\n"
