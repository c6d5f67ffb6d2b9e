"""How the bench's processes speak: lines of JSON on standard output."""

import json
import sys
from collections.abc import Mapping
from typing import Any


def tell(said: Mapping[str, Any]) -> None:
    """Say a line."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
