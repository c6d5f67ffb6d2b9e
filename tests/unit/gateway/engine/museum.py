"""A schema of the tests' own: a museum, with everything that a declaration can say."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from graphql import GraphQLSchema
from strawberry.directive import DirectiveLocation
from strawberry.schema.config import StrawberryConfig

from gateway.schema import column_of
from gateway.shared.scalars import SCALARS
from gateway.shared.types import Connection, Node
from gateway.upstream.declare import Argument, Endpoint, Kind, NodeType
from gateway.upstream.fields import (
    any_node,
    column,
    derived,
    global_id,
    load_list,
    load_one,
    load_page,
    load_value,
    part,
)
from tests.unit.gateway.engine.museum_values import LENGTH, Era, Length, Material

if TYPE_CHECKING:
    from tests.unit.gateway.engine.museum_parts import Appraisal, Catalogue, Frame, Label, Point

HALLS, ARCHIVE = "halls", "archive"

WORKS = Endpoint(HALLS, "/works:batch", Kind.ONE)
ROOMS = Endpoint(HALLS, "/rooms:batch", Kind.ONE)
WORKS_OF_ROOM = Endpoint(HALLS, "/works/by-room:batch", Kind.PAGE)
EXHIBITS_OF_ROOM = Endpoint(HALLS, "/exhibits/by-room:batch", Kind.LIST)
STAFF_OF_ROOM = Endpoint(HALLS, "/staff/by-room:batch", Kind.LIST)
ARTISTS = Endpoint(ARCHIVE, "/artists:batch", Kind.ONE)
NOTES_OF_WORK = Endpoint(ARCHIVE, "/notes/by-work:batch", Kind.LIST)
LOANS = Endpoint(ARCHIVE, "/loans:batch", Kind.ONE)
PERSONS = Endpoint(ARCHIVE, "/persons:batch", Kind.ONE)
REGISTER_PURPOSE = "INSURANCE"

AppraisalLater = Annotated["Appraisal", strawberry.lazy("tests.unit.gateway.engine.museum_parts")]
CatalogueLater = Annotated["Catalogue", strawberry.lazy("tests.unit.gateway.engine.museum_parts")]
FrameLater = Annotated["Frame", strawberry.lazy("tests.unit.gateway.engine.museum_parts")]
LabelLater = Annotated["Label", strawberry.lazy("tests.unit.gateway.engine.museum_parts")]
PointLater = Annotated["Point", strawberry.lazy("tests.unit.gateway.engine.museum_parts")]


@strawberry.type(description="Who makes works")
class Artist(Node):
    """Found by key from many places."""

    id: strawberry.ID = global_id()
    name: str = column("Name")
    motto: str | None = column("What the artist says")
    teacher: "Artist | None" = load_one(ARTISTS, key="teacher_id", description="Who taught")


@strawberry.type(description="A remark of the archive")
class Note:
    """Belongs to a work."""

    text: str = column("What it says")
    author: Artist | None = load_one(ARTISTS, key="author_id", description="Who wrote it")


def label_of(row: Any, _context: Any) -> dict[str, Any]:
    """Make a label; a title of spaces is none, and some works have odd ones."""
    if row["title"].isspace():
        raise ValueError("no title")
    odd: dict[str, dict[str, Any]] = {"odd": {"lines": []}, "none": {"text": None, "lines": [None]}}
    usual = {"text": row["title"].upper(), "lines": [row["title"], f"of {row['era']}"]}
    return odd.get(row["title"], usual)


@strawberry.type(description="Something made by an artist")
class Work(Node):
    """Has a column of every kind, and every kind of load beneath."""

    id: strawberry.ID = global_id()
    title: str = column("Title")
    subtitle: str | None = column("Subtitle")
    year: int | None = column("Year")
    era: Era | None = column("When it was made")
    eras: list[Era] | None = column("All of its eras")
    material: Material | None = column("What it is made of")
    height: Length | None = column("Height")
    marks: list[list[int]] | None = column("Marks, by side")
    outline: list[list[PointLater]] | None = column("Polygons")
    frame: FrameLater | None = column("Its frame")
    shadow: list[PointLater | None] | None = column("Points that may lack")
    appraisal: AppraisalLater | None = part(
        "What it is worth", present="worth", amount="worth", currency="worth_in", expert_id="expert_id"
    )
    catalogue: CatalogueLater = part("Where it is listed", number="year")
    label: LabelLater | None = derived("What hangs beside it", label_of, "title", "era")
    signature: str = derived("What stands below", lambda row, _context: row["subtitle"], "subtitle")
    initials: list[str] | None = derived("First letters", lambda row, _context: [*row["title"][:1], None], "title")
    carved: str | None = derived("The frame's wood", lambda row, _context: row["frame"]["wood"], "frame")
    shouted: str | None = derived("The title, loudly", lambda row, _context: row["title"].upper() + "!", "title")
    artist: Artist | None = load_one(ARTISTS, key="artist_id", description="Who made it")
    owner: Artist | None = load_one(ARTISTS, key="owner_id", description="Whose it is")
    maker: Artist = load_one(ARTISTS, key="artist_id", description="Who made it, for sure")
    artist_name: str | None = load_value(ARTISTS, key="artist_id", column="name", description="Who made it")
    notes: list[Note] | None = load_list(
        NOTES_OF_WORK,
        key="id",
        arguments=(
            Argument("since", int | None, "Only later ones"),
            Argument("about", list[Era] | None, "Only about these"),
            Argument("by", strawberry.ID | None, "Only of this artist", of="Artist"),
        ),
        description="What the archive knows",
    )
    room: "Room | None" = load_one(ROOMS, key="room_id", description="Where it hangs")
    insured: bool | None = load_value(
        LOANS, key="id", column="insured", description="Whether it is insured", purpose=REGISTER_PURPOSE
    )


@strawberry.type(description="A painting")
class Painting:
    """A member of a union."""

    type_column = "kind"

    title: str = column("Title")
    canvas: str | None = column("What it is painted on")
    artist: Artist | None = load_one(ARTISTS, key="artist_id", description="Who made it")

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Say whether a row is a painting."""
        return bool(row["kind"] == "painting")


@strawberry.type(description="A sculpture")
class Sculpture:
    """The other member."""

    type_column = "kind"

    title: str = column("Title")
    weight: int | None = column("Weight")
    donor: Artist | None = load_one(ARTISTS, key="donor_id", description="Who gave it")

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Say whether a row is a sculpture."""
        return bool(row["kind"] == "sculpture")


Exhibit = Annotated[Painting | Sculpture, strawberry.union("Exhibit", description="What stands in a room")]


@strawberry.interface(description="Who works here")
class Person(Node):
    """Either of two; the column `job` tells."""

    type_column = "job"

    id: strawberry.ID = global_id()
    name: str = column("Name")
    job: str | None = column("What tells which of the two")
    mentor: "Person | None" = load_one(PERSONS, key="mentor_id", description="Who showed the way")

    @classmethod
    def resolve_type(cls, row: Any, _info: Any, _abstract: Any) -> str:
        """Return the type by the job."""
        return str(row["job"]).title()


@strawberry.type(description="Watches a room")
class Guard(Person):
    """A person."""

    badge: str | None = column("Number")


@strawberry.type(description="Shows a room")
class Guide(Person):
    """A person."""

    languages: list[str] = column("What is spoken")
    idol: Artist | None = load_one(ARTISTS, key="idol_id", description="Whom the guide admires")


@strawberry.type(description="Where things are")
class Room(Node):
    """Has a list, a union, an interface and a page."""

    id: strawberry.ID = global_id()
    name: str = column("Name")
    exhibits: list[Exhibit] | None = load_list(EXHIBITS_OF_ROOM, key="id", description="What stands here")
    staff: list[Person] | None = load_list(STAFF_OF_ROOM, key="id", description="Who is here")
    works: Connection[Work] | None = load_page(
        WORKS_OF_ROOM,
        key="id",
        arguments=(Argument("era", list[Era] | None, "Only of these eras"),),
        description="What hangs here",
    )


@strawberry.input(description="What a work is like")
class Likeness:
    """An input object."""

    era: Era | None = None


def complaint(_row: Any, _context: Any) -> str:
    """Fail."""
    raise RuntimeError("the desk is closed")


def lateness() -> str:
    """Return what no service says."""
    return "always late"


NODES = {
    "Work": NodeType(WORKS),
    "Room": NodeType(ROOMS),
    "Guard": NodeType(PERSONS, "job", "guard"),
    "Guide": NodeType(PERSONS, "job", "guide"),
}
KEY = Argument("key", str, "Key", pattern=r"[a-z]\d+")


@strawberry.type(description="The way in")
class Query:
    """The query root."""

    work: Work | None = load_one(WORKS, key=KEY, description="A work by its key")
    work_by_id: Work | None = load_one(
        WORKS, key=Argument("id", strawberry.ID, "Id", of="Work"), description="A work by its global id"
    )
    sure_work: Work = load_one(WORKS, key=KEY, description="A work that there is")
    room: Room | None = load_one(ROOMS, key=KEY, description="A room by its key")
    person: Person | None = load_one(PERSONS, key=KEY, description="A person by its key")
    similar: list[Note] | None = load_list(
        NOTES_OF_WORK, key=KEY, arguments=(Argument("like", Likeness | None, "Likeness"),), description="Like it"
    )
    node: Node | None = any_node(NODES, "Whatever has this id")
    complaint: str | None = derived("Fails", complaint)
    greeting: str = derived("Who comes in", lambda _row, context: f"Welcome, {context.caller.viewer.name}")

    clock: str = strawberry.field(resolver=lateness, description="Has code of its own")


@strawberry.type(description="What can be done")
class Mutation:
    """The mutation root."""

    complain: str | None = derived("Fails", complaint)


@strawberry.directive(locations=[DirectiveLocation.QUERY], description="Does nothing")
def calm() -> None:
    """Do nothing."""


def museum_schema() -> GraphQLSchema:
    """Return the schema as graphql-core executes it."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=[Guard, Guide],
        directives=[calm],
        config=StrawberryConfig(default_resolver=column_of, scalar_map={**SCALARS, Length: LENGTH}),
    )
    return schema._schema


SCHEMA = museum_schema()
