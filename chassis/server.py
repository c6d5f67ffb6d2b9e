"""Running an application of ours on an address."""

import socket
import sys
from typing import Any

import uvicorn

from chassis import telemetry
from chassis.onepiece import Http

WS_BYTES_MAX = 1024 * 1024
GRACE_S = 8
KEEP_ALIVE_S = 75  # longer than a caller keeps a connection idle: the caller closes first, no request is lost


def run_server(app: Any, name: str, host: str, port: int) -> None:
    """Run uvicorn on an address; a port in use is said in one line (exit code 2)."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        print(f"{name} cannot listen on {host}:{port}: {error.strerror}", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=Http,
        ws="websockets-sansio",
        ws_max_size=WS_BYTES_MAX,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody here asks where a request came from
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
    )
    uvicorn.Server(config).run(sockets=[listener])
    telemetry.flush()
