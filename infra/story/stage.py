"""The stage of a story: a district of its own, its clock, its people, and the steps as they are told."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from rich.console import Console

from infra.district import District
from infra.story.client import Answer, Person, documents

PATIENCE_S = 20.0
LOOK_AGAIN_S = 0.05
SERVICES = ("residents", "checkpoints", "enterprises")


class StepWrong(Exception):
    """A step of the story did not go as it must."""


@dataclass(slots=True)
class Stage:
    """Where a story is played."""

    district: District
    console: Console
    http: httpx.AsyncClient
    now: datetime
    texts: dict[str, str] = field(default_factory=documents)
    stopped: set[str] = field(default_factory=set)
    keys: int = 0

    def person(self, persona: str, name: str) -> Person:
        """Sign somebody in."""
        headers = {"Authorization": f"Bearer {self.district.token(persona)}", "Accept-Language": "en"}
        return Person(name, self.http, headers, self.texts)

    def persona(self, name: str) -> dict[str, Any]:
        """Return a demo persona as the issuer knows it."""
        known: list[dict[str, Any]] = json.loads(self.district.layout.personas.read_text(encoding="utf-8"))
        return next(p for p in known if p["persona"] == name)

    def key(self) -> str:
        """Return a fresh idempotency key."""
        self.keys += 1
        return f"story-{self.keys}"

    def scene(self, title: str) -> None:
        """Begin a scene."""
        self.console.print(f"\n[bold]{title}[/bold]")

    def tell(self, who: str, what: str, answer: Answer | None = None) -> None:
        """Print one step, with its trace."""
        said = f"  {self.now:%m-%d %H:%M}  [cyan]{who}[/cyan]  {what}"
        if answer is not None:
            said += f"  [dim]{answer.ms:.0f} ms  trace {answer.trace_id}[/dim]"
        self.console.print(said)

    async def move(self, to: str) -> None:
        """Move the district's clock forward; what falls due is done before this returns."""
        self.now = datetime.fromisoformat(to)
        for name in SERVICES:
            if name not in self.stopped:
                await self.move_one(name)

    async def move_one(self, name: str) -> None:
        """Move one service's clock."""
        url = self.district.url(name) + "/clock"
        response = await self.http.post(url, json={"to": self.now.isoformat()}, timeout=60)
        require(response.status_code == 200, f"the clock of {name} moves", response.text)

    async def stop(self, name: str) -> None:
        """Stop a service."""
        await self.district.stop(name)
        self.stopped.add(name)

    async def start(self, name: str) -> None:
        """Start a service again; its clock is set to the story's time."""
        await self.district.start(name)
        self.stopped.discard(name)
        await self.move_one(name)

    async def until(self, what: str, look: Callable[[], Awaitable[Any]]) -> Any:
        """Look again until something is there; a story that waits too long is wrong."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + PATIENCE_S
        while loop.time() < ends:
            found = await look()
            if found:
                return found
            await asyncio.sleep(LOOK_AGAIN_S)
        raise StepWrong(f"{what}: not within {PATIENCE_S:.0f} s")


def require(condition: object, what: str, seen: object = None) -> None:
    """Go on only if a statement holds."""
    if not condition:
        raise StepWrong(f"{what}; seen: {seen}")


def done(answer: Answer, field_name: str) -> dict[str, Any]:
    """Return a mutation's payload; a refusal is wrong here."""
    payload: dict[str, Any] = answer.data.get(field_name) or {}
    require(
        not answer.errors and payload and not payload["userErrors"], f"{field_name} succeeds", [answer.errors, payload]
    )
    return payload


def refused(answer: Answer, field_name: str) -> str:
    """Return the code of the refusal a mutation must meet."""
    payload: dict[str, Any] = answer.data.get(field_name) or {}
    require(payload.get("userErrors"), f"{field_name} is refused", [answer.errors, payload])
    return str(payload["userErrors"][0]["code"])
