"""The mark 水印 of every exported row: a keyed check that proves from which export the row came.

20 bytes in base32, 32 characters: the export's tag (5), the row's number (3), a keyed hash of export and
number (5), and one of export, number and cells (7). Nobody without the key makes a check that verifies;
with the row's cells, one that verifies proves that not a character was changed.
"""

import base64
import binascii
import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from chassis.service import Keys
from services.residents.forms.model import FORMULA

TAG_BYTES, NUMBER_BYTES, ROW_BYTES, CELLS_BYTES = 5, 3, 5, 7
CHECK_BYTES = TAG_BYTES + NUMBER_BYTES + ROW_BYTES + CELLS_BYTES
CHECK_CHARACTERS = CHECK_BYTES * 8 // 5
ROWS_MAX = 2 ** (8 * NUMBER_BYTES) - 1
NEUTRAL = "'"

Cells = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a check says; whether it is true takes the key."""

    tag: bytes
    row_number: int
    row_hash: bytes
    cells_hash: bytes


def trace_tag(keys: Keys, export_id: UUID) -> bytes:
    """Return the tag by which an export is found."""
    return keys.index("FORM_EXPORT", str(export_id))[:TAG_BYTES]


def check_of(keys: Keys, export_id: UUID, row_number: int, cells: Cells) -> str:
    """Return the check of a row, the first row being 1."""
    number = row_number.to_bytes(NUMBER_BYTES, "big")
    hashes = row_hash(keys, export_id, row_number) + cells_hash(keys, export_id, row_number, cells)
    return base64.b32encode(trace_tag(keys, export_id) + number + hashes).decode()


def read_check(text: str) -> Mark | None:
    """Read a check as somebody found it, in any case, with spaces; None where it can be none."""
    plain = "".join(text.split()).upper()
    if len(plain) != CHECK_CHARACTERS:
        return None
    try:
        data = base64.b32decode(plain)
    except (binascii.Error, ValueError):
        return None
    number_at, row_at, cells_at = TAG_BYTES, TAG_BYTES + NUMBER_BYTES, TAG_BYTES + NUMBER_BYTES + ROW_BYTES
    number = int.from_bytes(data[number_at:row_at], "big")
    return Mark(data[:number_at], number, data[row_at:cells_at], data[cells_at:])


def is_true(keys: Keys, export_id: UUID, mark: Mark) -> bool:
    """Say whether a check was made by us for a row of this export."""
    return hmac.compare_digest(mark.row_hash, row_hash(keys, export_id, mark.row_number))


def is_unaltered(keys: Keys, export_id: UUID, mark: Mark, cells: Cells) -> bool:
    """Say whether the cells are those that were exported with the check."""
    return hmac.compare_digest(mark.cells_hash, cells_hash(keys, export_id, mark.row_number, cells))


def row_hash(keys: Keys, export_id: UUID, row_number: int) -> bytes:
    """Return the keyed hash of an export's row by its number."""
    return keys.index("FORM_EXPORT_ROW", f"{export_id}/{row_number}")[:ROW_BYTES]


def cells_hash(keys: Keys, export_id: UUID, row_number: int, cells: Cells) -> bytes:
    """Return the keyed hash of what stands in a row."""
    said = msgspec.json.encode([plain(cell) for cell in cells]).decode()
    return keys.index("FORM_EXPORT_CELLS", f"{export_id}/{row_number}/{said}")[:CELLS_BYTES]


def neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    begins = {text[:1], text.lstrip()[:1]} - {""}
    return NEUTRAL + text if begins & FORMULA else text


def plain(cell: str | None) -> str:
    """Return a cell as it was before it was written to a file, or copied from one."""
    text = unicodedata.normalize("NFC", cell or "")
    if text.startswith(NEUTRAL) and neutral(text[1:]) == text:
        text = text[1:]
    return text.strip()
