"""Screening tasks: every act on every status, allowed or refused by its own name."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from chassis.clock import DISTRICT_ZONE
from services.residents.screening.model import (
    ALLOWED,
    ATTEMPTS_MAX,
    DUE_AFTER_ESCALATION,
    DUE_AFTER_TRANSFER,
    RETRY_AFTER,
    Act,
    ScreeningTask,
    TaskReason,
    TaskStatus,
    check_note,
    check_officer,
    first_due,
    move,
)
from services.residents.screening.problems import EscalatedToOfficers, NoteTooLong
from services.residents.screening.tasks import Step, counted, passages

NOW = datetime(2020, 1, 28, 9, 0, tzinfo=DISTRICT_ZONE)
DUE = NOW + timedelta(hours=6)
GRID, NEXT = "330111004002001", "330111004002002"

# A cell holds the status an act leads to, or the refusal. Columns are in the order of ACTS.
ACTS = [Act.ASSIGN, Act.CONTACT, Act.NO_ANSWER, Act.NOT_HERE, Act.TRANSFER, Act.REFUSE, Act.VERIFY, Act.CLOSE]
ENDED = ["TaskEnded"] * 8
UNASSIGNED = "TaskNotAssigned"
NOT_NOT_HERE, NOT_VERIFIED, ASSIGNED = "TaskNotNotHere", "TaskNotVerified", "TaskAlreadyAssigned"
REACHED = "TaskAlreadyContacted"
MATRIX = {
    "OPEN": ["ASSIGNED", UNASSIGNED, UNASSIGNED, UNASSIGNED, NOT_NOT_HERE, UNASSIGNED, UNASSIGNED, NOT_VERIFIED],
    "TRANSFERRED": ["ASSIGNED", UNASSIGNED, UNASSIGNED, UNASSIGNED, NOT_NOT_HERE, UNASSIGNED, UNASSIGNED, NOT_VERIFIED],
    "ESCALATED": ["ASSIGNED", UNASSIGNED, UNASSIGNED, UNASSIGNED, NOT_NOT_HERE, UNASSIGNED, "VERIFIED", NOT_VERIFIED],
    "REFUSED": [ASSIGNED, UNASSIGNED, UNASSIGNED, UNASSIGNED, NOT_NOT_HERE, UNASSIGNED, UNASSIGNED, NOT_VERIFIED],
    "ASSIGNED": [
        ASSIGNED,
        "CONTACTED",
        "NO_ANSWER",
        "NOT_HERE",
        NOT_NOT_HERE,
        "ESCALATED",
        "TaskNotContacted",
        NOT_VERIFIED,
    ],
    "NO_ANSWER": [
        ASSIGNED,
        "CONTACTED",
        "NO_ANSWER",
        "NOT_HERE",
        NOT_NOT_HERE,
        "TaskNotContacted",
        "TaskNotContacted",
        NOT_VERIFIED,
    ],
    "CONTACTED": [ASSIGNED, REACHED, REACHED, "NOT_HERE", NOT_NOT_HERE, "ESCALATED", "VERIFIED", NOT_VERIFIED],
    "NOT_HERE": [
        ASSIGNED,
        "PersonNotHere",
        "PersonNotHere",
        "PersonNotHere",
        "TRANSFERRED",
        "PersonNotHere",
        "PersonNotHere",
        NOT_VERIFIED,
    ],
    "VERIFIED": ["TaskAlreadyVerified"] * 7 + ["CLOSED"],
    "CLOSED": ENDED,
}
CELLS = [(status, act, cell) for status, row in MATRIX.items() for act, cell in zip(ACTS, row, strict=True)]


def task(status: str, attempts: int = 0, worker_id: UUID | None = None) -> ScreeningTask:
    """Return a task that stands somewhere."""
    return ScreeningTask(
        id=UUID(int=1),
        division_code=GRID,
        status=TaskStatus(status),
        reason=TaskReason.ROUND,
        attempts=attempts,
        due_at=DUE,
        worker_id=worker_id,
        resident_id=None,
        returnee_id=None,
        household_id=UUID(int=2),
        home_id=UUID(int=2),
        round_id=UUID(int=3),
        round_status="OPEN",
        reached=False,
        refused=False,
        not_here=False,
        overdue=False,
        verified=status in {"VERIFIED", "CLOSED"},
        changed_at=NOW,
    )


def outcome(status: str, act: Act) -> str:
    """Return the status an act leads to, or the code of the refusal."""
    try:
        return move(task(status), act, NOW).status.value
    except Exception as problem:  # noqa: BLE001 - its name is the finding
        return type(problem).__name__


@pytest.mark.parametrize(("status", "act", "expected"), CELLS)
def test_every_act_on_every_status(status: str, act: Act, expected: str) -> None:
    """Nothing is left open: each pair is a move or a refusal with a name."""
    assert outcome(status, act) == expected


def test_the_matrix_is_whole() -> None:
    """Every status and every command stands in it."""
    assert set(MATRIX) == {status.value for status in TaskStatus}
    assert set(ACTS) | {Act.HAND_OVER, Act.ESCALATE, Act.RESCREEN, Act.END} == set(Act)


@pytest.mark.parametrize("status", list(TaskStatus))
def test_the_clock_escalates_what_is_not_verified(status: TaskStatus) -> None:
    """What is with the officers, verified or closed is left alone."""
    left_alone = {TaskStatus.REFUSED, TaskStatus.ESCALATED, TaskStatus.VERIFIED, TaskStatus.CLOSED}

    assert (status in ALLOWED[Act.ESCALATE]) == (status not in left_alone)
    if status in ALLOWED[Act.ESCALATE]:
        moved = move(task(status), Act.ESCALATE, NOW)
        assert (moved.status, moved.due_at) == (TaskStatus.ESCALATED, NOW + DUE_AFTER_ESCALATION)


def test_without_an_answer_it_is_tried_again() -> None:
    """Two hours later, and counted."""
    moved = move(task("ASSIGNED"), Act.NO_ANSWER, NOW)

    assert (moved.statuses, moved.attempts, moved.due_at) == ((TaskStatus.NO_ANSWER,), 1, NOW + RETRY_AFTER)


def test_the_last_attempt_escalates() -> None:
    """Both statuses are recorded."""
    moved = move(task("NO_ANSWER", ATTEMPTS_MAX - 1), Act.NO_ANSWER, NOW)

    assert moved.statuses == (TaskStatus.NO_ANSWER, TaskStatus.ESCALATED)
    assert moved.due_at == NOW + DUE_AFTER_ESCALATION


def test_a_refusal_is_escalated_at_once() -> None:
    """Both statuses are recorded."""
    moved = move(task("CONTACTED"), Act.REFUSE, NOW)

    assert moved.statuses == (TaskStatus.REFUSED, TaskStatus.ESCALATED)
    step = Step(task("CONTACTED"), moved, GRID, None)
    assert passages(step) == [
        (TaskStatus.CONTACTED, TaskStatus.REFUSED),
        (TaskStatus.REFUSED, TaskStatus.ESCALATED),
    ]


def test_another_grid_begins_anew() -> None:
    """Attempts and time are its own."""
    moved = move(task("NOT_HERE", 2), Act.TRANSFER, NOW)

    assert (moved.attempts, moved.due_at) == (0, NOW + DUE_AFTER_TRANSFER)


def test_an_officer_hands_an_escalated_task_out_with_new_attempts() -> None:
    """It is due within hours."""
    moved = move(task("ESCALATED", ATTEMPTS_MAX), Act.ASSIGN, NOW)

    assert (moved.status, moved.attempts, moved.due_at) == (TaskStatus.ASSIGNED, 0, NOW + DUE_AFTER_ESCALATION)


@pytest.mark.parametrize("act", [Act.CONTACT, Act.NOT_HERE])
def test_other_steps_leave_the_due_time(act: Act) -> None:
    """Only what begins a new wait sets a new time."""
    assert move(task("ASSIGNED"), act, NOW).due_at == DUE


def test_escalated_tasks_are_for_officers() -> None:
    """A grid worker no longer moves them."""
    with pytest.raises(EscalatedToOfficers):
        check_officer(task("ESCALATED"), "grid_worker")

    check_officer(task("ESCALATED"), "town_officer")
    check_officer(task("ASSIGNED"), "grid_worker")


def test_a_note_is_no_essay() -> None:
    """500 characters, and none at all, are fine."""
    check_note(None)
    check_note("好" * 500)
    with pytest.raises(NoteTooLong):
        check_note("好" * 501)


@pytest.mark.parametrize(
    ("arrives_on", "due"),
    [
        (date(2020, 1, 28), NOW + timedelta(hours=12)),
        (date(2020, 1, 20), NOW + timedelta(hours=12)),
        (date(2020, 1, 30), datetime(2020, 1, 30, 12, 0, tzinfo=DISTRICT_ZONE)),
    ],
)
def test_a_task_is_due_after_the_person_is_here(arrives_on: date, due: datetime) -> None:
    """Nobody can be screened before arriving."""
    assert first_due(arrives_on, NOW, hours=12) == due


def test_open_tasks_are_counted_until_closed_and_where_they_are() -> None:
    """Closing takes one away, a transfer moves one, anything else changes nothing."""
    closed = Step(task("VERIFIED"), move(task("VERIFIED"), Act.CLOSE, NOW), GRID, None)
    moved = Step(task("NOT_HERE"), move(task("NOT_HERE"), Act.TRANSFER, NOW), NEXT, None)
    contacted = Step(task("ASSIGNED"), move(task("ASSIGNED"), Act.CONTACT, NOW), GRID, None)

    changes = counted([closed, moved, contacted])

    assert {code: change.screening_tasks_open for code, change in changes.items()} == {GRID: -2, NEXT: 1}
