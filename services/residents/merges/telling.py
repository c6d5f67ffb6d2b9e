"""Who somebody is, told to other services: aliases, standings, and the facts of a merge."""

from collections.abc import Sequence
from uuid import UUID

from chassis.facts import Fact
from services.residents.health_code import queries as standings
from services.residents.health_code.standing import restate_and_tell
from services.residents.merges import queries, words
from services.residents.merges.following.acting import Acting
from services.residents.merges.model import Move, MoveKind, Pair, Record
from services.residents.merges.queries import Alias, Moved

MERGED, UNDONE = "person_merged", "person_merge_undone"


async def tell_merged(acting: Acting, pair: Pair, followers: Sequence[UUID]) -> None:
    """Let the lost record's keys mean the survivor, with those of records merged into it before."""
    aliases = await name(acting, [pair.lost.id, *followers], pair.survivor.id)
    acting.facts += [alias_fact(acting, MERGED, alias, pair.survivor) for alias in aliases]
    for lost_id in followers:
        acting.moves.append(Move(MoveKind.EARLIER_MERGE, lost_id, words.earlier_merge(lost_id), {}, {}))


async def tell_undone(acting: Acting, pair: Pair, followers: Sequence[UUID]) -> None:
    """Let the lost record's keys mean itself again, and those of records merged into it before mean it."""
    undone = await name(acting, [pair.lost.id], None)
    acting.facts += [alias_fact(acting, UNDONE, alias, pair.survivor) for alias in undone]
    if followers:
        again = await name(acting, list(followers), pair.lost.id)
        acting.facts += [alias_fact(acting, MERGED, alias, pair.lost) for alias in again]


async def name(acting: Acting, lost_ids: list[UUID], survivor_id: UUID | None) -> list[Alias]:
    """Write whom lost records mean."""
    return await queries.set_aliases(
        acting.db,
        district_code=acting.district_code,
        lost_ids=lost_ids,
        survivor_id=survivor_id,
        now=acting.now,
    )


def alias_fact(acting: Acting, fact: str, alias: Alias, survivor: Record) -> Fact:
    """Return the fact that a key means somebody: ids, keys and the alias's version."""
    body = {
        "merge_id": str(acting.merge_id),
        "survivor_id": str(survivor.id),
        "survivor_person_key": survivor.person_key,
        "lost_id": str(alias.lost_id),
        "lost_person_key": alias.lost_person_key,
        "version": alias.version,
    }
    return Fact(fact, survivor.division_code, body)


async def one_standing(acting: Acting, pair: Pair) -> None:
    """End the lost record's standing, and decide the survivor's anew."""
    db, district_code = acting.db, pair.district_code
    await standings.lock_standings(db, district_code=district_code, resident_ids=pair.ids)
    version = await queries.remove_standing(db, district_code=district_code, resident_id=pair.lost.id)
    assert version is not None, "who is registered has a standing"
    acting.moves.append(Move(MoveKind.STANDING, pair.lost.id, words.standing_removed(), {"version": version}, {}))
    await restate_and_tell(db, district_code, [pair.survivor.id], acting.now)


async def two_standings(acting: Acting, pair: Pair, moves: Sequence[Moved]) -> None:
    """Decide both standings anew, the lost record's with a later version than anybody has heard of."""
    for move in moves:
        if move.kind is MoveKind.STANDING:
            await queries.put_standing_back(
                acting.db,
                district_code=pair.district_code,
                resident_id=pair.lost.id,
                version=move.before["version"],
                now=acting.now,
            )
    await restate_and_tell(acting.db, pair.district_code, pair.ids, acting.now)
