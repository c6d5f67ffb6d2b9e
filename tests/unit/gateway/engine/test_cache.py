"""What is compiled is kept as long as its document is, and not longer."""

import gc
import weakref
from typing import Any

from gateway.engine.engine import VARIANTS_MAX, Engine, Variant
from gateway.operations import DOCUMENTS_MAX, Operations, Request
from gateway.shared.ids import encode
from tests.unit.gateway.engine.desk import compiled, told
from tests.unit.gateway.engine.museum import SCHEMA
from tests.unit.gateway.engine.rows import W1, collection

COMPILED = 2_000


def test_variant_is_compiled_once() -> None:
    """For each combination of the conditions; other variables change nothing."""
    query = "query ($if: Boolean!, $key: String!) { work(key: $key) { title @skip(if: $if) year } }"
    found = compiled(query)

    first, second = found.variant({"if": True, "key": "w1"}), found.variant({"if": False, "key": "w1"})

    assert found.variant({"if": True, "key": "w2"}) is first is not second
    assert len(found.variants) == 2


def test_types_of_nodes_are_variants() -> None:
    """What a global id names is known before the plan is made."""
    found = compiled("query ($id: ID!) { node(id: $id) { id } }")

    variants = [found.variant({"id": encode(name, W1)}) for name in ("Work", "Room", "Work")]

    assert variants[0] is variants[2] is not variants[1]
    assert [fetch.endpoint.path for fetch in variants[1].fetches] == ["/rooms:batch"]


async def test_ids_of_no_type_take_no_variants() -> None:
    """Clients can make up any number of names; the fast path is not theirs to close."""
    found = compiled("query ($id: ID!) { node(id: $id) { id } }")

    for i in range(VARIANTS_MAX):
        found.variant({"id": encode("Nix" + chr(65 + i % 26) + chr(65 + i // 26), W1)})

    assert len(found.variants) == 1
    assert isinstance(found.variant({"id": encode("Work", W1)}), Variant)


async def test_document_is_read_once() -> None:
    """And its operation compiled once, however often it is asked."""
    operations, query = Operations(SCHEMA, engine=Engine(SCHEMA)), '{ work(key: "w1") { title } }'

    first, second = operations.prepare(Request(query)), operations.prepare(Request(query))

    assert first.compiled is second.compiled is not None


async def test_dropped_documents_leave_nothing_behind() -> None:
    """Neither code, nor structs, nor decoders: an attacker's documents come and go."""
    operations, services = Operations(SCHEMA, engine=Engine(SCHEMA)), collection()
    codes: list[weakref.ref[Any]] = []
    structs: list[weakref.ref[Any]] = []

    for i in range(COMPILED):
        query = f'{{ work(key: "w1") {{ a{i}: title height artist {{ b{i}: name }} }} }}'
        prepared = operations.prepare(Request(query))
        assert prepared.compiled is not None
        found = prepared.compiled.variant({})
        codes.append(weakref.ref(found.run))
        structs.append(weakref.ref(found.fetches[0].rows.struct))
        if i % 100 == 0:
            assert (await told(operations, query, None, services)).data["work"][f"a{i}"] == "Title w1"
        del found, prepared
    gc.collect()

    alive = [reference() is not None for reference in codes]
    assert sum(alive) == DOCUMENTS_MAX
    assert not any(alive[: COMPILED - DOCUMENTS_MAX])
    assert not any(reference() is not None for reference in structs[: COMPILED - DOCUMENTS_MAX])
