"""A command's answer: the row that it changed, in the form in which it is read."""

from uuid import UUID

import msgspec
from fastapi import Response

from chassis.batch import Batch, BatchRequest, column_names
from chassis.commands import Command
from chassis.routes import answer


async def answer_row(command: Command, batch: Batch, key: UUID, status: int = 200) -> Response:
    """Keep the row with the command's key, and send it."""
    request = BatchRequest([str(key)], list(column_names(batch.row)))
    found = await batch.run(command.db, request, district_code=command.viewer.district_code)
    row = msgspec.json.decode(found, type=list[dict[str, object]])[0]
    return await answer(command, status, **row)
