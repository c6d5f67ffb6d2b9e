"""How a worker's day is read."""

from fastapi import APIRouter

from chassis.routes import add_batch
from services.residents.workers_day import queries

router = APIRouter(tags=["worker's day"])

add_batch(router, "/workers-days:batch", queries.days)
add_batch(router, "/workers-days/tasks-due:batch", queries.tasks_due_on_days)
add_batch(router, "/workers-days/orders-with-missed-checks:batch", queries.orders_with_missed_checks_on_days)
add_batch(router, "/workers-days/notices-to-deliver:batch", queries.notices_to_deliver_on_days)
add_batch(router, "/workers-days/returnees-expected:batch", queries.returnees_expected_on_days)
add_batch(router, "/workers-days/rounds:batch", queries.progress_on_days)
