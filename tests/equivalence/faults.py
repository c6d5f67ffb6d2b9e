"""What goes wrong with the services of a case: it follows from the seed, whoever asks and how often."""

from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from chassis.errors import CONTENT_TYPE, DeadlineExceeded
from gateway.upstream.exchange import Answer, ConnectionBroken, Outgoing
from tests.equivalence.chance import happens, pick, roll

SERVICE_SHARE = 0.12
PATH_SHARE = 0.3
CODES = ("OutOfScope", "PurposeRequired", "RoleMayNot", "TooManyIds", "SomethingNew")
STATUSES = (400, 403, 404, 409, 422, 429, 500, 503)
UNREADABLE = (
    b"",
    b"<html>no</html>",
    b'[{"id":',
    b'{"rows": []}',
    b"null",
    b'"text"',
    b"[\xff\xfe]",
    b"[1,]",
    b"[{}] trailing",
    b'["\\ud800"]',
)
OTHER_MEDIA = (b"bad gateway", b"", b'{"code": 5}', b"{}")


class Fault(StrEnum):
    """What a service or an endpoint does instead of answering."""

    STOPPED = "stopped"
    LATE = "late"
    REFUSING = "refusing"
    FAILING = "failing"
    FLAKY = "flaky"
    UNREADABLE = "unreadable"
    SHORTER = "shorter"
    LONGER = "longer"


@dataclass(slots=True)
class Faults:
    """The faults of one run of a case; `seed` is None when nothing goes wrong."""

    seed: int | None = None
    _broken_once: set[bytes] = field(default_factory=set)

    def of(self, request: Outgoing) -> Fault | None:
        """Return what an endpoint does instead of answering."""
        if self.seed is None:
            return None
        if happens(SERVICE_SHARE, self.seed, request.service):
            return pick((Fault.STOPPED, Fault.LATE, Fault.REFUSING, Fault.FAILING), self.seed, request.service, "kind")
        if happens(PATH_SHARE, self.seed, request.service, request.path):
            return pick(tuple(Fault), self.seed, request.service, request.path, "kind")
        return None

    def instead(self, request: Outgoing, body: bytes) -> Answer | Fault | None:
        """Return what is answered instead, or how to spoil the answer; raise what a transport raises."""
        fault = self.of(request)
        if fault is Fault.STOPPED:
            raise ConnectionBroken(request.service)
        if fault is Fault.LATE:
            raise DeadlineExceeded(service=request.service)
        if fault is Fault.FLAKY:
            key = request.path.encode() + body
            if key not in self._broken_once:
                self._broken_once.add(key)
                raise ConnectionBroken(request.service)
            return None
        if fault is Fault.REFUSING:
            return self.refusal(request)
        if fault is Fault.FAILING:
            about = (self.seed, request.path, "failing")
            media = pick(("text/html", CONTENT_TYPE), *about, "media")
            return Answer(pick((500, 502, 503, 404), *about), pick(OTHER_MEDIA, *about, "body"), media)
        if fault is Fault.UNREADABLE:
            return Answer(200, pick(UNREADABLE, self.seed, request.path, "unreadable"))
        return fault

    def refusal(self, request: Outgoing) -> Answer:
        """Return a problem document."""
        about = (self.seed, request.path, "refusal")
        status = pick(STATUSES, *about)
        document = {"code": pick(CODES, *about, "code"), "status": status, "detail": f"不行 {{x}} {request.path}"}
        if roll(*about, "after") % 2:
            document["retry_after_ms"] = 250
        return Answer(status, msgspec.json.encode(document), CONTENT_TYPE)
