"""Spans leave the process: to a Collector over OTLP, and to the folder that `make trace` reads."""

import asyncio
import sys
from pathlib import Path

import msgspec

PROGRAM = """
import sys
from pathlib import Path
from chassis import telemetry

telemetry.start("widgets", trace_folder=Path(sys.argv[1]), otlp_endpoint=sys.argv[2])
with telemetry.server_span("GET", None, trusted=True) as span:
    span.set_attributes({"http.route": "/widgets", "person.name": "canary"})
    with telemetry.statement_span("widget_named", keys=1):
        pass
telemetry.flush()
"""


class Collector:
    """Takes what is posted, and remembers it."""

    def __init__(self) -> None:
        self.posted = asyncio.Event()
        self.path = b""
        self.body = b""

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one export."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line)
        self.path, self.body = head.split(b" ")[1], await reader.readexactly(length)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        self.posted.set()


async def test_spans_are_exported_without_what_is_not_allowed(tmp_path: Path) -> None:
    """Both exporters get the trace; an attribute that is not on the list reaches neither."""
    collector = Collector()
    server = await asyncio.start_server(collector.take, "127.0.0.1", 0)
    endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(tmp_path), endpoint, env=environment, cwd=Path(__file__).parents[3]
    )

    assert await asyncio.wait_for(process.wait(), 60) == 0
    await asyncio.wait_for(collector.posted.wait(), 10)
    server.close()

    lines = [msgspec.json.decode(line) for line in (tmp_path / "widgets.jsonl").read_bytes().splitlines()]
    assert {line["name"] for line in lines} == {"GET", "sql widget_named"}
    assert len({line["trace_id"] for line in lines}) == 1
    assert collector.path == b"/v1/traces"
    assert b"sql widget_named" in collector.body
    assert b"canary" not in collector.body + (tmp_path / "widgets.jsonl").read_bytes()
