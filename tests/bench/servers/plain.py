"""Strawberry as it comes: its own router, a DataLoader for each endpoint, httpx."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import strawberry
from fastapi import FastAPI
from strawberry.dataloader import DataLoader
from strawberry.fastapi import GraphQLRouter
from strawberry.types import Info

from gateway.upstream.declare import Endpoint
from tests.bench import schema as declared
from tests.bench.servers.front import serve

CONNECTIONS_MAX = 64
RESIDENT = ["id", "name", "sex", "birth_on", "phone_masked", "household_id", "grid_code"]
NEIGHBOR = ["id", "name", "sex", "phone_masked"]
LISTED = ["id", "name", "sex", "birth_on", "phone_masked", "household_id"]
GRID = ["code", "name", "worker_name"]
FIELDS = {
    declared.RESIDENT: RESIDENT,
    declared.GRID: GRID,
    declared.GRIDS_OF_VILLAGE: GRID,
    declared.RESIDENT_COUNT: ["total"],
    declared.CHECKPOINTS_OF_GRID: ["id", "name", "kind", "status"],
    declared.PASSAGE_COUNT: ["total", "turned_back"],
    declared.ENTERPRISE_COUNT: ["total", "resumed"],
}


@dataclass(slots=True)
class Loaders:
    """The loaders of one request."""

    clients: Mapping[str, httpx.AsyncClient]
    made: dict[Any, DataLoader[str, Any]]

    def of(self, endpoint: Endpoint, first: int | None = None, fields: list[str] | None = None) -> DataLoader[str, Any]:
        """Return the loader of an endpoint."""
        key = (endpoint, first)
        if key not in self.made:

            async def load(ids: list[str]) -> list[Any]:
                body: dict[str, Any] = {"ids": ids, "fields": fields or FIELDS[endpoint]}
                if first is not None:
                    body["arguments"] = {"first": first}
                response = await self.clients[endpoint.service].post(endpoint.path, json=body)
                answer: list[Any] = response.raise_for_status().json()
                return answer

            self.made[key] = DataLoader(load_fn=load)
        return self.made[key]


Asked = Info[dict[str, Loaders], None]


@strawberry.type
class PassageCount:
    """Two numbers."""

    total: int
    turned_back: int


@strawberry.type
class EnterpriseCount:
    """Two numbers."""

    total: int
    resumed: int


@strawberry.type
class Checkpoint:
    """A checkpoint."""

    id: strawberry.ID
    name: str
    kind: str
    status: str

    @strawberry.field
    async def passages(self, info: Asked) -> PassageCount | None:
        """Load the counts."""
        row = await info.context["loaders"].of(declared.PASSAGE_COUNT).load(self.id)
        return row and PassageCount(**row)


@strawberry.type
class Grid:
    """A grid."""

    code: strawberry.ID
    name: str
    worker_name: str | None

    @strawberry.field
    async def residents(self, info: Asked, first: int) -> list["Resident"] | None:
        """Load the first residents."""
        rows = await info.context["loaders"].of(declared.RESIDENTS_OF_GRID, first, NEIGHBOR).load(self.code)
        return [Resident(**row) for row in rows]

    @strawberry.field
    async def resident_count(self, info: Asked) -> int | None:
        """Load the count."""
        row = await info.context["loaders"].of(declared.RESIDENT_COUNT).load(self.code)
        return row and int(row["total"])

    @strawberry.field
    async def checkpoints(self, info: Asked) -> list[Checkpoint] | None:
        """Load the checkpoints."""
        rows = await info.context["loaders"].of(declared.CHECKPOINTS_OF_GRID).load(self.code)
        return [Checkpoint(**row) for row in rows]

    @strawberry.field
    async def enterprises(self, info: Asked) -> EnterpriseCount | None:
        """Load the counts."""
        row = await info.context["loaders"].of(declared.ENTERPRISE_COUNT).load(self.code)
        return row and EnterpriseCount(**row)


@strawberry.type
class Resident:
    """A resident."""

    id: strawberry.ID
    name: str
    sex: str | None = None
    birth_on: str | None = None
    phone_masked: str | None = None
    household_id: strawberry.ID | None = None
    grid_code: strawberry.Private[str] = ""

    @strawberry.field
    async def grid(self, info: Asked) -> Grid | None:
        """Load the grid."""
        row = await info.context["loaders"].of(declared.GRID).load(self.grid_code)
        return row and Grid(**row)


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    async def resident(self, info: Asked, id: strawberry.ID) -> Resident | None:  # noqa: A002 - the schema's name
        """Load one resident."""
        row = await info.context["loaders"].of(declared.RESIDENT).load(id)
        return row and Resident(**row)

    @strawberry.field
    async def grids(self, info: Asked, village: str) -> list[Grid] | None:
        """Load the grids of a village."""
        rows = await info.context["loaders"].of(declared.GRIDS_OF_VILLAGE).load(village)
        return [Grid(**row) for row in rows]

    @strawberry.field
    async def residents(self, info: Asked, grid: str, first: int) -> list[Resident] | None:
        """Load residents of a grid."""
        rows = await info.context["loaders"].of(declared.RESIDENTS_OF_GRID, first, LISTED).load(grid)
        return [Resident(**row) for row in rows]


def make(urls: Mapping[str, str]) -> FastAPI:
    """Return the application."""
    limits = httpx.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX)
    clients = {
        name: httpx.AsyncClient(base_url=url, limits=limits, trust_env=False, timeout=30) for name, url in urls.items()
    }

    async def context() -> dict[str, Loaders]:
        return {"loaders": Loaders(clients, {})}

    app = FastAPI()
    router = GraphQLRouter[Any, Any](strawberry.Schema(query=Query), context_getter=context, graphql_ide=None)
    app.include_router(router, prefix="/graphql")
    return app


if __name__ == "__main__":
    serve(make)
