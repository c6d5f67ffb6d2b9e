"""What the survivor takes over, and whoever named the lost record: wards, returns, probable persons of returns."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from chassis.database import refusing
from chassis.language import Said
from chassis.service import Keys
from services.residents.merges import queries as merges
from services.residents.merges import words
from services.residents.merges.following import queries
from services.residents.merges.following.acting import Acting
from services.residents.merges.model import Move, MoveKind, Pair, Record, TakenOver, taken_over
from services.residents.merges.problems import WardsAlike
from services.residents.merges.queries import Moved
from services.residents.roster.model import Relation, Sex
from services.residents.roster.people import document_place, phone_place


async def take_over(acting: Acting, keys: Keys, pair: Pair) -> None:
    """Give the survivor what it lacks; numbers are encrypted anew for its row."""
    survivor, lost = pair.survivor, pair.lost
    taken = taken_over(survivor, lost)
    said = said_of(taken, survivor)
    if not said:
        return
    document, phone = (lost if taken.document else None), (lost if taken.phone else None)
    await merges.take_over(
        acting.db,
        district_code=pair.district_code,
        resident_id=survivor.id,
        document_kind=document.document_kind if document else None,
        document_number_sealed=sealed_document(keys, pair) if document else None,
        document_number_masked=document.document_number_masked if document else None,
        document_number_index=document.document_number_index if document else None,
        phone_sealed=sealed_phone(keys, pair) if phone else None,
        phone_masked=phone.phone_masked if phone else None,
        phone_index=phone.phone_index if phone else None,
        phone_tail_index=phone.phone_tail_index if phone else None,
        guardian_id=taken.guardian_id,
        proxy_id=taken.proxy_id,
        proxy_worker_id=taken.proxy_worker_id,
        sex=taken.sex,
        birth_on=taken.birth_on,
        relation=taken.relation,
    )
    before = {"sex": survivor.sex, "birth_on": survivor.birth_on, "relation": survivor.relation}
    acting.moves.append(Move(MoveKind.IDENTITY, survivor.id, words.took_over(said), before, asdict(taken)))


def said_of(taken: TakenOver, survivor: Record) -> list[Said]:
    """Return what is taken over, in words; nothing if nothing is."""
    parts = (
        (taken.document, words.DOCUMENT),
        (taken.phone, words.PHONE),
        (taken.guardian_id is not None, words.GUARDIAN),
        (taken.proxy_id is not None or taken.proxy_worker_id is not None, words.PROXY),
        (taken.sex is not survivor.sex, words.SEX),
        (taken.birth_on != survivor.birth_on, words.BIRTH),
        (taken.relation is not survivor.relation, words.HEAD),
    )
    return [said for holds, said in parts if holds]


def sealed_document(keys: Keys, pair: Pair) -> bytes:
    """Return the lost record's document number, encrypted for the survivor's row."""
    assert pair.lost.document_number_sealed is not None
    number = keys.ring.decrypt(pair.lost.document_number_sealed, place=document_place(pair.lost.id))
    return keys.ring.encrypt(number, place=document_place(pair.survivor.id))


def sealed_phone(keys: Keys, pair: Pair) -> bytes:
    """Return the lost record's phone number, encrypted for the survivor's row."""
    assert pair.lost.phone_sealed is not None
    number = keys.ring.decrypt(pair.lost.phone_sealed, place=phone_place(pair.lost.id))
    return keys.ring.encrypt(number, place=phone_place(pair.survivor.id))


def identity_obstacles(pair: Pair, moves: Sequence[Moved]) -> list[Said]:
    """Return what the survivor was given and has changed since."""
    survivor, lost = pair.survivor, pair.lost
    found: list[Said] = []
    for move in moves:
        if move.kind is not MoveKind.IDENTITY:
            continue
        after = move.after
        guardian_id = UUID(after["guardian_id"]) if after["guardian_id"] else None
        parts = (
            (after["document"] and survivor.document_number_index != lost.document_number_index, words.DOCUMENT),
            (after["phone"] and survivor.phone_index != lost.phone_index, words.PHONE),
            (guardian_id is not None and survivor.guardian_id != guardian_id, words.GUARDIAN),
            (proxy_taken(move) not in ((None, None), proxy_of(survivor)), words.PROXY),
            (after["sex"] != survivor.sex, words.SEX),
            (after["birth_on"] != (survivor.birth_on and survivor.birth_on.isoformat()), words.BIRTH),
            (after["relation"] != survivor.relation, words.HEAD),
        )
        found += [words.corrected(said) for changed, said in parts if changed]
    return found


def proxy_taken(move: Moved) -> tuple[str | None, str | None]:
    """Return the proxy that the survivor was given."""
    return move.after["proxy_id"], move.after["proxy_worker_id"]


def proxy_of(record: Record) -> tuple[str | None, str | None]:
    """Return a record's proxy as a move has it."""
    return (
        None if record.proxy_id is None else str(record.proxy_id),
        None if record.proxy_worker_id is None else str(record.proxy_worker_id),
    )


async def give_back(acting: Acting, pair: Pair, moves: Sequence[Moved]) -> None:
    """Take from the survivor what it was given; the lost record has it still."""
    for move in moves:
        if move.kind is MoveKind.IDENTITY:
            birth_on = move.before["birth_on"]
            await merges.give_back(
                acting.db,
                district_code=pair.district_code,
                resident_id=pair.survivor.id,
                document=move.after["document"],
                phone=move.after["phone"],
                guardian=move.after["guardian_id"] is not None,
                proxy=proxy_taken(move) != (None, None),
                sex=Sex(move.before["sex"]),
                birth_on=None if birth_on is None else date.fromisoformat(birth_on),
                relation=Relation(move.before["relation"]),
            )


async def name_survivor(acting: Acting, pair: Pair, ward_ids: list[UUID], proxied_ids: list[UUID]) -> None:
    """Let whoever named the lost record name the survivor; raise WardsAlike."""
    db, district_code, lost_id, survivor_id = acting.db, pair.district_code, pair.lost.id, pair.survivor.id
    with refusing({"residents_one_child_per_guardian": WardsAlike}):
        await queries.move_wards(db, district_code=district_code, ids=ward_ids, from_id=lost_id, to_id=survivor_id)
    acting.moves += [Move(MoveKind.WARD, ward_id, words.ward(), {}, {}) for ward_id in ward_ids]
    await queries.move_proxied(db, district_code=district_code, ids=proxied_ids, from_id=lost_id, to_id=survivor_id)
    acting.moves += [Move(MoveKind.PROXY, one, words.proxied(), {}, {}) for one in proxied_ids]
    returns = await queries.returnees_of(db, district_code=district_code, resident_id=lost_id)
    await queries.move_returnees(db, district_code=district_code, ids=returns, from_id=lost_id, to_id=survivor_id)
    acting.moves += [Move(MoveKind.RETURNEE, one, words.returnee_moved(), {}, {}) for one in returns]
    for one in await queries.candidacies_of(db, district_code=district_code, resident_id=lost_id):
        names = [survivor_id if c == lost_id else c for c in one.candidate_ids]
        after = list(dict.fromkeys(names))
        await queries.set_candidates(
            db, district_code=district_code, returnee_id=one.id, candidate_ids=after, expected=one.candidate_ids
        )
        move = Move(MoveKind.CANDIDACY, one.id, words.candidacy_moved(), {"ids": one.candidate_ids}, {"ids": after})
        acting.moves.append(move)


async def name_lost(acting: Acting, pair: Pair, moves: Sequence[Moved]) -> None:
    """Let whoever named the lost record name it again, unless it names somebody else by now."""
    db, district_code, lost_id, survivor_id = acting.db, pair.district_code, pair.lost.id, pair.survivor.id
    wards = [m.object_id for m in moves if m.kind is MoveKind.WARD]
    await queries.move_wards(db, district_code=district_code, ids=wards, from_id=survivor_id, to_id=lost_id)
    proxied = [m.object_id for m in moves if m.kind is MoveKind.PROXY]
    await queries.move_proxied(db, district_code=district_code, ids=proxied, from_id=survivor_id, to_id=lost_id)
    returns = [m.object_id for m in moves if m.kind is MoveKind.RETURNEE]
    await queries.move_returnees(db, district_code=district_code, ids=returns, from_id=survivor_id, to_id=lost_id)
    for move in moves:
        if move.kind is MoveKind.CANDIDACY:
            await queries.set_candidates(
                db,
                district_code=district_code,
                returnee_id=move.object_id,
                candidate_ids=[UUID(i) for i in move.before["ids"]],
                expected=[UUID(i) for i in move.after["ids"]],
            )
