"""How the board reads its numbers: within the viewer's scope, null outside."""

from fastapi import APIRouter

from chassis.routes import add_batch
from services.residents.board import queries

router = APIRouter(tags=["board"])

add_batch(router, "/division-summaries:batch", queries.summaries_by_code)
