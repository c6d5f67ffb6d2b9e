"""What the gateway's process is told by its environment."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Settings; times carry their unit."""

    residents_url: str
    checkpoints_url: str
    enterprises_url: str
    oidc_issuer: str
    oidc_jwks_url: str
    internal_private_key: str
    nats_url: str
    oidc_audience: str = "gridweave"
    host: str = "127.0.0.1"
    port: int = 8000
    production: bool = False
    operation_timeout_ms: int = 9_000
    read_timeout_ms: int = 2_500
    command_timeout_ms: int = 6_000
    upstream_connect_timeout_ms: int = 500
    upstream_connections_max: int = 64
    upstream_idle_ms: int = 30_000
    upstream_under_way_max: int = 12
    upstream_waiting_max: int = 256
    upstream_wait_ms: int = 500
    upstream_patience_ms: int = 1_000
    breaker_window_ms: int = 2_500
    breaker_open_ms: int = 1_000
    retries_share: float = 0.2
    retries_per_s: float = 10.0
    operations_under_way_max: int = 512
    operations_waiting_max: int = 512
    operation_wait_ms: int = 100
    operation_wait_standing_ms: int = 6
    operation_wait_urgent_ms: int = 1_000
    loop_turn_ms: int = 5
    trace_file: Path | None = None
    otel_exporter_otlp_endpoint: str | None = None
    trace_sample_ratio: float = 1.0
