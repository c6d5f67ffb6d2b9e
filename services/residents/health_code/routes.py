"""How health codes are read."""

from fastapi import APIRouter

from chassis.routes import add_batch
from services.residents.health_code import queries

router = APIRouter(tags=["health code"])

add_batch(router, "/health-codes/by-resident:batch", queries.health_codes_of_residents)
