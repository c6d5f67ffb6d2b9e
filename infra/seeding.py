"""Seeding: once a database, in transactional steps, so that an interrupted seed is taken up again."""

import asyncio
import contextlib
import hashlib
import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from chassis.service import LOADED_ALREADY
from infra.addresses import SERVICES
from infra.children import ROOT, tied
from infra.layout import Layout, read_json, write_atomically
from infra.processes import Program, Surroundings
from infra.provision import Urls, address_of, variable
from infra.trouble import Trouble, disk_hint

SCALES = ("town", "district", "story", "none")
SCALE_DEFAULT = "town"
EMBEDDED = "embedded"
POLL_S = 0.05

Environment = Mapping[str, str]
Step = tuple[Sequence[str], Environment]
Stream = int | IO[bytes] | None


@dataclass(slots=True)
class Seeding:
    """What is to be seeded, and what has been."""

    layout: Layout
    surroundings: Surroundings
    programs: Mapping[str, Program]
    generator: Program
    say: Callable[[str], None]

    def scale(self, asked: str | None) -> str:
        """Return the scale these databases have or shall have; refuse another one."""
        recorded = self.record().get("scale")
        if asked is None:
            return str(recorded or SCALE_DEFAULT)
        if asked not in SCALES:
            raise Trouble(f"SCALE={asked} is not known; expected one of {', '.join(SCALES)}")
        if recorded not in (None, asked):
            raise Trouble(f"this district was seeded with SCALE={recorded}; run `make reset` before SCALE={asked}")
        return asked

    async def run(self, asked: str | None) -> None:
        """Seed what is missing."""
        scale = self.scale(asked)
        if scale == "none":
            return
        for name, pipe in self.steps(scale).items():
            if name in self.done():
                continue
            self.say(f"seeding {name} (scale {scale})")
            await self.play(name, pipe)
            self.note(scale, name)

    def steps(self, scale: str) -> dict[str, tuple[Step, Step | None]]:
        """Return every step by its name: a producer, and the reader it is piped into."""
        made, environment = self.generator, self.surroundings.of_seed()
        options = ["--scale", scale, *self.today()]
        found: dict[str, tuple[Step, Step | None]] = {
            name: ((made(name, *options), environment), self.tool(name, "load")) for name in SERVICES
        }
        snapshot = self.tool("residents", "snapshot")
        for name in SERVICES[1:]:
            found[f"the watchlist of {name}"] = (snapshot, self.tool(name, "rebuild"))
        found["personas"] = ((made("personas", *options), environment), None)
        return found

    def tool(self, service: str, command: str) -> Step:
        """Return a service's command with its environment."""
        return self.programs[service](command), self.surroundings.environment(service)

    def today(self) -> list[str]:
        """Return the day of the story's clock for the generator, if there is one."""
        story_clock = self.surroundings.clock().get("STORY_CLOCK")
        return ["--today", datetime.fromisoformat(story_clock).date().isoformat()] if story_clock else []

    async def play(self, name: str, pipe: tuple[Step, Step | None]) -> None:
        """Run one step; raise Trouble if either end of the pipe fails. Both end with this process."""
        producer, reader = pipe
        draft = self.layout.personas.with_name("personas.draft.json")
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(draft.open("wb")) if reader is None else subprocess.PIPE
            first = start(producer, stdout=out)
            stack.callback(end, first)
            processes = [first]
            if reader is not None:
                assert first.stdout is not None
                processes.append(start(reader, stdin=first.stdout))
                stack.callback(end, processes[-1])
                first.stdout.close()
            while any(process.poll() is None for process in processes):  # noqa: ASYNC110
                await asyncio.sleep(POLL_S)
        codes = [process.returncode for process in processes]
        if any(codes) and codes[-1] != LOADED_ALREADY:  # a kill came between a load and the note of it
            raise Trouble(f"seeding {name} failed (its message is above); it is taken up by the next `make up`"
                          f"{disk_hint(self.layout.data)}")  # fmt: skip
        if reader is None:
            write_atomically(self.layout.personas, draft.read_bytes())
            draft.unlink()

    def target(self) -> str:
        """Return the name under which these databases are noted."""
        return target(self.surroundings.outer, self.surroundings.urls)

    def record(self) -> dict[str, object]:
        """Return what is noted of these databases."""
        entry = read_json(self.layout.state).get(self.target())
        return entry if isinstance(entry, dict) else {}

    def done(self) -> list[str]:
        """Return the names of the steps that are done."""
        steps = self.record().get("steps")
        return [str(step) for step in steps] if isinstance(steps, list) else []

    def note(self, scale: str, step: str) -> None:
        """Note that a step is done."""
        state = read_json(self.layout.state)
        state[self.target()] = {"scale": scale, "steps": [*self.done(), step]}
        write_atomically(self.layout.state, json.dumps(state, indent=1).encode())


def target(outer: Mapping[str, str], urls: Mapping[str, Urls]) -> str:
    """Return a name for the three databases together: another server is another district."""
    real = [name for name in SERVICES if outer.get(variable(name))]
    places = ";".join(address_of(urls[name].owner) for name in real)
    return hashlib.sha256(places.encode()).hexdigest()[:16] if real else EMBEDDED


def start(step: Step, *, stdin: Stream = subprocess.DEVNULL, stdout: Stream = None) -> "subprocess.Popen[bytes]":
    """Start one end of a pipe; its progress and its complaints go to our standard error."""
    command, environment = step
    return subprocess.Popen(
        tied(command), cwd=ROOT, env=dict(environment), stdin=stdin, stdout=stdout, start_new_session=True
    )


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that still runs, when the other end failed or we are told to stop."""
    if process.poll() is None:
        process.kill()
    process.wait()
