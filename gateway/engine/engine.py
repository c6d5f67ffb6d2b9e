"""The engine: an operation is compiled once for each combination of @skip and @include, then only run.

What it does not compile, it says before any call is made: nothing is ever carried out twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)

from gateway.engine.arguments import Asked, Asking, asking
from gateway.engine.build import MALFORMED, Builder
from gateway.engine.fallback import NotCompiled, Reason
from gateway.engine.flags import flags_of
from gateway.engine.generate import ROOT, Writer
from gateway.engine.joining import Join
from gateway.engine.literals import Taker, Values, taker
from gateway.engine.plan import Fetch, Plan
from gateway.engine.running import Running
from gateway.engine.runtime import Types
from gateway.engine.settle import settle
from gateway.engine.shapes import form_of
from gateway.engine.together import Together
from gateway.engine.variables import Variables, VariablesRefused
from gateway.shared.ids import decode
from gateway.shared.problems import IdMalformed
from gateway.upstream.context import Context
from gateway.upstream.declare import AnyNode, NodeTypes
from gateway.upstream.projection import DEFINITION, source_of
from gateway.upstream.selections import Selections

VARIANTS_MAX = 64

encode = msgspec.json.Encoder(enc_hook=repr).encode


@dataclass(slots=True, eq=False)
class Variant:
    """The code of an operation for one combination of @skip, @include and node types.

    A sensitive one leaves traces of each reader in the services, and is never shared.
    """

    plan: Plan
    writer: Writer
    asking: list[Asked | Asking]
    source: str
    run: Callable[[Running], Any]
    namespace: dict[str, Any]

    sensitive: bool = field(init=False)

    def __post_init__(self) -> None:
        self.sensitive = any(fetch.load.purpose for fetch in self.plan.fetches)

    @property
    def fetches(self) -> list[Fetch]:
        """Return the fetches of the plan."""
        return self.plan.fetches

    def careful(self, index: int) -> Any:
        """Return the function of a fetch for an answer of which anything may be wrong; compiled when needed."""
        name = f"c{index}"
        if name not in self.namespace:
            source = self.writer.careful(self.fetches[index])
            self.namespace.update(self.writer.given)
            exec(compile(source, "<careful>", "exec"), self.namespace)  # noqa: S102 - code of ours, no text of a client
        return self.namespace[name]

    def joins(self) -> list[Join]:
        """Return what lets the fetches of a level go out as one call."""
        return [Join(len(together)) for together in self.plan.joins]


@dataclass(slots=True)
class Compiled:
    """An operation, and its variants so far; or the reason why it is left to the reference executor."""

    schema: GraphQLSchema
    types: Types
    document: DocumentNode
    operation: OperationDefinitionNode
    together: Together[ExecutionResult] = field(default_factory=Together)
    reason: Reason | None = None
    flags: tuple[str, ...] = ()
    nodes: tuple[tuple[FieldNode, Callable[[Values], str]], ...] = ()
    variables: Variables = field(init=False)
    variants: dict[tuple[Any, ...], Variant | Reason] = field(default_factory=dict)
    services: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.variables = Variables(self.schema, self.operation.variable_definitions or ())
        try:
            if self.operation.operation is not OperationType.QUERY:
                raise NotCompiled(Reason.EFFECT)
            self.flags = flags_of(self.document)
            self.nodes = tuple(any_nodes(self.schema, self.document))
        except NotCompiled as left:
            self.reason = left.reason

    async def run(
        self, context: Context, given: Mapping[str, Any] | None, *, hide_suggestions: bool
    ) -> ExecutionResult:
        """Execute the operation; raise NotCompiled, before any call, where the reference executor must."""
        if self.reason is not None:
            raise NotCompiled(self.reason)
        try:
            values = self.variables.values(given or {}, hide_suggestions=hide_suggestions)
        except VariablesRefused as refused:
            return ExecutionResult(None, refused.errors)
        variant = self.variant(values)
        caller = context.caller
        if variant.sensitive or caller.purpose is not None:
            return await self.execute(variant, values, context)
        key = (variant, encode(values), caller.identity)
        return await self.together.run(key, context.ends_at, self.execute, variant, values, context)

    async def execute(self, variant: Variant, values: Mapping[str, Any], context: Context) -> ExecutionResult:
        """Run a variant's code for the values of the variables."""
        running = Running(variant, [e if isinstance(e, Asked) else e(values) for e in variant.asking], context)
        try:
            data = await variant.run(running)
        finally:
            running.close()
        if not running.troubled:
            return ExecutionResult(data, None)
        data, errors = settle(data)
        return ExecutionResult(data, errors)

    def warm(self) -> None:
        """Compile beforehand what does not depend on variables."""
        if self.reason is None and not self.flags and not self.nodes:
            self.variants.setdefault((), self.compiled(()))

    def variant(self, values: Mapping[str, Any]) -> Variant:
        """Return the code for the values of variables that decide what is selected; raise NotCompiled."""
        key: tuple[Any, ...] = ()
        if self.flags or self.nodes:
            key = (*[values.get(name) for name in self.flags], *[tell(values) for _, tell in self.nodes])
        found = self.variants.get(key)
        if found is None:
            if len(self.variants) >= VARIANTS_MAX:
                raise NotCompiled(Reason.VARIANTS)
            found = self.variants[key] = self.compiled(key)
        if isinstance(found, Reason):
            raise NotCompiled(found)
        return found

    def compiled(self, key: tuple[Any, ...]) -> Variant | Reason:
        """Return a variant's code, or the reason why there is none."""
        if not all(type(each) is bool for each in key[: len(self.flags)]):
            return Reason.ARGUMENT
        flags = dict(zip(self.flags, key, strict=False))
        node_types = {node: name for (node, _), name in zip(self.nodes, key[len(self.flags) :], strict=True)}
        try:
            made = variant_of(self, flags, node_types)
        except NotCompiled as left:
            return left.reason
        self.services |= {fetch.endpoint.service for fetch in made.fetches}
        return made


@dataclass(slots=True)
class Engine:
    """Compiles the operations of a schema."""

    schema: GraphQLSchema
    types: Types = field(init=False)

    def __post_init__(self) -> None:
        self.types = Types(self.schema)

    def compiled(self, document: DocumentNode, operation: OperationDefinitionNode) -> Compiled:
        """Return an operation that compiles itself when it is first run."""
        return Compiled(self.schema, self.types, document, operation)


def variant_of(compiled: Compiled, flags: Mapping[str, bool], node_types: Mapping[FieldNode, str]) -> Variant:
    """Plan and compile one variant."""
    definitions = compiled.document.definitions
    fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
    selections = Selections(compiled.schema, fragments, flags)
    plan = Builder(compiled.schema, selections, node_types).plan(compiled.operation)
    forms = [form_of(fetch) for fetch in plan.fetches]
    widen_joined(plan, forms)
    writer = Writer(forms, compiled.types, plan=plan)
    source = writer.strict()
    namespace = dict(writer.given)
    exec(compile(source, "<operation>", "exec"), namespace)  # noqa: S102 - code of ours, no text of a client
    asks = [asking(fetch, form) for fetch, form in zip(plan.fetches, forms, strict=True)]
    return Variant(plan, writer, asks, source, namespace[ROOT], namespace)


def widen_joined(plan: Plan, forms: list[Any]) -> None:
    """Let each of the fetches that go out as one call ask for what all of them need."""
    for together in plan.joins:
        fields = sorted({name for fetch in together for name in forms[fetch.index].fields})
        for fetch in together:
            forms[fetch.index].fields = fields


def any_nodes(schema: GraphQLSchema, document: DocumentNode) -> Any:
    """Yield the fields of a document that find an object by its global id, and how their type is told."""
    query = schema.query_type
    assert query is not None
    for definition in document.definitions:
        for node in fields_of(definition):
            described = query.fields.get(node.name.value)
            declared = described.extensions.get(DEFINITION) if described else None
            source = source_of(declared) if declared else None
            if described is not None and isinstance(source, AnyNode):
                yield node, node_type(taker(described, node, source.argument.name), source.types)


def fields_of(node: Any) -> Any:
    """Yield every field of a part of a document."""
    selections = node.selection_set.selections if getattr(node, "selection_set", None) else ()
    for each in selections:
        if isinstance(each, FieldNode):
            yield each
        yield from fields_of(each)


def node_type(take: Taker, types: NodeTypes) -> Callable[[Values], str]:
    """Return what tells the type that a global id names: none for a type unknown, a mark for what is no id."""

    def tell(values: Values) -> str:
        try:
            name = decode(str(take(values)))[0]
        except IdMalformed:
            return MALFORMED
        return name if name in types else ""

    return tell
