"""The data folder: whose it is, what is written how, and what may be deleted."""

import errno
import stat
from pathlib import Path

import pytest

from infra.layout import Layout, lock, read_json, temporary_folder, write_atomically
from infra.trouble import Trouble, trouble_of
from infra.vault import Vault, open_vault, public_key_set


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a created data folder."""
    layout = Layout(tmp_path / "var")
    layout.create()
    return layout


def test_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """A folder with other files is neither used nor deleted."""
    (tmp_path / "thesis.txt").write_text("years of work")
    layout = Layout(tmp_path)

    with pytest.raises(Trouble, match="not Gridweave's"):
        layout.create()
    with pytest.raises(Trouble, match="nothing was deleted"):
        layout.delete(keep_secrets=False)
    assert (tmp_path / "thesis.txt").exists()


def test_delete_can_keep_the_keys(layout: Layout) -> None:
    """The keys of data on a real server outlive the local data."""
    key = open_vault(layout).key("matching key")

    layout.delete(keep_secrets=True)

    assert open_vault(layout).key("matching key") == key
    assert not layout.logs.exists()


def test_secrets_are_made_once_for_this_user_only(layout: Layout) -> None:
    """A second look finds the same secret; nobody else can read the file."""
    vault = open_vault(layout)
    first = vault.password("residents_serving")

    assert open_vault(layout).password("residents_serving") == first
    assert vault.password("residents_worker") != first
    assert stat.S_IMODE(vault.file.stat().st_mode) == 0o600


def test_secrets_that_others_can_read_are_refused(layout: Layout) -> None:
    """A loosened file is said, with the command that mends it."""
    vault = open_vault(layout)
    vault.key("matching key")
    vault.file.chmod(0o644)

    with pytest.raises(Trouble, match="chmod 600"):
        open_vault(layout)


def test_public_key_set_holds_no_private_part(tmp_path: Path) -> None:
    """What services get verifies and cannot sign."""
    private = Vault(tmp_path / "secrets.json").signing_key("internal key")

    assert '"d"' in private
    assert '"d"' not in public_key_set(private)


def test_file_is_replaced_whole(tmp_path: Path) -> None:
    """Readers see the old or the new content, and no draft stays behind."""
    write_atomically(tmp_path / "state.json", b'{"a": 1}')
    write_atomically(tmp_path / "state.json", b'{"a": 2}')

    assert read_json(tmp_path / "state.json") == {"a": 2}
    assert len(list(tmp_path.iterdir())) == 1


def test_broken_state_is_said(tmp_path: Path) -> None:
    """A file of ours that is no JSON is named."""
    (tmp_path / "state.json").write_text("{")

    with pytest.raises(Trouble, match=r"state\.json cannot be read"):
        read_json(tmp_path / "state.json")
    assert read_json(tmp_path / "absent.json") == {}


def test_lock_is_held_once(tmp_path: Path) -> None:
    """A second holder is refused until the first lets go."""
    held = lock(tmp_path / "lock")
    assert held is not None

    assert lock(tmp_path / "lock") is None
    held.close()
    again = lock(tmp_path / "lock")
    assert again is not None
    again.close()


def test_temporary_folder_is_deleted() -> None:
    """Nothing of a temporary district stays."""
    with temporary_folder("unit") as folder:
        (folder / "file").write_text("x")

    assert not folder.exists()
    assert not folder.with_name(f"{folder.name}.lock").exists()


def test_troubles_of_the_system_are_said_in_words() -> None:
    """A full disk and a missing right come with what to do."""
    full = trouble_of(OSError(errno.ENOSPC, "No space left on device", "/data/x"))
    denied = trouble_of(PermissionError(errno.EACCES, "Permission denied", "/data/x"))

    assert str(full).startswith("the disk is full: /data/x")
    assert "GRIDWEAVE_DATA" in str(denied)
