"""How risk regions are declared and read."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.errors import Problem
from chassis.facts import Fact, publish
from chassis.history import Change, record
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, add_batch, answer, command_of
from services.residents.divisions.places import find_origin
from services.residents.risk_regions import queries
from services.residents.risk_regions.model import (
    RiskLevel,
    RiskRegion,
    check_period,
    prefix_of,
    superseded_until,
)

router = APIRouter(tags=["risk regions"])

add_batch(router, "/risk-regions:batch", queries.risk_regions_by_id)
add_batch(router, "/risk-regions/by-scope:batch", queries.risk_regions_of_scopes)


class Declaration(Body):
    """A risk region to declare; without a last day it counts until another declaration."""

    code: str
    level: RiskLevel
    valid_from: date
    valid_to: date | None = None


@router.post("/risk-regions", status_code=201, responses=REFUSALS)
async def declare(body: Declaration, command: Annotated[Command, command_of("risk_region_declare")]) -> Response:
    """Declare a risk region; earlier declarations of the same origin end the day before."""
    db, viewer = command.db, command.viewer
    viewer.require_role("district_officer")
    viewer.require_scope(viewer.district_code)
    check_period(body.valid_from, body.valid_to)
    try:
        origin = await find_origin(db, body.code)
    except Problem as problem:
        raise problem.at("code") from None
    await queries.lock_declarations(db, district_code=viewer.district_code, code=origin.code)
    overlapping = await queries.regions_overlapping(
        db,
        district_code=viewer.district_code,
        code=origin.code,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )
    earlier, last_day = superseded_until(overlapping, body.valid_from)
    region = RiskRegion(
        new_id(), origin.code, prefix_of(origin.code), body.level, body.valid_from, body.valid_to, version=1
    )
    ended = [
        await queries.end_region(db, district_code=viewer.district_code, region_id=r.id, valid_to=last_day)
        for r in earlier
    ]
    await store(command, region)
    await record(command, *(shortened(command, b, a) for b, a in zip(earlier, ended, strict=True)))
    await record(command, Change("risk_region", region.id, viewer.district_code, "DECLARED", None, row(region)))
    await publish(db, "residents", *(declared(viewer.district_code, r) for r in [*ended, region]))
    return await answer(command, 201, **row(region))


async def store(command: Command, region: RiskRegion) -> None:
    """Store a new declaration."""
    await queries.insert_region(
        command.db,
        district_code=command.viewer.district_code,
        region_id=region.id,
        code=region.code,
        prefix=region.prefix,
        level=region.level,
        valid_from=region.valid_from,
        valid_to=region.valid_to,
        declared_by=command.viewer.subject,
        now=command.clock.now(),
    )


def shortened(command: Command, before: RiskRegion, after: RiskRegion) -> Change:
    """Return the entry of a declaration that another one ends."""
    return Change("risk_region", before.id, command.viewer.district_code, "ENDED", row(before), row(after))


def row(region: RiskRegion) -> dict[str, object]:
    """Return a region as it is read."""
    return {
        "id": region.id,
        "code": region.code,
        "level": region.level,
        "valid_from": region.valid_from,
        "valid_to": region.valid_to,
        "version": region.version,
    }


def declared(district_code: str, region: RiskRegion) -> Fact:
    """Return the fact by which others keep their copy of a region."""
    body = row(region)
    body["risk_region_id"] = str(body.pop("id"))
    days = {name: None if body[name] is None else str(body[name]) for name in ("valid_from", "valid_to")}
    return Fact("risk_region_declared", district_code, {**body, **days, "level": region.level.value})
