"""Who may hear a fact: by what the token grants, one kind of grant at a time."""

from typing import Any
from uuid import UUID

import pytest

from chassis.auth import Viewer
from chassis.stream import Received
from gateway.subscriptions.declare import may_hear

FACT = Received(
    id=UUID(int=1),
    service="checkpoints",
    name="passage_recorded",
    division_code="330111004002001",
    body={
        "checkpoint_id": "c-1",
        "credit_code": "91330111MA2GRD001J",
        "resident_id": "r-1",
        "household_id": "h-1",
        "person_key": "k-1",
    },
    sequence=1,
    traceparent=None,
)


@pytest.mark.parametrize(
    ("grants", "hears"),
    [
        ({"scopes": ("330111",)}, True),
        ({"scopes": ("330111004002001",)}, True),
        ({"scopes": ("330111005", "330111004")}, True),
        ({"scopes": ("330111004002002",)}, False),
        ({"scopes": ()}, False),
        ({"checkpoints": ("c-1", "c-2")}, True),
        ({"checkpoints": ("c-2",)}, False),
        ({"enterprises": ("91330111MA2GRD001J",)}, True),
        ({"enterprises": ("91330111MA2GRD002X",)}, False),
        ({"resident_id": ("r-1",)}, True),
        ({"household_id": ("h-1",)}, True),
        ({"person_key": ("k-1",)}, True),
        ({"resident_id": ("r-2",), "household_id": ("h-2",), "person_key": ("k-2",)}, False),
        ({}, False),
    ],
)
def test_grants(grants: dict[str, tuple[str, ...]], hears: bool) -> None:
    """A grant lets its own facts through; nobody hears without one."""
    assert may_hear(Viewer("s", "n", "role", "330111", grants), FACT) is hears


def test_absent_name_is_no_grant() -> None:
    """A fact without a person is not everybody's."""
    bare: dict[str, Any] = {"person_key": None}
    fact = Received(UUID(int=1), "checkpoints", "alarm_raised", "330111004002001", bare, 1, None)

    assert not may_hear(Viewer("s", "n", "resident", "330111", {"person_key": ("None",)}), fact)
