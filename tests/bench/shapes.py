"""The shapes that are measured: documents with variables that differ from request to request."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

from tests.bench.data import uuid_of

Q1 = """query Resident($id: ID!) {
  resident(id: $id) {
    id
    name
    sex
    birthOn
    phoneMasked
    grid {
      code
      name
      workerName
    }
  }
}
"""
Q2 = """query Dashboard($village: String!) {
  grids(village: $village) {
    code
    name
    workerName
    residents(first: 13) {
      id
      name
      sex
      phoneMasked
    }
    residentCount
    checkpoints {
      id
      name
      kind
      status
      passages {
        total
        turnedBack
      }
    }
    enterprises {
      total
      resumed
    }
  }
}
"""
Q3 = """query Residents($grid: String!) {
  residents(grid: $grid, first: 200) {
    id
    name
    sex
    birthOn
    phoneMasked
    householdId
  }
}
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """A document and the variables it is sent with, in turn."""

    name: str
    title: str
    document: str
    variants: tuple[Mapping[str, Any], ...]
    calls: int = 0
    operation: str | None = None

    def bodies(self) -> list[bytes]:
        """Return the requests' bodies."""
        return [
            msgspec.json.encode(
                {"query": self.document, "variables": variables}
                | ({"operationName": self.operation} if self.operation else {})
            )
            for variables in self.variants
        ]


@lru_cache(maxsize=1)
def shapes() -> tuple[Shape, ...]:
    """Return the three shapes; no two requests in flight ask for the same keys."""
    return (
        Shape(
            "q1",
            "one resident with the grid",
            Q1,
            tuple({"id": uuid_of("one", n)} for n in range(128)),
            calls=2,
        ),
        Shape(
            "q2",
            "dashboard of 20 grids",
            Q2,
            tuple({"village": f"330111{n + 1:06}"} for n in range(64)),
            calls=6,
        ),
        Shape(
            "q3",
            "list of 200",
            Q3,
            tuple({"grid": f"330111{n + 1:09}"} for n in range(64)),
            calls=1,
        ),
    )
