"""Relay's connections in a plan: nodes, edges, and what lies around a page."""

from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLNonNull, GraphQLObjectType, GraphQLString, get_named_type

from gateway.engine.fallback import NotCompiled, Reason
from gateway.engine.plan import EdgeCursor, EdgeNode, Edges, Leaf, Nodes, Object, PageInfo, Wire
from gateway.upstream import declare
from gateway.upstream.projection import DEFINITION, source_of

if TYPE_CHECKING:
    from gateway.engine.build import Builder
    from gateway.engine.place import Place

CURSOR = "cursor"
NODES, NODE, INFO = "nodes", "node", "page_info"
CURSORS = frozenset({"start_cursor", "end_cursor"})


def shown(builder: "Builder", page: GraphQLObjectType, key: str, nodes: list[FieldNode], place: "Place") -> Any:
    """Return how a field of a connection is answered."""
    name = nodes[0].name.value
    if name == "__typename":
        return builder.shown(page, key, nodes, place)
    described = page.fields[name]
    definition = described.extensions[DEFINITION]
    if isinstance(source_of(definition), declare.Edges):
        edge: Any = get_named_type(described.type)
        return Edges(key, nodes, described.type, object=edges(builder, edge, nodes, place))
    if definition.python_name == NODES:
        return Nodes(key, nodes, described.type, object=builder.object(described.type, nodes, place))
    if definition.python_name == INFO:
        info: Any = get_named_type(described.type)
        return PageInfo(key, nodes, described.type, object=page_info(builder, info, nodes, place))
    raise NotCompiled(Reason.RESOLVER)


def edges(builder: "Builder", edge: GraphQLObjectType, nodes: list[FieldNode], place: "Place") -> Object:
    """Return how the edges of a connection are answered."""
    made = Object(edge)
    for key, inner in builder.selections.of(edge, nodes).items():
        name = inner[0].name.value
        if name == CURSOR:
            want_cursor(place)
            made.fields.append(EdgeCursor(key, inner, edge.fields[name].type))
        elif name == NODE:
            kind = edge.fields[name].type
            made.fields.append(EdgeNode(key, inner, kind, object=builder.object(kind, inner, place)))
        else:
            made.fields.append(builder.shown(edge, key, inner, place))
    return made


def page_info(builder: "Builder", info: GraphQLObjectType, nodes: list[FieldNode], place: "Place") -> Object:
    """Return how the page's information is answered: from one row more than the page shows, and the cursors."""
    made = Object(info)
    for key, inner in builder.selections.of(info, nodes).items():
        name = inner[0].name.value
        if name.startswith("__"):
            made.fields.append(builder.shown(info, key, inner, place))
            continue
        column = info.fields[name].extensions[DEFINITION].python_name
        if column in CURSORS:
            want_cursor(place)
        assert place.fetch is not None
        place.fetch.surrounded = True
        made.fields.append(Leaf(key, inner, info.fields[name].type, column=column))
    return made


def want_cursor(place: "Place") -> None:
    """Ask for the rows' cursors: each row has one."""
    place.rows.columns.setdefault(CURSOR, Wire(GraphQLNonNull(GraphQLString)))
