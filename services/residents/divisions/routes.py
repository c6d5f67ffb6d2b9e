"""How divisions, grid workers and origins are read; everybody signed in may."""

from fastapi import APIRouter

from chassis.routes import add_batch
from services.residents.divisions import queries

router = APIRouter(tags=["divisions"])

add_batch(router, "/divisions:batch", queries.divisions_by_code)
add_batch(router, "/divisions/by-parent:batch", queries.divisions_of_parents)
add_batch(router, "/division-aliases/by-division:batch", queries.aliases_of_divisions)
add_batch(router, "/grid-workers/by-grid:batch", queries.workers_of_grids)
add_batch(router, "/origin-divisions:batch", queries.origins_by_code)
