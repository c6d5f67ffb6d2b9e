"""The embedded cluster: made once, by whoever may, and never confused by what a crash left."""

import os
import subprocess
from pathlib import Path

import pytest

from chassis.settings import process_environment
from infra.addresses import free_addresses
from infra.children import plain_environment
from infra.layout import temporary_folder
from infra.postgres import Identity, Postgres, choose_identity, copied_identity, forget_stale_server, wait_ready
from infra.trouble import Trouble


def cluster(folder: Path, identity: Identity) -> Postgres:
    """Return a cluster that is not started."""
    address = free_addresses(["postgres"])["postgres"]
    return Postgres(
        folder / "postgres", address, "secret", folder / "postgres.log", identity, {"shared_buffers": "16MB"}
    )


def test_pid_of_a_stranger_does_not_stop_a_start(tmp_path: Path) -> None:
    """After a crash the pid in the file may name any process: the file goes, the process stays."""
    file = tmp_path / "postmaster.pid"
    file.write_text(f"{os.getpid()}\n{tmp_path}\n")

    forget_stale_server(tmp_path)

    assert not file.exists()


def test_interrupted_initialization_is_done_again() -> None:
    """What an interrupted initdb left is thrown away; the second start finds the cluster."""
    with temporary_folder("unit") as folder:
        server = cluster(folder, choose_identity(folder))
        (folder / "postgres.new").mkdir()
        (folder / "postgres.new" / "half").touch()

        server.prepare()
        made = (server.cluster / "PG_VERSION").stat().st_mtime_ns
        server.prepare()

        assert (server.cluster / "PG_VERSION").stat().st_mtime_ns == made
        assert not (folder / "postgres.new").exists()
        assert not (folder / "initdb.password").exists()


def test_server_that_cannot_start_says_why() -> None:
    """The last words of the log are in the message."""
    with temporary_folder("unit") as folder:
        server = cluster(folder, choose_identity(folder))
        server.prepare()
        server.settings = {"shared_buffers": "nonsense"}
        child = server.child(plain_environment(process_environment()))

        child.start()

        with pytest.raises(Trouble, match="did not start") as trouble:
            wait_ready(server, child)
        assert "shared_buffers" in str(trouble.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs to step down")
def test_root_without_user_namespaces_runs_it_as_nobody() -> None:
    """The server then has its own copy of the binaries, where another user can read them."""
    with temporary_folder("unit") as folder:
        copies = Path("/var/tmp") / folder.name  # noqa: S108 - outside the folders that only root enters
        nobody = copied_identity(folder, 65534, 65534)
        server = cluster(folder, Identity(nobody.name, copies))
        try:
            server.prepare()
            child = server.child(plain_environment(process_environment()))
            child.start()
            wait_ready(server, child)
            assert child.pid is not None
            assert Path(f"/proc/{child.pid}").stat().st_uid == 65534
            child.stop_now()
            assert not child.running
        finally:
            subprocess.run(["rm", "-rf", str(copies)], check=True)
