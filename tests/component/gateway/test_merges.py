"""A merge through the gateway and the real services: what every service then knows, and knows no more once undone."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.shared.ids import encode
from gateway.upstream.exchange import HttpxExchange
from tests.component.checkpoints.world import World, build
from tests.component.gateway.desk import Desk, open_desk, token_of
from tests.support.merges import register
from tests.support.people import LUSHAN, OTHER_TOWN_GRID, WANG, XINDENG, load_people
from tests.support.quarantine import issue
from tests.support.rig import INTERNAL_KEY, Rig

PASSPORT = "E12345678"
MERGE = """mutation ($input: ResidentMergeInput!) { residentMerge(input: $input) {
    residentMerge { id reason note mergedBy undoneAt lostGrid { code } survivor { id } lost { id }
        moves { kind message } }
    userErrors { code message path } } }"""
UNDO = """mutation ($input: ResidentMergeUndoInput!) { residentMergeUndo(input: $input) {
    residentMerge { id undoneBy survivor { id } lost { id } } userErrors { code message path } } }"""
PERSON = """query ($id: ID!) { node(id: $id) { id }
    resident(id: $id) { id name healthCode { color } recentPassages(first: 10) { nodes { id } }
        merges(first: 10) { nodes { id mergedBy undoneAt lost { id } } } } }"""


@dataclass(slots=True)
class Whole:
    """The gateway, its services, and how far the facts of residents have been told."""

    desk: Desk
    residents: Rig
    world: World
    told: int = 0

    async def tell(self) -> None:
        """Hand the facts of residents to checkpoints, as the stream would."""
        handled = self.world.rig.state.consumer.handlers
        facts = await self.residents.facts()
        for subject, body in facts[self.told :]:
            service, name, division_code = subject.split(".")
            if f"{service}.{name}" in handled:
                await self.world.rig.deliver(f"{service}.{name}", division_code, body, fact_id=UUID(body["id"]))
        self.told = len(facts)

    async def scan(self) -> dict[str, Any]:
        """Let somebody leave with the passport of the second record."""
        person = {"document_kind": "PASSPORT", "document_number": PASSPORT, "name": "王小明"}
        return await self.world.record(direction="EXIT", person=person)

    async def act(self, text: str, act: str, **given: Any) -> dict[str, Any]:
        """Give a command as an officer."""
        headers = {"accept-language": "en"}
        data = await self.desk.data(text, {"input": {"idempotencyKey": str(uuid4()), **given}}, headers=headers)
        payload: dict[str, Any] = data[act]
        return payload

    async def person(self, resident_id: UUID, **claims: Any) -> dict[str, Any]:
        """Ask for somebody by an id."""
        token = token_of(**claims) if claims else None
        data: dict[str, Any] = await self.desk.data(PERSON, {"id": encode("Resident", str(resident_id))}, token=token)
        return data


@pytest.fixture
async def whole(residents: Rig, checkpoints: Rig, enterprises: Rig) -> AsyncIterator[Whole]:
    """Open a gateway on the three services, with the people of the small district and four gates."""
    await load_people(residents)
    exchange = HttpxExchange(
        {"residents": residents.http, "checkpoints": checkpoints.http, "enterprises": enterprises.http}
    )
    desk = open_desk(exchange=exchange, internal_key=INTERNAL_KEY)
    async with desk.http:
        yield Whole(desk, residents, await build(checkpoints))


async def test_a_person_is_one_in_every_service_and_two_again(whole: Whole) -> None:
    """The gate decides by the survivor, passages are the person's, the lost id answers; undone, all is as it was."""
    lost, wang = await register(whole.residents), encode("Resident", str(WANG))
    await issue(whole.residents, WANG)
    await whole.tell()
    free = await whole.scan()
    ids = {"survivorId": wang, "lostId": encode("Resident", str(lost))}

    merged = await whole.act(MERGE, "residentMerge", **ids, reason="SAME_PHONE_AND_NAME", note="同一人")
    await whole.tell()
    stopped, seen = await whole.scan(), await whole.person(lost)
    undone = await whole.act(UNDO, "residentMergeUndo", id=merged["residentMerge"]["id"])
    await whole.tell()
    again, alone = await whole.scan(), await whole.person(lost)

    row = merged["residentMerge"]
    assert merged["userErrors"] == undone["userErrors"] == []
    assert (row["reason"], row["note"], row["mergedBy"]) == ("SAME_PHONE_AND_NAME", "同一人", "district_officer-1")
    assert (row["lostGrid"]["code"], row["survivor"]["id"], row["lost"]["id"]) == (OTHER_TOWN_GRID, wang, wang)
    assert row["moves"][0] == {
        "kind": "HOUSEHOLD",
        "message": f"The lost record leaves its household in grid {OTHER_TOWN_GRID}.",
    }
    assert [p["outcome"] for p in (free, stopped, again)] == ["ADMITTED", "TURNED_BACK", "ADMITTED"]
    assert seen["node"]["id"] == seen["resident"]["id"] == wang
    assert {n["id"] for n in seen["resident"]["recentPassages"]["nodes"]} == {
        encode("Passage", p["id"]) for p in (free, stopped)
    }
    assert [m["lost"]["id"] for m in seen["resident"]["merges"]["nodes"]] == [wang]
    assert undone["residentMerge"]["lost"]["id"] == alone["resident"]["id"] == ids["lostId"]
    assert (alone["resident"]["healthCode"]["color"], undone["residentMerge"]["undoneBy"]) == (
        "GREEN",
        "district_officer-1",
    )


async def test_what_is_refused_says_why(whole: Whole) -> None:
    """In the caller's language, with the field."""
    wang = encode("Resident", str(WANG))

    refused = await whole.act(MERGE, "residentMerge", survivorId=wang, lostId=wang, reason="OTHER")
    unknown = await whole.act(UNDO, "residentMergeUndo", id=encode("ResidentMerge", str(uuid4())))

    assert refused["residentMerge"] is None
    assert refused["userErrors"] == [
        {"code": "MergeWithItself", "message": "A record is not merged with itself.", "path": ["lostId"]}
    ]
    assert [e["code"] for e in unknown["userErrors"]] == ["MergeUnknown"]


async def test_merges_are_shown_to_whoever_sees_the_person(whole: Whole) -> None:
    """The town of the survivor, not that of the lost record; who signs in as the lost record is the survivor."""
    lost = await register(whole.residents)
    await whole.act(
        MERGE,
        "residentMerge",
        survivorId=encode("Resident", str(WANG)),
        lostId=encode("Resident", str(lost)),
        reason="RENAMED",
    )

    town = await whole.person(lost, role="town_officer", scopes=[LUSHAN])
    other = await whole.person(lost, role="town_officer", scopes=[XINDENG])
    person = {"resident_id": str(lost), "household_id": str(uuid4()), "person_key": "0" * 64}
    themselves = await whole.person(lost, role="resident", person=person)

    assert len(town["resident"]["merges"]["nodes"]) == 1
    assert other["resident"] is None
    assert themselves["resident"]["id"] == encode("Resident", str(WANG))
    assert themselves["resident"]["merges"]["nodes"] == []
