"""Two records of one person are merged: what survives, what follows, who is told, and what is refused."""

from uuid import uuid4

from tests.support.merges import (
    HISTORY,
    NAMING,
    WHO_IS_WHO,
    assert_counted,
    merge,
    merged,
    named,
    register,
    register_child,
    resident,
    told,
    undone,
)
from tests.support.people import (
    FAR,
    FAR_HOME,
    GRID,
    LUSHAN,
    NEIGHBOR,
    OTHER_TOWN_GRID,
    WANG,
    WANG_CHILD,
    WANG_HOME,
    XINDENG,
)
from tests.support.quarantine import officer
from tests.support.rig import Rig, problem


async def test_the_lost_id_answers_the_survivor(people: Rig) -> None:
    """By id and by person key, within the scope of the survivor and of nobody else."""
    lost = await register(people)
    lost_key = (await resident(people, lost, "person_key"))["person_key"]

    await merged(people, lost)

    assert (await resident(people, lost))["id"] == str(WANG)
    town, other = people.viewer("town_officer", scopes=(LUSHAN,)), people.viewer("town_officer", scopes=(XINDENG,))
    assert (await resident(people, lost, viewer=town))["id"] == str(WANG)
    assert await resident(people, lost, viewer=other) is None
    [by_key] = await people.batch(town, "/residents/by-person-key:batch", [lost_key], ["id"])
    assert by_key == {"id": str(WANG)}
    [code] = await people.batch(town, "/health-codes/by-resident:batch", [lost], ["color"])
    assert code == {"color": "GREEN"}


async def test_no_list_shows_the_lost_record(people: Rig) -> None:
    """Its household has one member less, and the board counts one resident less."""
    lost = await register(people)

    await merged(people, lost)

    [members] = await people.batch(officer(people), "/residents/by-household:batch", [FAR_HOME], ["id"])
    assert [m["id"] for m in members] == [str(FAR)]
    assert await named(people, lost) == []
    await assert_counted(people)


async def test_the_survivor_takes_over_what_it_lacks(people: Rig) -> None:
    """Document, phone, sex and birth date; the numbers are readable for its row, and none is lost by the other."""
    survivor = await register_child(people, WANG, "孙一", "2012-03-04")
    lost = await register(people, sex="FEMALE", birth_on="2012-03-04", name="孙一")

    await merged(people, lost, survivor)

    row = await resident(people, survivor, "document_kind", "phone_masked", "sex", "birth_on", "guardian_id")
    assert row == {
        "document_kind": "PASSPORT",
        "phone_masked": "139****0009",
        "sex": "FEMALE",
        "birth_on": "2012-03-04",
        "guardian_id": str(WANG),
    }
    [stored] = await people.rows("SELECT document_number_sealed, phone_sealed FROM residents WHERE id = $1", survivor)
    ring = people.state.keys.ring
    assert ring.decrypt(stored["document_number_sealed"], place=f"residents/document_number/{survivor}") == "E12345678"
    assert ring.decrypt(stored["phone_sealed"], place=f"residents/phone/{survivor}") == "13900000009"


async def test_what_the_survivor_has_stays(people: Rig) -> None:
    """Its own numbers are not replaced; those of the lost record still lead to it."""
    lost = await register(people)
    before = await resident(people, WANG, "document_kind", "national_id_masked", "phone_masked", "person_key")

    await merged(people, lost)

    assert await resident(people, WANG, "document_kind", "national_id_masked", "phone_masked", "person_key") == before
    again = {"name": "王小明", "document_kind": "PASSPORT", "document_number": "E12345678"}
    response = await people.command(officer(people), "/residents", {**again, "household_id": str(WANG_HOME)})
    assert problem(response) == "ResidentAlreadyRegistered"


async def test_the_head_of_the_household_stays_one(people: Rig) -> None:
    """A lost head's place is the survivor's where both live in one household."""
    await people.command(officer(people), f"/residents/{FAR}/change", {"relation": "OTHER"})
    head = await register(people, FAR_HOME, relation="HEAD")
    member = await register(people, FAR_HOME, document_number="E76543210", relation="CHILD")

    await merged(people, head, member)

    assert (await resident(people, member, "relation"))["relation"] == "HEAD"


async def test_wards_are_in_the_survivors_care(people: Rig) -> None:
    """Whoever had the lost record as guardian has the survivor."""
    guardian = await register(people)
    child = await register_child(people, guardian, "王冰")

    await merged(people, guardian)

    assert (await resident(people, child, "guardian_id"))["guardian_id"] == str(WANG)
    assert (await resident(people, WANG_CHILD, "guardian_id"))["guardian_id"] == str(WANG)


async def test_proxies_are_the_survivors(people: Rig) -> None:
    """Whom the lost record reports for, the survivor does; whoever reports for it, reports for the survivor."""
    lost, other = await register(people), await register(people, document_number="E00000002")
    await people.command(officer(people), f"/residents/{NEIGHBOR}/change", {"phone": "13700000001"})
    for person, proxy in ((other, lost), (lost, NEIGHBOR)):
        given = await people.command(officer(people), f"/residents/{person}/proxy", {"proxy_id": str(proxy)})
        assert given.status_code == 200, given.text

    row = await merged(people, lost)
    after = [(await resident(people, one, "proxy_id"))["proxy_id"] for one in (other, WANG)]
    await undone(people, row["id"])

    assert after == [str(WANG), str(NEIGHBOR)]
    assert [(await resident(people, one, "proxy_id"))["proxy_id"] for one in (other, WANG)] == [str(lost), None]


async def test_whoever_names_the_lost_record_names_the_survivor(people: Rig) -> None:
    """A child registered, an order issued, by the lost id."""
    lost = await register(people)
    await merged(people, lost)

    child = await register_child(people, lost, "王冰")
    body = {"resident_id": str(lost), "reason": "CLOSE_CONTACT"}
    order = (await people.command(officer(people), "/quarantine-orders", body)).json()

    assert (await resident(people, child, "guardian_id"))["guardian_id"] == str(WANG)
    assert (order["resident_id"], order["division_code"]) == (str(WANG), GRID)
    assert await named(people, lost) == []


async def test_other_services_are_told(people: Rig) -> None:
    """Ids, keys and the alias's version; the survivor's standing anew, after every number was counted."""
    lost = await register(people)
    lost_key = (await resident(people, lost, "person_key"))["person_key"]
    survivor_key = (await resident(people, WANG, "person_key"))["person_key"]

    row = await merged(people, lost)

    [(_, body)] = await told(people, "person_merged")
    assert {k: v for k, v in body.items() if k not in {"id", "at"}} == {
        "merge_id": row["id"],
        "survivor_id": str(WANG),
        "survivor_person_key": survivor_key,
        "lost_id": str(lost),
        "lost_person_key": lost_key,
        "version": 1,
        "division_code": GRID,
    }
    standings = [b for _, b in await told(people, "standing_changed") if b["person_key"] == survivor_key]
    assert standings[-1]["version"] == 2


async def test_a_chain_resolves_to_its_end(people: Rig) -> None:
    """A into B, B into C: A is C, and everybody is told so."""
    first = await register(people)
    second = await register(people, document_number="E00000002")
    await merged(people, first, second)

    await merged(people, second)

    assert (await resident(people, first))["id"] == (await resident(people, second))["id"] == str(WANG)
    versions = [(b["lost_id"], b["survivor_id"], b["version"]) for _, b in await told(people, "person_merged")]
    assert versions[0] == (str(first), str(second), 1)
    assert set(versions[1:]) == {(str(first), str(WANG), 2), (str(second), str(WANG), 1)}
    [rows] = await people.batch(officer(people), "/resident-merges/by-resident:batch", [first], ["lost_id"])
    assert {r["lost_id"] for r in rows} == {str(first), str(second)}
    assert await named(people, first) == await named(people, second) == []


async def test_a_merge_explains_itself(people: Rig) -> None:
    """Who, when, why, what was moved and from where, in the reader's language; to whoever sees the person."""
    lost = await register(people)
    row = await merged(people, lost, reason="OTHER", note="同一人，护照与身份证", language="zh")

    town, other = people.viewer("town_officer", scopes=(LUSHAN,)), people.viewer("town_officer", scopes=(XINDENG,))
    fields = ["id", "reason", "note", "merged_by", "lost_division_code", "undone_at", "moves"]
    [[seen]] = await people.batch(town, "/resident-merges/by-resident:batch", [WANG], fields)
    [unseen] = await people.batch(other, "/resident-merges:batch", [row["id"]], fields)

    assert (seen["reason"], seen["note"], seen["merged_by"]) == ("OTHER", "同一人，护照与身份证", "officer-1")
    assert seen["lost_division_code"] == OTHER_TOWN_GRID
    assert seen["moves"] == [
        {"kind": "HOUSEHOLD", "message": f"The lost record leaves its household in grid {OTHER_TOWN_GRID}."},
        {"kind": "STANDING", "message": "The lost record's health code ends; the survivor's was decided anew."},
    ]
    assert row["moves"][0]["message"] == f"被并入的记录不再列入网格 {OTHER_TOWN_GRID} 的原住户。"
    assert unseen is None
    changes = await people.rows("SELECT act, record_id FROM history WHERE act LIKE '%MERGE%' ORDER BY act")
    assert [(c["act"], c["record_id"]) for c in changes] == [("MERGED", lost), ("SURVIVED_MERGE", WANG)]


async def test_the_same_command_again_answers_the_same(people: Rig) -> None:
    """The key makes a retry safe."""
    lost, key = await register(people), str(uuid4())

    first, second = await merge(people, lost, key=key), await merge(people, lost, key=key)

    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert len(await people.rows("SELECT id FROM resident_merges")) == 1


async def test_whatever_names_residents_follows_a_merge(people: Rig) -> None:
    """A table that is new here: let its rows follow in merges/following, and refuse lost records by the trigger."""
    follow = {
        ("quarantine_orders", "resident_id"),
        ("residents", "guardian_id"),
        ("residents", "proxy_id"),
        ("returnees", "resident_id"),
        ("screening_tasks", "resident_id"),
    }
    named_in = {(row["owner"], row["name"]) for row in await people.rows(NAMING)}
    guarded = await people.rows(
        "SELECT tgrelid::regclass::text AS owner FROM pg_trigger WHERE tgname LIKE 'refuse_lost_%'"
    )

    assert named_in == follow | WHO_IS_WHO | HISTORY | {("standings", "resident_id")}
    assert {row["owner"] for row in guarded} == {owner for owner, _ in follow}
