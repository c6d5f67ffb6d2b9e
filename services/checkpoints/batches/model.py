"""What an offline device uploads in one go: every passage sent is stored, known already, or refused."""

from typing import Annotated

import msgspec

from chassis.errors import TooLarge
from services.checkpoints.passages.scan import ScanBody

BATCH_BYTES_MAX = 1024 * 1024
BATCH_ROWS_MAX = 500


class BatchTooLarge(TooLarge):
    """A batch has at most {rows} passages and {limit} bytes.
    一次最多上传 {rows} 条、{limit} 字节。
    """


class BatchBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The passages that a device recorded while it was offline."""

    device_id: str
    passages: Annotated[list[ScanBody], msgspec.Meta(min_length=1)]


class Refusal(msgspec.Struct, frozen=True):
    """Why one passage of a batch was not stored."""

    device_sequence: int
    code: str
    message: str


class Account(msgspec.Struct, frozen=True):
    """What became of a batch: `sent` is the sum of the others."""

    sent: int
    stored: int
    duplicates: int
    refused: list[Refusal]
