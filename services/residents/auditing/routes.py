"""How history, read log and alarms on mass look-ups are read: by auditors and officers."""

from fastapi import APIRouter

from chassis.auth import Viewer
from chassis.routes import add_batch
from services.residents.access import OFFICERS
from services.residents.auditing import queries

AUDITORS = ("auditor", *OFFICERS)
AUDIT = "AUDIT"

router = APIRouter(tags=["auditing"])


def check_auditor(viewer: Viewer) -> None:
    """Raise RoleMayNot unless an auditor or an officer asks."""
    viewer.require_role(*AUDITORS)


def check_audit(viewer: Viewer) -> None:
    """Raise RoleMayNot or PurposeRequired unless an auditor or an officer asks for the sake of an audit."""
    check_auditor(viewer)
    viewer.require_purpose(AUDIT)


add_batch(router, "/history/by-resident:batch", queries.history_of_residents, check_auditor)
add_batch(router, "/reads/by-resident:batch", queries.reads_of_residents, check_audit)
add_batch(router, "/look-up-alarms/by-scope:batch", queries.look_up_alarms_of_scope, check_auditor)
