"""What may be done to an import, and what is told of a row beside who it is."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from chassis.crypto import trace
from services.residents.imports.model import (
    FAILED_KEPT,
    SAID,
    HeldImport,
    ImportStatus,
    check_cancel,
    check_retry,
    is_kept,
    said_by,
)
from services.residents.imports.problems import ImportEnded, ImportNotFailed, ListForgotten
from services.residents.returnees.model import Arrival, Transport, TransportKind

NOW = datetime(2020, 1, 28, tzinfo=UTC)
S = ImportStatus


def held(status: ImportStatus, ago: timedelta | None = None) -> HeldImport:
    """Return an import that ended some time ago."""
    return HeldImport(UUID(int=1), "330111", status, None if ago is None else NOW - ago)


@pytest.mark.parametrize("status", [S.QUEUED, S.RUNNING])
def test_what_waits_or_runs_is_cancelled(status: ImportStatus) -> None:
    """Allowed."""
    check_cancel(held(status))


@pytest.mark.parametrize("status", [S.DONE, S.FAILED, S.CANCELLED])
def test_what_has_ended_is_not_cancelled(status: ImportStatus) -> None:
    """Refused, with how it ended."""
    with pytest.raises(ImportEnded) as caught:
        check_cancel(held(status))
    assert caught.value.facts == {"status": status}


def test_what_failed_of_late_is_run_again() -> None:
    """As long as its file is kept."""
    check_retry(held(S.FAILED, FAILED_KEPT - timedelta(seconds=1)), NOW)
    with pytest.raises(ListForgotten):
        check_retry(held(S.FAILED, FAILED_KEPT), NOW)


@pytest.mark.parametrize("status", [S.QUEUED, S.RUNNING, S.DONE, S.CANCELLED])
def test_nothing_else_is_run_again(status: ImportStatus) -> None:
    """Refused, with where it stands."""
    with pytest.raises(ImportNotFailed):
        check_retry(held(status, timedelta()), NOW)


@pytest.mark.parametrize(
    ("status", "ago", "kept"),
    [
        (S.QUEUED, None, True),
        (S.RUNNING, None, True),
        (S.DONE, timedelta(days=9), True),
        (S.FAILED, timedelta(hours=1), True),
        (S.FAILED, timedelta(days=2), False),
        (S.CANCELLED, timedelta(), False),
    ],
)
def test_whether_the_same_file_is_the_same_import(status: ImportStatus, ago: timedelta | None, kept: bool) -> None:
    """Not once it was cancelled, or failed and has been forgotten."""
    assert is_kept(status, None if ago is None else NOW - ago, NOW) is kept


def test_what_a_row_says_has_a_name_for_each_part() -> None:
    """Column by column."""
    arrival = Arrival("王", None, None, "330300", date(2020, 1, 28), Transport(TransportKind.CAR, None), "3", "x")

    assert dict(zip(SAID, said_by(arrival), strict=True)) == {
        "name": "王",
        "phone": "",
        "origin_code": "330300",
        "arrives_on": "2020-01-28",
        "transport": "CAR ",
        "destination_grid_code": "3",
        "address": "x",
    }


def test_a_trace_tells_values_and_kinds_apart_and_needs_the_key() -> None:
    """Four bytes, the same every time."""
    key = bytes(range(32))

    assert trace(key, "name", "王") == trace(key, "name", "王")
    assert len(trace(key, "name", "王")) == 4
    assert len({trace(k, kind, value) for k in (key, b"k" * 32) for kind in "ab" for value in "xy"}) == 8
