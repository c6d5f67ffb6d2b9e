"""The command line: one stream, document or list on standard output."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import BinaryIO

import msgspec

from chassis import settings
from chassis.clock import Clock
from infra.seed import divisions
from infra.seed.personas import personas
from infra.seed.records import Record
from infra.seed.returnees import returnee_list
from infra.seed.streams import STREAMS, Request

SEED = 330_111
LINES_A_WRITE = 2_000
MATCHING_KEY_BYTES_MIN = 32


@dataclass(frozen=True, slots=True)
class SeedSettings:
    """What the personas need of the environment."""

    matching_key: bytes


def main(arguments: list[str]) -> int:
    """Write what was asked for; return the exit code."""
    options = _options().parse_args(arguments)
    request = Request(options.scale, options.seed, options.today or Clock().today())
    try:
        if options.what == "personas":
            sys.stdout.buffer.write(_personas(request.seed))
        elif options.what == "returnees":
            sys.stdout.buffer.write(returnee_list(request.seed, request.today).encode())
        else:
            write_lines(STREAMS[options.what](request), sys.stdout.buffer, progress=options.progress)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away and has said why; nothing is left to flush
        return 1
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.seed", description="Demo data.")
    parser.add_argument("what", choices=[*STREAMS, "personas", "returnees"])
    parser.add_argument("--scale", choices=list(divisions.POPULATED), default="town")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD; the day in Asia/Shanghai if absent")
    parser.add_argument("--progress", action="store_true", help="count lines on standard error")
    return parser


def write_lines(records: Iterator[Record], out: BinaryIO, *, progress: bool) -> None:
    """Write a line of JSON for each record."""
    encoder = msgspec.json.Encoder()
    written = 0
    while batch := list(islice(records, LINES_A_WRITE)):
        out.write(encoder.encode_lines(batch))
        written += len(batch)
        if progress:
            print(f"\r{written:,} lines", end="", file=sys.stderr, flush=True)
    if progress:
        print(file=sys.stderr)


def _personas(seed: int) -> bytes:
    key = settings.load(SeedSettings).matching_key
    if len(key) < MATCHING_KEY_BYTES_MIN:
        raise settings.SettingMissing("MATCHING_KEY holds less than 32 bytes")
    return msgspec.json.format(msgspec.json.encode(personas(seed, key)), indent=2) + b"\n"
