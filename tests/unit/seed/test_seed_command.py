"""The command as the loaders call it."""

import json
import sys
from subprocess import PIPE, Popen, run

import pytest

from infra.seed.cli import main
from infra.seed.draws import apportion, mobile
from infra.seed.numbers import ALPHABET, credit_code, organization_check


def seed(*arguments: str) -> list[str]:
    """Run the command and return the lines of its standard output."""
    done = run([sys.executable, "-m", "infra.seed", *arguments], stdout=PIPE, check=True, text=True)
    return done.stdout.splitlines()


def test_lines_are_as_many_as_announced() -> None:
    """The first line counts the others, each of which names its record."""
    lines = [json.loads(line) for line in seed("residents", "--scale", "story")]

    counts = lines[0]["counts"]
    assert lines[0]["record"] == "counts"
    assert sum(counts.values()) == len(lines) - 1
    assert {line["record"] for line in lines[1:]} == set(counts)


def test_today_is_what_the_caller_says() -> None:
    """Dates are counted from the day given."""
    rows = seed("returnees", "--today", "2020-01-28")

    assert all(",2020-01-28," in row for row in rows[1:])


def test_personas_need_the_matching_key() -> None:
    """Without the key the command ends with a message, not a traceback."""
    done = run(
        [sys.executable, "-m", "infra.seed", "personas"],
        capture_output=True,
        check=False,
        text=True,
        env={},
    )

    assert done.returncode == 2
    assert "MATCHING_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_is_no_fault() -> None:
    """A loader that stops reading sees no traceback of the generator."""
    command = [sys.executable, "-m", "infra.seed", "residents", "--scale", "town"]
    with Popen(command, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()

        assert b"Traceback" not in process.stderr.read()
        assert process.wait() == 1


def test_shares_add_up() -> None:
    """Shares by weight add up to the total, the larger weight never getting less."""
    shares = apportion(100, [1.0, 1.0, 1.0, 4.5])

    assert sum(shares) == 100
    assert shares[3] == max(shares)


def test_phones_are_not_shared_and_leave_the_stories_theirs() -> None:
    """Different indexes give different numbers outside 1380000xxxx."""
    numbers = {mobile("1380", index) for index in range(0, 1_000_000, 7)}

    assert len(numbers) == len(range(0, 1_000_000, 7))
    assert min(numbers) >= "13800001000"


def test_credit_codes_belong_to_nobody() -> None:
    """The organization code in a made-up credit code has the wrong check digit."""
    for serial in range(0, 390_000, 977):
        code = credit_code("91", serial)
        assert set(code) <= set(ALPHABET)
        assert organization_check(code[8:16]) != code[16]


def test_an_impossible_day_is_refused() -> None:
    """A day that the calendar lacks is a usage error."""
    with pytest.raises(SystemExit) as refusal:
        main(["returnees", "--today", "2020-02-30"])

    assert refusal.value.code == 2
