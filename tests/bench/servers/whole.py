"""The gateway's whole process on stub services: its own application, authentication, limits and tracing."""

import json
import socket
import sys
import tempfile
from pathlib import Path

from joserfc.jwk import OKPKey

from chassis import telemetry
from chassis.server import run_server
from gateway.app import create_app, open_gateway
from gateway.settings import GatewaySettings
from tests.bench.documents import ISSUER
from tests.bench.lines import tell

PATIENCE_MS = 60_000  # nothing is refused: it is the rate that is looked for
CALLS_MAX = 1_000  # the stubs take as many
NOWHERE = "nats://127.0.0.1:1"


def main(urls: dict[str, str], ratio: float) -> None:
    """Serve until a signal says to stop."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    given = GatewaySettings(
        residents_url=urls["residents"],
        checkpoints_url=urls["checkpoints"],
        enterprises_url=urls["enterprises"],
        oidc_issuer=ISSUER,
        oidc_jwks_url=f"{urls['issuer']}/jwks",
        internal_private_key=json.dumps(OKPKey.generate_key("Ed25519", auto_kid=True).as_dict(private=True)),
        nats_url=NOWHERE,
        port=port,
        operation_wait_ms=PATIENCE_MS,
        operation_wait_standing_ms=PATIENCE_MS,
        loop_turn_ms=PATIENCE_MS,
        upstream_under_way_max=CALLS_MAX,
    )
    with tempfile.TemporaryDirectory() as folder:
        traces = Path(folder) if ratio else None
        telemetry.start("gateway", trace_folder=traces, otlp_endpoint=None, sample_ratio=ratio)
        tell({"port": port})
        run_server(create_app(open_gateway(given)), "gateway", given.host, port)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), float(sys.argv[2]))
