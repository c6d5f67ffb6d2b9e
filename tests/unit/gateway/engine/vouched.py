"""A schema with one vouched endpoint, new for each test: trust is kept by endpoint, for the life of a process."""

from itertools import count
from typing import Any

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from gateway.schema import column_of
from gateway.shared.types import Connection
from gateway.upstream.declare import Argument, Endpoint, Kind
from gateway.upstream.fields import column, load_list, load_one, load_page

KEY = Argument("key", str, "Key")
BOXES = Endpoint("archive", "/boxes:batch", Kind.LIST)
numbers = count()


@strawberry.type(description="A leaflet")
class Leaflet:
    """Has leaves only."""

    title: str = column("Title")
    pages: int = column("Pages")


def vouched_endpoint(kind: Kind) -> Endpoint:
    """Return an endpoint that no other test trusts."""
    return Endpoint("archive", f"/leaflets/{next(numbers)}:batch", kind, vouched=True)


def vouched_schema(endpoint: Endpoint) -> GraphQLSchema:
    """Return a schema with a field for each kind of endpoint; only that of this one's kind can be asked."""
    one = Endpoint(endpoint.service, endpoint.path, Kind.ONE, vouched=True)
    many = Endpoint(endpoint.service, endpoint.path, Kind.LIST, vouched=True)
    page = Endpoint(endpoint.service, endpoint.path, Kind.PAGE, vouched=True)

    @strawberry.type(description="A box of leaflets")
    class Box:
        """Leads to a list."""

        leaflets: list[Leaflet] | None = load_list(many, key="id", description="What is in it")

    @strawberry.type(description="The way in")
    class Query:
        """The query root."""

        leaflet: Leaflet | None = load_one(one, key=KEY, description="One")
        leaflets: list[Leaflet] | None = load_list(many, key=KEY, description="A list")
        leaflet_page: Connection[Leaflet] | None = load_page(page, key=KEY, description="A page")

        boxes: list[Box] | None = load_list(BOXES, key=KEY, description="Rows that lead to others")

    return strawberry.Schema(query=Query, config=StrawberryConfig(default_resolver=column_of))._schema


def leaflets(count: int) -> list[dict[str, Any]]:
    """Return rows enough to be worth splicing."""
    return [{"title": f"Leaflet {i} " + "x" * 80, "pages": i} for i in range(count)]
