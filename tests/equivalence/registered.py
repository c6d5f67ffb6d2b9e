"""The registered documents, and small changes of them."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

from graphql import (
    FragmentDefinitionNode,
    GraphQLField,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    parse,
    print_ast,
    visit,
)

import gateway
from tests.equivalence.document import Field, Inline, Selection, Signature, Spread, read
from tests.equivalence.inputs import Variable
from tests.equivalence.shape import SCHEMA, fields_of
from tests.equivalence.writer import Fragment, Writer

FILES = sorted((Path(gateway.__file__).parent / "documents").glob("*.graphql"))


class Uses(Visitor):
    """Notes which argument of which field each variable is given to."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.found: dict[str, tuple[GraphQLField | None, str, str]] = {}

    def enter_variable(self, node: VariableNode, _key: object, parent: object, *_rest: object) -> None:
        """Note a use."""
        argument, made = self.types.get_argument(), self.types.get_field_def()
        if argument is None or made is None or isinstance(parent, VariableDefinitionNode):
            return
        [name] = [n for n, a in (made.args or {}).items() if a is argument] or [""]
        base = str(get_named_type(argument.type))
        self.found[node.name.value] = (made, name, base) if name else (None, "if", base)


@cache
def queries() -> dict[str, tuple[Path, OperationDefinitionNode, dict[str, Variable]]]:
    """Return the registered queries by name, each with its file and its variables."""
    found = {}
    for file in FILES:
        document = parse(file.read_text(encoding="utf-8"))
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode) and node.operation is OperationType.QUERY:
                assert node.name is not None
                types = TypeInfo(SCHEMA)
                uses = Uses(types)
                visit(node, TypeInfoVisitor(types, uses))
                found[node.name.value] = file, node, variables(node, uses)
    return found


def variables(node: OperationDefinitionNode, uses: Uses) -> dict[str, Variable]:
    """Return the variables of an operation."""
    found = {}
    for each in node.variable_definitions or ():
        name = each.variable.name.value
        default = print_ast(each.default_value) if each.default_value else None
        found[name] = Variable(name, print_ast(each.type), default, *uses.found[name])
    return found


def changed(name: str, writer: Writer) -> tuple[list[Selection], dict[str, Fragment]]:
    """Return a registered query's selections and fragments with a few changes."""
    file, node, known = queries()[name]
    writer.inputs.variables |= known
    fragments: dict[str, Fragment] = {}
    for each in parse(file.read_text(encoding="utf-8")).definitions:
        if isinstance(each, FragmentDefinitionNode):
            on = each.type_condition.name.value
            fragments[each.name.value] = Fragment(each.name.value, on, read(each.selection_set), Signature())
    selections = read(node.selection_set)
    places = [("Query", selections), *((f.on, f.children) for f in fragments.values())]
    everywhere = [found for on, those in places for found in walk(on, those)]
    for _ in range(writer.chance.choice((1, 1, 2, 3, 5))):
        on, those = writer.chance.choice(everywhere)
        change(writer, on, those)
    return selections, {**fragments, **writer.fragments}


def walk(on: str, selections: list[Selection]) -> Iterator[tuple[str, list[Selection]]]:
    """Yield every list of selections with the type it is on."""
    yield on, selections
    for node in selections:
        if isinstance(node, Field) and node.children is not None:
            yield from walk(get_named_type(fields_of(on)[node.name].type).name, node.children)
        elif isinstance(node, Inline):
            yield from walk(node.on or on, node.children)


def change(writer: Writer, on: str, selections: list[Selection]) -> None:
    """Change a list of selections in one way."""
    chance: Random = writer.chance
    place = chance.randrange(len(selections))
    node = selections[place]
    match chance.randrange(7):
        case 0 if len(selections) > 1:
            del selections[place]
        case 1:
            selections.insert(place, Field("__typename"))
        case 2 if isinstance(node, Field):
            node.alias = chance.choice((f"z{place}", "class", "_0"))
        case 3 if not isinstance(node, Spread) and not node.directives:
            node.directives = writer.inputs.directives(1)
        case 4:
            selections[place] = Inline(chance.choice((None, on)), writer.inputs.directives(0.3), [node])
        case 5:
            chance.shuffle(selections)
        case _:
            more = writer.field(SCHEMA.type_map[on], 2, Signature())
            if more is not None:
                more.alias = f"y{writer.alias()}"
                selections.insert(place, more)
