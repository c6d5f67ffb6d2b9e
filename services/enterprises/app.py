"""The enterprises service: who may work again, and who helps them."""

from pathlib import Path

from chassis.schedule import Job
from chassis.service import Service
from services.enterprises.access import ACCESS
from services.enterprises.board.routes import router as board
from services.enterprises.liaison.routes import router as liaison
from services.enterprises.loading.load import load
from services.enterprises.loading.rebuild import rebuild
from services.enterprises.operation.routes import router as operation
from services.enterprises.register.routes import router as register
from services.enterprises.resumption.handlers import handlers
from services.enterprises.resumption.recheck import recheck_due
from services.enterprises.resumption.routes import router as resumption
from services.enterprises.roster.routes import router as roster
from services.enterprises.tickets.routes import router as tickets

SERVICE = Service(
    name="enterprises",
    folder=Path(__file__).parent,
    access=ACCESS,
    routers=[register, resumption, roster, operation, liaison, tickets, board],
    jobs=[Job("recheck_applications", 60, recheck_due)],
    handlers=handlers,
    tools={"load": load, "rebuild": rebuild},
)
