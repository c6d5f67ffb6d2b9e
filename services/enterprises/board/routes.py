"""The board's route."""

from fastapi import APIRouter

from chassis.routes import REFUSALS, add_batch
from services.enterprises.board import queries

router = APIRouter(tags=["board"], responses=REFUSALS)

add_batch(router, "/division-summaries:batch", queries.enterprise_summaries)
