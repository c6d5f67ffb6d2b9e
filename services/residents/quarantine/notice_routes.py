"""How the notice of an order is opened, and how one that somebody holds is verified."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from chassis.auth import Viewer
from chassis.database import Transaction
from chassis.reading import log_read
from chassis.routes import REFUSALS, ReadDep, StateDep, ViewerDep
from chassis.service import State
from services.residents.divisions import queries as divisions
from services.residents.quarantine import queries
from services.residents.quarantine.model import IN_FORCE
from services.residents.quarantine.notice import Notice, is_verification_code, page, verification_code
from services.residents.quarantine.problems import NoticeCodeWrong, OrderNotIssued, OrderUnknown

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(tags=["quarantine"])


@router.get("/notices/{order_id}", response_class=HTMLResponse, responses=REFUSALS)
async def open_notice(order_id: UUID, state: StateDep, viewer: ViewerDep, db: ReadDep) -> Response:
    """Show the notice of an issued order; each opening is logged."""
    row = await queries.notice_of_order(db, district_code=viewer.district_code, order_id=order_id)
    if row is None:
        raise OrderUnknown
    if row.issued_at is None:
        raise OrderNotIssued
    notice = Notice(
        row,
        district_name=await name_of(db, viewer.district_code, row.division_code[:6]),
        town_name=await name_of(db, viewer.district_code, row.division_code[:9]),
        code=verification_code(state.keys, order_id),
    )
    await log_opening(state, viewer, row.person_key)
    return HTMLResponse(page(notice), headers=HEADERS)


@router.get("/notices/{order_id}/verification", responses=REFUSALS)
async def verify_notice(
    order_id: UUID, code: Annotated[str, Query(max_length=100)], state: StateDep, viewer: ViewerDep
) -> dict[str, bool | str]:
    """Tell whoever holds a notice whether it is true and its order in force, and nothing of the person."""
    if not is_verification_code(state.keys, order_id, code):
        raise NoticeCodeWrong
    async with state.database.work() as db:
        order = await queries.order_to_verify(db, district_code=viewer.district_code, order_id=order_id)
    if order is None:
        raise NoticeCodeWrong
    return {
        "in_force": order.status in IN_FORCE,
        "starts_on": order.starts_on.isoformat(),
        "ends_on": order.ends_on.isoformat(),
    }


async def name_of(db: Transaction, district_code: str, code: str) -> str:
    """Return a division's name."""
    found = await divisions.division(db, district_code=district_code, code=code)
    return found.name if found is not None else ""


async def log_opening(state: State, viewer: Viewer, person_key: str) -> None:
    """Log who opened a person's notice, before it is shown."""
    await log_read(
        state,
        viewer,
        at=state.clock.now(),
        what="quarantine_notice",
        person_keys=[person_key],
        purpose=viewer.purpose or "QUARANTINE",
    )
