"""Services that vouch for their rows are trusted, and looked at: one of many answers is decoded all the same.

A contract test proves that the columns of a vouched endpoint have the types that GraphQL promises, null
included. Large answers of such endpoints are spliced without being decoded. Should one that is looked at
not be as promised, the endpoint is trusted no more until the process starts anew, and that is counted.
"""

from functools import cache

import structlog

from chassis.counting import Tally
from gateway.upstream.declare import Endpoint

SPLICED_BYTES_MIN = 4_096  # decoding less costs no more than a few microseconds
LOOKED_AT_ONE_IN = 32

log = structlog.get_logger()
withdrawn = Tally("gateway_trust_withdrawn", "Endpoints whose rows were not as vouched for.", ("service", "path"))


class Trust:
    """The trust in one endpoint."""

    __slots__ = ("answers", "endpoint", "holds")

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.holds = endpoint.vouched
        self.answers = 0

    def splices(self, body: bytes) -> bool:
        """Say whether an answer is passed on without being decoded."""
        if not self.holds or len(body) < SPLICED_BYTES_MIN:
            return False
        self.answers += 1
        return self.answers % LOOKED_AT_ONE_IN != 1

    def withdraw(self) -> None:
        """Trust the endpoint no more."""
        if self.holds:
            self.holds = False
            withdrawn.counts[self.endpoint.service, self.endpoint.path] += 1
            log.error("rows are not as vouched for", service=self.endpoint.service, path=self.endpoint.path)


@cache  # endpoints are declared, and few
def trust_in(endpoint: Endpoint) -> Trust:
    """Return the trust in an endpoint."""
    return Trust(endpoint)
