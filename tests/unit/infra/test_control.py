"""What is asked of a district from another terminal: it stops and deletes only what is its own."""

import json
import os
from pathlib import Path

import pytest

from infra.control import down, logs, read_running, reset, status
from infra.layout import Layout, read_json, write_atomically
from infra.supervisor import run_file
from infra.trouble import Trouble
from infra.vault import open_vault


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a data folder that says a process runs it, with the pid of this one but another start time."""
    layout = Layout(tmp_path / "var")
    layout.create()
    write_atomically(run_file(layout), json.dumps({"pid": os.getpid(), "start_time": 1}).encode())
    return layout


def test_stranger_with_the_same_pid_is_left_alone(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """A pid that came to name another process is neither stopped nor shown."""
    assert read_running(layout) == (None, [], {})
    assert down(layout) == 0
    assert status(layout) == 3
    assert capsys.readouterr().out == "the district is not up\n" * 2


def test_reset_keeps_what_real_databases_need(layout: Layout) -> None:
    """Their data stays, so their keys and the note that they are seeded stay as well."""
    key = open_vault(layout).key("matching key")
    state = {"embedded": {"scale": "town", "steps": []}, "0123456789abcdef": {"scale": "district", "steps": []}}
    write_atomically(layout.state, json.dumps(state).encode())

    assert reset(layout, sure=True) == 0

    assert read_json(layout.state) == {"0123456789abcdef": {"scale": "district", "steps": []}}
    assert open_vault(layout).key("matching key") == key


def test_reset_of_embedded_data_deletes_all(layout: Layout) -> None:
    """Nothing is kept that nothing needs."""
    open_vault(layout).key("matching key")

    assert reset(layout, sure=True) == 0

    assert [entry.name for entry in layout.data.iterdir()] == [".gridweave"]


def test_logs_of_one_process(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """The last lines are shown with the process's name; an unknown name gets the list."""
    layout.log("residents").write_text("one\ntwo\n")

    logs(layout, ["residents"], follow=False)

    assert capsys.readouterr().out == "residents    one\nresidents    two\n"
    with pytest.raises(Trouble, match="there are: residents"):
        logs(layout, ["resident"], follow=False)
