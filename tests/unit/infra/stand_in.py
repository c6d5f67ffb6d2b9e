"""A process that behaves like one of the district's: it migrates, loads, and answers /readyz.

python -m tests.unit.infra.stand_in NAME serve|migrate|load|snapshot|rebuild
python -m tests.unit.infra.stand_in up DATA [--tether PID]     # a supervised district of stand-ins
"""

import asyncio
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from chassis.settings import process_environment
from infra.addresses import PROCESSES, Address, free_addresses
from infra.district import District
from infra.layout import Layout
from infra.processes import PROGRAMS, Program
from infra.supervisor import Supervisor, say
from infra.trouble import Trouble

MODULE = (sys.executable, "-m", "tests.unit.infra.stand_in")
STAND_INS = {name: Program(name, (*MODULE, name)) for name in PROGRAMS}
GENERATOR = Program("seed", (*MODULE, "seed"))


class Answer(BaseHTTPRequestHandler):
    """Answers every GET with the names of the variables this process was given."""

    def do_GET(self) -> None:
        """Answer."""
        body = json.dumps(sorted(process_environment())).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the base class
        """Say nothing."""


def serve(name: str) -> None:
    """Answer until killed."""
    port = int(process_environment()[f"{name.upper()}_PORT"])
    ThreadingHTTPServer(("127.0.0.1", port), Answer).serve_forever()


def generate(what: str) -> None:
    """Write what a seed would write."""
    if what == "personas":
        sys.stdout.write(
            json.dumps(
                [{"persona": "district_officer", "sub": "o1", "name": "O", "role": "district_officer", "scopes": []}]
            )
        )
    else:
        sys.stdout.write(json.dumps({"record": "counts"}))


def note(name: str, command: str) -> None:
    """Write down that a command ran, and what it read."""
    file = Path(process_environment()["TRACE_FILE"]) / "stand-ins.log"
    read = sys.stdin.read() if command in ("load", "rebuild") else ""
    with file.open("a") as out:
        out.write(f"{name} {command} {len(read)}\n")


def up(data: str, tether: int | None) -> None:
    """Supervise a district of stand-ins."""
    ports = Path(data).with_suffix(".ports")
    if ports.exists():
        addresses = {name: Address("127.0.0.1", port) for name, port in json.loads(ports.read_text()).items()}
    else:
        addresses = dict(free_addresses(PROCESSES))
        ports.write_text(json.dumps({name: address.port for name, address in addresses.items()}))
    district = District(Layout(Path(data)), addresses, say=say, programs=STAND_INS, generator=GENERATOR)
    try:
        asyncio.run(Supervisor(district, tether).run())
    except Trouble as trouble:
        say(str(trouble))
        sys.exit(1)


def main(name: str, command: str, *rest: str) -> None:
    """Play one part."""
    if name == "up":
        up(command, int(rest[1]) if rest else None)
    elif name == "seed":
        generate(command)
    elif command == "serve":
        serve(name)
    else:
        note(name, command)


if __name__ == "__main__":
    main(*sys.argv[1:])
