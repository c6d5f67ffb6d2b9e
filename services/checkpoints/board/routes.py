"""The numbers of a division over HTTP."""

from fastapi import APIRouter

from chassis.routes import add_batch
from services.checkpoints.board import queries

router = APIRouter()
add_batch(router, "/division-summaries:batch", queries.summaries_of_divisions)
