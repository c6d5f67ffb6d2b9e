"""Global ids and cursors: what they hold, and what they refuse."""

import base64
import contextlib
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import CursorUnknown, Problem
from gateway.shared import ids
from gateway.shared.problems import CursorExpired, IdMalformed, IdOfAnotherType
from gateway.subscriptions import cursors
from gateway.upstream import pages

UUID = "01890a5d-ac96-774b-bcce-b302099a8057"


@given(st.uuids().map(str), st.sampled_from(["Resident", "QuarantineOrder", "Passage"]))
def test_id_is_read_back(key: str, type_name: str) -> None:
    """What was encoded is decoded, and only as its own type."""
    made = ids.encode(type_name, key)

    assert ids.decode(made) == (type_name, key)
    with pytest.raises(IdOfAnotherType):
        ids.key_of(made, "Household")


@pytest.mark.parametrize("code", ["330111", "330111004", "330111004002", "330111004002001"])
def test_division_is_known_by_its_code(code: str) -> None:
    """A natural key."""
    assert ids.key_of(ids.encode("Grid", code), "Grid") == code


@pytest.mark.parametrize(
    "key", ["", "1", "../secret", "330111", UUID.upper() + "x", UUID + "/release", UUID.replace("-", "")]
)
def test_key_must_be_one(key: str) -> None:
    """A key travels in a path: it is a UUID or it is refused."""
    with pytest.raises(IdMalformed):
        ids.decode(ids.encode("Resident", key))


@given(st.text(max_size=300))
def test_any_text_is_an_id_or_refused(text: str) -> None:
    """Nothing else happens."""
    with contextlib.suppress(IdMalformed):
        ids.decode(text)


@given(st.text(min_size=1, max_size=100))
def test_page_cursor_is_read_back(text: str) -> None:
    """Opaque, and the same."""
    assert pages.plain_cursor(pages.opaque_cursor(text)) == text


@given(st.text(max_size=300))
def test_any_text_is_a_page_cursor_or_refused(text: str) -> None:
    """Nothing else happens."""
    with contextlib.suppress(CursorUnknown):
        pages.plain_cursor(text)


def test_subscription_cursor_is_read_back() -> None:
    """For the same streams only."""
    made = cursors.encode({"residents": 7, "checkpoints": 9})

    assert cursors.decode(made, frozenset({"residents", "checkpoints"})) == {"residents": 7, "checkpoints": 9}
    with pytest.raises(CursorUnknown):
        cursors.decode(made, frozenset({"residents"}))


def test_subscription_cursor_is_kept_for_a_day() -> None:
    """Then it says to reload."""
    old = cursors.Cursor(int(time.time()) - 24 * 3600 - 5, {"residents": 7})
    text = base64.urlsafe_b64encode(msgspec.json.encode(old)).decode()

    with pytest.raises(CursorExpired) as refused:
        cursors.decode(text, frozenset({"residents"}))

    assert "24" in refused.value.message("en")


@given(st.text(max_size=500))
def test_any_text_is_a_subscription_cursor_or_refused(text: str) -> None:
    """Nothing else happens."""
    with contextlib.suppress(Problem):
        cursors.decode(text, frozenset({"residents"}))
