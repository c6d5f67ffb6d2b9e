"""Acts on divisions, grid workers and coverage."""

import strawberry

from gateway.residents import client
from gateway.residents import division_acts as acts
from gateway.upstream.commands import command

WORKER = "grid_worker"
ASSIGNMENT = "grid_assignment"


@strawberry.type
class DivisionsMutation:
    """Each is one command of the service."""

    division_add: acts.DivisionAddPayload | None = command(
        client.ADD_DIVISION, acts.DivisionAddInput, "grid", "Add a grid under a village; for officers of the district"
    )
    division_close: acts.DivisionClosePayload | None = command(
        client.CLOSE_DIVISION, acts.DivisionCloseInput, "grid", "Close an empty grid; for officers of the district"
    )
    grid_worker_register: acts.GridWorkerRegisterPayload | None = command(
        client.REGISTER_GRID_WORKER, acts.GridWorkerRegisterInput, WORKER, "Register a grid worker"
    )
    grid_worker_change: acts.GridWorkerChangePayload | None = command(
        client.CHANGE_GRID_WORKER, acts.GridWorkerChangeInput, WORKER, "Change a grid worker's name or phone number"
    )
    grid_worker_leave: acts.GridWorkerLeavePayload | None = command(
        client.LET_GRID_WORKER_GO, acts.GridWorkerLeaveInput, WORKER, "Let a grid worker go"
    )
    grid_assign: acts.GridAssignPayload | None = command(
        client.ASSIGN_GRID, acts.GridAssignInput, ASSIGNMENT, "Make somebody a grid's primary worker"
    )
    grid_stand_in: acts.GridStandInPayload | None = command(
        client.STAND_IN_FOR_GRID, acts.GridStandInInput, ASSIGNMENT, "Let somebody take a grid for a period"
    )
    grid_assignment_end: acts.GridAssignmentEndPayload | None = command(
        client.END_GRID_ASSIGNMENT, acts.GridAssignmentEndInput, ASSIGNMENT, "End an assignment earlier than planned"
    )
    coverage_alarm_acknowledge: acts.CoverageAlarmAcknowledgePayload | None = command(
        client.ACKNOWLEDGE_COVERAGE_ALARM,
        acts.CoverageAlarmAcknowledgeInput,
        "coverage_alarm",
        "Take notice of a grid without a worker",
    )
