"""Interfaces and unions: how a row tells its type."""

from functools import lru_cache
from typing import Any

from graphql import GraphQLUnionType

from gateway.engine.fallback import NotCompiled, Reason
from gateway.upstream.projection import DEFINITION, TYPE_COLUMN


def type_column(abstract: Any) -> str:
    """Return the column that tells a row's type, or raise NotCompiled."""
    for origin in origins(abstract):
        found = origin.__dict__.get(TYPE_COLUMN)
        if found:
            return str(found)
    raise NotCompiled(Reason.RESOLVER)


def origins(abstract: Any) -> list[type]:
    """Return the classes that declare an interface, or the members of a union."""
    declaring = abstract.types if isinstance(abstract, GraphQLUnionType) else (abstract,)
    return [kind.extensions[DEFINITION].origin for kind in declaring]


@lru_cache(maxsize=1_000)
def type_of(abstract: Any, value: str) -> str:
    """Return the type's name of a row whose type column has this value; a name of no type is answered as such."""
    row = {type_column(abstract): value}
    if isinstance(abstract, GraphQLUnionType):
        for kind, origin in zip(abstract.types, origins(abstract), strict=True):
            if origin.is_type_of(row, None):  # type: ignore[attr-defined]
                return str(kind.name)
        return ""
    [origin] = origins(abstract)
    return str(origin.resolve_type(row, None, abstract))  # type: ignore[attr-defined]
