"""`make audit-verify`: what it prints, and its exit code."""

import subprocess
import sys
from pathlib import Path

import pytest

from chassis.audit import Report
from infra.audit import main, show
from infra.children import ROOT


def test_a_service_that_does_not_exist_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """With those that do."""
    assert main(["shops"]) == 2
    assert "there is no service shops; there are residents" in capsys.readouterr().err


def test_without_a_district_it_could_not_look(tmp_path: Path) -> None:
    """That nothing was verified is no success."""
    (tmp_path / "secrets").mkdir()

    done = subprocess.run(
        [sys.executable, "-m", "infra.audit", "residents"],
        cwd=ROOT, env={"GRIDWEAVE_DATA": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (2, "the district is not up: run `make up` first\n")


def test_the_first_broken_position_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """With what is wrong there, and how much else."""
    report = Report("residents", "history", "330111", entries=9, sealed=8, unsealed=1)
    report.blame(7, "the content of entry x was changed")
    report.blame(3, "entry y was deleted")

    show([report, Report("residents", "read_log", "330111")])

    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["residents", "history", "330111", "9", "8", "1", "0", "0", "BROKEN", "at", "3"]
    assert lines[2].endswith("holds")
    assert lines[3] == "residents history 330111: first broken position 3: entry y was deleted (and 1 more)"
