"""The district as one command: `python -m infra.run up | down | status | logs | reset`."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping

from chassis.settings import process_environment
from infra import control
from infra.addresses import load_addresses
from infra.district import District
from infra.layout import Layout, open_layout
from infra.seeding import SCALES
from infra.supervisor import AlreadyUp, Supervisor, greeting, say
from infra.trouble import Trouble, trouble_of

INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Run one command; what an operator can mend is said in a sentence (exit code 1)."""
    options = parser().parse_args(arguments)
    outer = process_environment()
    try:
        return COMMANDS[options.command](open_layout(outer), outer, options)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
    except OSError as error:
        print(f"\n{trouble_of(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 1


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    top = argparse.ArgumentParser(prog="python -m infra.run", description="The whole district on this machine.")
    commands = top.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="run until Ctrl-C")
    up.add_argument("--scale", choices=SCALES, help="how much demo data, the first time")
    up.add_argument("--tether", type=int, help="stop when this process is gone")
    commands.add_parser("down", help="stop it")
    commands.add_parser("status", help="show its processes")
    logs = commands.add_parser("logs", help="show the last lines of its logs")
    logs.add_argument("process", nargs="*")
    logs.add_argument("--follow", action="store_true")
    reset = commands.add_parser("reset", help="delete its data")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    return top


def up(layout: Layout, outer: Mapping[str, str], options: argparse.Namespace) -> int:
    """Run the district in the foreground."""
    district = District(layout, load_addresses(outer), options.scale, outer=outer, say=say)
    try:
        asyncio.run(Supervisor(district, options.tether).run())
    except AlreadyUp:
        say("The district is already up; `make status` shows it, `make down` stops it.")
        say(greeting(district))
    return 0


Command = Callable[[Layout, Mapping[str, str], argparse.Namespace], int]
COMMANDS: Mapping[str, Command] = {
    "up": up,
    "down": lambda layout, _outer, _options: control.down(layout),
    "status": lambda layout, _outer, _options: control.status(layout),
    "logs": lambda layout, _outer, options: control.logs(layout, options.process, follow=options.follow),
    "reset": lambda layout, _outer, options: control.reset(layout, sure=options.yes),
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
