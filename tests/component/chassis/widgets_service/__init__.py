"""A small service over the chassis, to try the chassis without any domain."""

from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis import facts
from chassis.auth import Grant
from chassis.commands import Command
from chassis.database import Transaction, refusing
from chassis.errors import Conflict
from chassis.facts import Fact
from chassis.history import Change, record
from chassis.ids import new_id
from chassis.routes import Body, add_batch, answer, command_of
from chassis.service import Service
from chassis.stream import Received
from tests.component.chassis.widgets_service import queries

router = APIRouter()
add_batch(router, "/widgets:batch", queries.widgets_by_id)
add_batch(router, "/widgets/by-grid:batch", queries.widgets_by_grid)
add_batch(router, "/widgets/made-with:batch", queries.widgets_made_with)


class NameTaken(Conflict):
    """The name is taken.
    名称已被使用。
    """


class WidgetBody(Body):
    """A new widget."""

    division_code: str
    name: str


@router.post("/widgets")
async def make(body: WidgetBody, command: Annotated[Command, command_of("widget_make")]) -> Response:
    """Make a widget; the name's constraint is checked at commit."""
    widget_id = new_id()
    await queries.insert_widget(
        command.db,
        district_code=command.viewer.district_code,
        widget_id=widget_id,
        division_code=body.division_code,
        name=body.name,
        made_on=command.clock.today(),
    )
    await facts.publish(command.db, "widgets", Fact("made", body.division_code, {"widget_id": str(widget_id)}))
    await record(command, Change("widget", widget_id, body.division_code, "MADE", None, {"name": body.name}))
    if body.name == "refused":
        raise NameTaken
    return await answer(command, 201, id=str(widget_id))


async def on_wanted(db: Transaction, fact: Received) -> None:
    """Make a widget because another service wants one."""
    with refusing({}):
        await queries.insert_widget(
            db,
            district_code=fact.division_code[:6],
            widget_id=UUID(fact.body["widget_id"]),
            division_code=fact.division_code,
            name=fact.body["name"],
            made_on=date(2020, 1, 28),
        )


SERVICE = Service(
    name="widgets",
    folder=Path(__file__).parent,
    access={
        "officer": Grant("by_division", {"scopes": "scopes"}),
        "resident": Grant("by_person", {"person": "resident_id"}),
    },
    routers=[router],
    handlers={"shops.wanted": on_wanted},
)
