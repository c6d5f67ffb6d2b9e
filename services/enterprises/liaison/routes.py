"""The liaison teams' routes."""

from fastapi import APIRouter

from chassis.routes import REFUSALS, add_batch
from services.enterprises.liaison import queries

router = APIRouter(tags=["liaison"], responses=REFUSALS)

add_batch(router, "/liaison-teams:batch", queries.liaison_teams_by_id)
add_batch(router, "/enterprises/by-liaison-team:batch", queries.portfolio_of_teams)
