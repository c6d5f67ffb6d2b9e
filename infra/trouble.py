"""What an operator must mend: said in a sentence, without a traceback."""

import errno
import shutil
from pathlib import Path

FREE_BYTES_MIN = 32 * 1024 * 1024
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


class Trouble(Exception):
    """Something outside the code stands in the way; the message says what to do about it."""


def trouble_of(error: OSError) -> Trouble:
    """Say what the operating system refused, in words."""
    where = f": {error.filename}" if error.filename else ""
    if error.errno in DISK_FULL:
        return Trouble(f"the disk is full{where}; free some space, or point GRIDWEAVE_DATA at another disk")
    if isinstance(error, PermissionError):
        return Trouble(f"this user may not write there{where}; run as its owner, or set GRIDWEAVE_DATA")
    return Trouble(f"{error.strerror or error}{where}")


def disk_hint(folder: Path, needed: int = FREE_BYTES_MIN) -> str:
    """Return a line about the disk when less is free than needed, for messages whose cause it may be."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return ""
    if free >= needed:
        return ""
    return (
        f"\nthe disk of {folder} is full ({free >> 20:,} MB free, at least {needed >> 20:,} MB needed);"
        " free some space, or point GRIDWEAVE_DATA at another disk"
    )
