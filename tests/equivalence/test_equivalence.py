"""The engine answers as the reference does: a fixed budget of cases, and every seed that ever failed."""

from collections import Counter
from pathlib import Path

import pytest

from tests.equivalence import registered
from tests.equivalence.cases import Case, Kind, as_registered, case
from tests.equivalence.check import Check, told
from tests.equivalence.executors import Engine, Reference
from tests.equivalence.seeds import kept

CHUNK = 250
CHUNKS = {Kind.VALID: 8, Kind.PARTIAL: 6, Kind.BROKEN: 6}  # 5,000 cases
FAST_SHARE = 0.9
SEEDS = Path(__file__).parent / "seeds.txt"
CHECK = Check(Engine(), Reference())
"""

"""
