"""Settings, clock, keys, tokens, languages and statements, without any server."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import KeySet, OKPKey

from chassis import crypto, errors
from chassis.auth import TokenSigner, TokenVerifier, Viewer, claims_of, viewer_of
from chassis.clock import Clock, ClockRunsBackward, open_clock
from chassis.language import language_of
from chassis.settings import SettingMissing, load
from chassis.sql import StatementMismatch, Statements

PLACE = "residents/phone/1"


@dataclass(frozen=True)
class Example:
    """Settings of an example."""

    port: int
    key: bytes
    production: bool = False
    folder: Path | None = None


def test_settings_are_read_with_prefix_or_shared() -> None:
    """A prefixed variable wins over a shared one."""
    given = {"ONE_PORT": "8101", "PORT": "9", "KEY": "00ff", "PRODUCTION": "1", "FOLDER": "x"}

    assert load(Example, prefix="one", environment=given) == Example(8101, b"\x00\xff", True, Path("x"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"KEY": "00"}, "ONE_PORT is not set"),
        ({"PORT": "x", "KEY": "00"}, "PORT cannot be read"),
        ({"PORT": "1", "KEY": "zz"}, "KEY cannot be read"),
        ({"PORT": "1", "KEY": "00", "PRODUCTION": "yes"}, "PRODUCTION cannot be read: expected 0 or 1"),
    ],
)
def test_missing_or_unreadable_settings_are_named(
    given: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A process says what it lacks and exits with 2."""
    with pytest.raises(SettingMissing) as caught:
        load(Example, prefix="one", environment=given)

    assert said in caught.value.message
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def test_storys_clock_moves_forward_only() -> None:
    """A story's clock stands still between moves."""
    clock = open_clock("2020-01-28T08:00:00+08:00", production=False)

    clock.move(datetime(2020, 1, 28, 12, tzinfo=UTC))

    assert clock.now().isoformat() == "2020-01-28T20:00:00+08:00"
    with pytest.raises(ClockRunsBackward):
        clock.move(datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(ClockRunsBackward):
        Clock().move(datetime(2020, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(("text", "production"), [("2020-01-28T08:00:00+08:00", True), ("2020-01-28T08:00:00", False)])
def test_storys_clock_is_refused_in_production_and_without_zone(text: str, production: bool) -> None:
    """Such a process does not start."""
    with pytest.raises(SystemExit):
        open_clock(text, production=production)


def test_ciphertext_belongs_to_its_place() -> None:
    """A blob moved to another row does not decrypt, and an old key still reads."""
    old = crypto.open_key_ring(f"a:{'11' * 32}")
    new = crypto.open_key_ring(f"b:{'22' * 32},a:{'11' * 32}")
    blob = old.encrypt("13800000001", place=PLACE)

    assert new.decrypt(blob, place=PLACE) == "13800000001"
    with pytest.raises(crypto.CiphertextMoved):
        new.decrypt(blob, place="residents/phone/2")
    with pytest.raises(crypto.CiphertextMoved):
        old.decrypt(new.encrypt("x", place=PLACE), place=PLACE)


@pytest.mark.parametrize("text", ["", "k", "toolong:" + "11" * 32, "k:11"])
def test_bad_key_rings_are_refused(text: str) -> None:
    """A process with bad keys does not start."""
    with pytest.raises(SystemExit):
        crypto.open_key_ring(text)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.8, zh;q=0.9", "zh"),
        ("fr, de", "en"),
        ("fr, zh-Hans-CN;q=0.1", "zh"),
        ("zh", "zh"),
        (";;;,,,", "en"),
    ],
)
def test_language_is_chosen_by_weight(header: str | None, language: str) -> None:
    """Chinese or English."""
    assert language_of(header) == language


def test_problem_travels_whole() -> None:
    """Code, message, path and the number that helps."""
    problem = errors.PageTooLong(path=("first",), limit=100)

    said = errors.document(problem, "zh")

    assert (said.code, said.status, said.path) == ("PageTooLong", 422, ("first",))
    assert said.detail == "每页行数须在 1 到 100 之间。"
    assert errors.document(errors.Relayed(said), "en") == errors.document(errors.Relayed(said), "zh")


def test_every_problem_of_the_chassis_speaks_two_languages() -> None:
    """The docstring's first line is English, its last Chinese."""
    for kind in errors.codes():
        english, chinese = errors.messages(kind)
        assert english.isascii() or kind.__module__.startswith("tests"), kind
        assert any("\u4e00" <= c <= "\u9fff" for c in chinese), kind


KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
VIEWER = Viewer("s1", "name", "grid_worker", "330111", {"scopes": ("330111004002001",)})


def test_viewer_survives_its_claims() -> None:
    """A grant object is flattened, lists become tuples."""
    assert viewer_of(claims_of(VIEWER)) == VIEWER
    person: dict[str, Any] = {**claims_of(VIEWER), "person": {"resident_id": "r1", "household_id": None}}
    assert viewer_of(person).grant("resident_id") == "r1"


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": ["330111' OR true"]},
        {"scopes": ["33"]},
        {"checkpoints": ["a'; DROP"]},
        {"sub": ""},
        {"district_code": "3301"},
    ],
)
def test_claims_that_could_harm_are_refused(change: dict[str, Any]) -> None:
    """Grants reach SQL settings: only plain ids and codes pass."""
    with pytest.raises(errors.TokenInvalid):
        viewer_of({**claims_of(VIEWER), **change})


def test_tokens_are_checked_for_issuer_audience_key_and_time() -> None:
    """Each fault has its own code."""
    signer, stranger = TokenSigner("us", KEY), TokenSigner("us", OKPKey.generate_key("Ed25519", auto_kid=True))
    verifier = TokenVerifier("us", "residents", KeySet([KEY]))
    claims = claims_of(VIEWER)

    assert verifier.verify(signer.sign(claims, audience="residents", lifetime_s=60)) == VIEWER
    for token, kind in (
        (signer.sign(claims, audience="residents", lifetime_s=-60), errors.TokenExpired),
        (signer.sign(claims, audience="checkpoints", lifetime_s=60), errors.TokenForAnotherAudience),
        (stranger.sign(claims, audience="residents", lifetime_s=60), errors.TokenInvalid),
        (TokenSigner("them", KEY).sign(claims, audience="residents", lifetime_s=60), errors.TokenInvalid),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", errors.TokenInvalid),
    ):
        with pytest.raises(kind):
            verifier.verify(token)


def statements_of(folder: Path, sql: str) -> Statements:
    """Write a SQL file and open it."""
    (folder / "queries.sql").write_text(sql, encoding="utf-8")
    return Statements(str(folder / "queries.py"))


def test_statements_and_declarations_must_agree(tmp_path: Path) -> None:
    """A name or an argument in one file and not in the other fails at import."""
    statements = statements_of(tmp_path, "-- name: one\nSELECT :a::int\n\n-- name: two\nSELECT 1")

    async def one(db: Any, *, a: int) -> int: ...  # type: ignore[empty-body]

    async def two(db: Any, *, b: int) -> int: ...  # type: ignore[empty-body]

    statements.query(one)

    with pytest.raises(StatementMismatch, match="two"):
        statements.check()
    with pytest.raises(StatementMismatch, match="takes"):
        statements.query(two)
    with pytest.raises(StatementMismatch, match="three"):
        statements.one_each("three", Example)


def test_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """One statement, one name."""
    with pytest.raises(StatementMismatch, match="twice"):
        statements_of(tmp_path, "-- name: one\nSELECT 1\n-- name: one\nSELECT 2")
