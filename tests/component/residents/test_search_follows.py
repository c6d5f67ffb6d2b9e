"""What is found follows what changes: names, phones, homes, merges; and a database of yesterday is completed."""

from services.residents.search.indexing import complete_batch
from tests.support.people import FAR, FAR_HOME, GRID, OTHER_TOWN_GRID, WANG, WANG_HOME
from tests.support.rig import DISTRICT, Rig
from tests.support.roster import act, move, town_officer, worker_of
from tests.support.search import find


async def test_what_changes_a_person_changes_what_finds_one(people: Rig) -> None:
    """Name, phone, home, address of the household: the old finds nobody any more."""
    officer = town_officer(people, DISTRICT)
    await act(people, "change", name="钱大钧", phone="13900000007")
    assert await find(people, officer, "小明") == []
    assert await find(people, officer, "qdj") == [str(WANG)]
    assert await find(people, officer, "0001", purpose="HELP") == []
    assert await find(people, officer, "0007", purpose="HELP") == [str(WANG)]

    await move(people, household_id=str(FAR_HOME))
    assert await find(people, worker_of(people), "大钧") == []
    assert await find(people, worker_of(people, OTHER_TOWN_GRID), "大钧") == [str(WANG)]
    assert str(WANG) not in await find(people, officer, "山水社区")
    assert sorted(await find(people, officer, "长兰村1组")) == sorted([str(WANG), str(FAR)])

    await people.command(officer, f"/households/{FAR_HOME}/change", {"address": "长兰村 7 组 7 号"})
    assert await find(people, officer, "1组") == []
    assert sorted(await find(people, officer, "七组七")) == sorted([str(WANG), str(FAR)])


async def test_who_left_is_found_with_that_status(people: Rig) -> None:
    """The record stays, and says so."""
    await act(people, "leave")

    [[row]] = await people.batch(
        worker_of(people), "/residents/search:batch", [GRID], ["status"], arguments={"search": "小明"}
    )

    assert row["status"] == "LEFT"


async def test_a_lost_record_is_not_found(people: Rig) -> None:
    """Its survivor is; undone, both are."""
    officer = people.viewer("district_officer", scopes=(DISTRICT,))
    passport = {"document_kind": "PASSPORT", "document_number": "E12345678"}
    twin = {"name": "王晓明", "household_id": str(WANG_HOME)} | passport
    lost = (await people.command(officer, "/residents", twin)).json()["id"]
    assert sorted(await find(people, officer, "wxm")) == sorted([str(WANG), lost])

    body = {"survivor_id": str(WANG), "lost_id": lost, "reason": "REGISTERED_TWICE"}
    merged = await people.command(officer, "/resident-merges", body)
    assert await find(people, officer, "wxm") == [str(WANG)]
    await people.command(officer, f"/resident-merges/{merged.json()['id']}/undo")

    assert sorted(await find(people, officer, "wxm")) == sorted([str(WANG), lost])


async def test_a_database_of_yesterday_is_completed(people: Rig) -> None:
    """Tokens and the index of last digits are made for whoever lacks them, and once."""
    officer = town_officer(people, DISTRICT)
    async with people.work() as db:
        await db.connection.execute("UPDATE residents SET search_version = 0, phone_tail_index = NULL")
        await db.connection.execute("DELETE FROM resident_search_tokens")
    assert await find(people, officer, "小明") == []

    counts = []
    for _ in range(2):
        async with people.work() as db:
            counts.append(await complete_batch(people.state.keys, db, people.state.clock))

    assert counts == [6, 0]
    assert await find(people, officer, "小明") == [str(WANG)]
    assert await find(people, officer, "0001", purpose="HELP") == [str(WANG)]


async def test_on_a_reused_connection_the_next_one_finds_nothing(people: Rig) -> None:
    """The tokens have the policy of their residents."""
    for viewer, found in (
        (town_officer(people, DISTRICT), 1),
        (people.viewer("grid_worker"), 0),
        (people.viewer("resident"), 0),
        (worker_of(people, OTHER_TOWN_GRID), 0),
        (worker_of(people), 1),
    ):
        assert len(await find(people, viewer, "小明")) == found
