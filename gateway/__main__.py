"""The gateway's process: `python -m gateway serve` or `python -m gateway schema`."""

import sys

from chassis import settings, telemetry
from chassis.server import run_server
from gateway.app import create_app, open_gateway
from gateway.schema import schema_text
from gateway.settings import GatewaySettings

USAGE = "usage: python -m gateway serve | schema"


def main(arguments: list[str]) -> None:
    """Run one command."""
    if arguments == ["serve"]:
        serve()
    elif arguments == ["schema"]:
        sys.stdout.write(schema_text())
    else:
        raise SystemExit(USAGE)


def serve() -> None:
    """Serve until a signal says to stop."""
    given = settings.load(GatewaySettings, prefix="gateway")
    telemetry.start(
        "gateway",
        trace_folder=given.trace_file,
        otlp_endpoint=given.otel_exporter_otlp_endpoint,
        sample_ratio=given.trace_sample_ratio,
    )
    run_server(create_app(open_gateway(given)), "gateway", given.host, given.port)


if __name__ == "__main__":
    main(sys.argv[1:])
