"""What OpenAPI says of bodies that msgspec reads."""

import msgspec

from services.checkpoints.passages.scan import SingleBody


class PassageAnswer(msgspec.Struct, frozen=True):
    """A passage as its scan is answered."""

    id: str
    checkpoint_id: str
    direction: str
    outcome: str
    instruction: str
    instruction_code: str
    quarantine_days: int | None
    rule_version: str
    temperature_c: float
    occurred_at: str
    received_at: str
    person_key: str | None


def schema_of(kind: type) -> object:
    """Return a self-contained JSON schema: what it refers to is written out in its place."""
    (schema,), components = msgspec.json.schema_components([kind], ref_template="{name}")
    return inlined(schema, components)


def inlined(node: object, components: dict[str, dict[str, object]]) -> object:
    """Replace references by what they refer to."""
    if isinstance(node, dict):
        if "$ref" in node:
            return inlined(components[str(node["$ref"])], components)
        return {key: inlined(value, components) for key, value in node.items()}
    if isinstance(node, list):
        return [inlined(item, components) for item in node]
    return node


SCAN_SCHEMA = schema_of(SingleBody)
PASSAGE_ANSWER = {"application/json": {"schema": schema_of(PassageAnswer)}}
