"""The comparison on stub services: answers checked, servers warmed, rounds interleaved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.documents import token
from tests.bench.ground import AnswerDiffers, Ground, Measured, check, data_of, started
from tests.bench.results import IDENTICAL
from tests.bench.roster import DOCUMENTS, DOCUMENTS_REFERENCE, ENGINE, REFERENCE, TRACED, Server, whole
from tests.bench.shapes import Shape

ROUNDS = 5
DOCUMENT_ROUNDS = 3
SETTLE_S = 0.2


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and for how long at a time."""

    servers: Sequence[Server]
    shapes: Sequence[Shape]
    seconds: float
    rounds: int = ROUNDS


@dataclass(slots=True)
class Comparison:
    """A comparison under way."""

    ground: Ground
    plan: Plan
    step: Callable[[str], None]

    def run(self) -> tuple[list[Measured], dict[str, int]]:
        """Return all stretches of load, and the size of each shape's answer."""
        found: list[Measured] = []
        sizes: dict[str, int] = {}
        up = started(self.ground, with_reference(self.plan.servers))
        meant = [server for server in up if server in self.plan.servers]
        for shape in self.plan.shapes:
            wanted = [data_of(body) for body in self.ground.learn(REFERENCE, shape)]
            sizes[shape.name] = max(map(len, wanted))
            right = [server for server in meant if self.is_right(server, shape, wanted)]
            warm = [server for server in right if self.is_warm(server, shape)]
            for number in range(self.plan.rounds):
                found += self.round(warm, shape, number)
        return found, sizes

    def is_right(self, server: Server, shape: Shape, wanted: Sequence[bytes]) -> bool:
        """Compare a server's answers with the reference's; one that differs is left out, loudly."""
        try:
            check(server, shape, self.ground.learn(server, shape), wanted)
        except AnswerDiffers as difference:
            self.ground.say(f"left out: {difference}")
            return False
        return True

    def is_warm(self, server: Server, shape: Shape) -> bool:
        """Send a shape until the server is used to it; one that fails under load is left out, loudly."""
        self.step(f"{shape.name}: warming {server.name}")
        try:
            self.ground.send(server, shape, server.warm_s)
        except AnswerDiffers as difference:
            self.ground.say(f"left out: {difference}")
            return False
        return True

    def round(self, servers: Sequence[Server], shape: Shape, number: int) -> list[Measured]:
        """Measure every server once, each round beginning with another."""
        found: list[Measured] = []
        turn = number % max(len(servers), 1)
        for server in (*servers[turn:], *servers[:turn]):
            self.step(f"{shape.name}: round {number + 1} of {self.plan.rounds}, {server.name}")
            self.ground.send(server, shape, SETTLE_S)
            found.append(self.ground.send(server, shape, self.plan.seconds))
            if server is ENGINE:
                same = self.ground.send(server, shape, self.plan.seconds, identical=True)
                same.server = IDENTICAL
                found.append(same)
        return found


def with_reference(servers: Sequence[Server]) -> list[Server]:
    """Return the servers with the reference executor, which says what is right."""
    return [*servers] if REFERENCE in servers else [REFERENCE, *servers]


def compare_documents(
    ground: Ground, documents: Sequence[Shape], seconds: float, step: Callable[[str], None]
) -> list[Measured]:
    """Measure every registered query on stub services, each first compared with the reference executor."""
    found: list[Measured] = []
    if len(started(ground, [DOCUMENTS, DOCUMENTS_REFERENCE])) < 2:
        return found
    for document in documents:
        step(f"{document.name}: checking and warming")
        wanted = [data_of(body) for body in ground.learn(DOCUMENTS_REFERENCE, document)]
        check(DOCUMENTS, document, ground.learn(DOCUMENTS, document), wanted)
        ground.send(DOCUMENTS, document, DOCUMENTS.warm_s)
        for number in range(DOCUMENT_ROUNDS):
            step(f"{document.name}: round {number + 1} of {DOCUMENT_ROUNDS}")
            found.append(ground.send(DOCUMENTS, document, seconds))
    return found


def compare_traced(
    ground: Ground, documents: Sequence[Shape], seconds: float, step: Callable[[str], None]
) -> list[Measured]:
    """Measure the gateway's whole process on stub services, tracing nothing, a little and everything."""
    found: list[Measured] = []
    bearer = token()
    up = started(ground, [whole(name, ratio, bearer) for name, ratio in TRACED.items()])
    for document in documents:
        for server in up:
            step(f"{document.name}: warming the gateway, tracing {server.name}")
            for body in ground.learn(server, document):
                data_of(body)
            ground.send(server, document, server.warm_s)
        for number in range(DOCUMENT_ROUNDS):
            for server in up:
                step(f"{document.name}: round {number + 1} of {DOCUMENT_ROUNDS}, tracing {server.name}")
                found.append(ground.send(server, document, seconds))
    return found
