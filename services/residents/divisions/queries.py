"""Statements of divisions, grid workers and origins."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.divisions.model import DivisionKind, Level

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """A division; `name_path` names it from the district down."""

    code: str
    name: str
    name_path: str
    level: Level
    kind: DivisionKind
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class GridWorkerRow:
    """The person who serves a grid."""

    id: UUID
    name: str
    grid_code: str


@dataclass(frozen=True, slots=True)
class OriginRow:
    """A province, prefecture or county of the country."""

    code: str
    name: str
    full_name: str
    level: str
    parent_code: str | None


divisions_by_code = statements.one_each("divisions_by_code", DivisionRow, key="text")
divisions_of_parents = statements.page_each("divisions_of_parents", DivisionRow, order=("code text",), key="text")
workers_of_grids = statements.one_each("workers_of_grids", GridWorkerRow, key="text")
origins_by_code = statements.one_each("origins_by_code", OriginRow, key="text")


@statements.query
async def division(db: Transaction, *, district_code: str, code: str) -> DivisionRow | None:
    """Return a division by its code of 6, 9, 12 or 15 digits."""


@statements.query
async def division_of_alias(db: Transaction, *, district_code: str, code_system: str, code: str) -> DivisionRow | None:
    """Return the division that a code of another code system means."""


@statements.query
async def grids_among(db: Transaction, *, district_code: str, codes: list[str]) -> list[str]:
    """Return those of the codes that are grids."""


@statements.query
async def worker_of_grid(db: Transaction, *, district_code: str, grid_code: str) -> GridWorkerRow | None:
    """Return who serves a grid."""


@statements.query
async def workers_of_grids_among(db: Transaction, *, district_code: str, codes: list[str]) -> list[GridWorkerRow]:
    """Return who serves each of the grids."""


@statements.query
async def origin(db: Transaction, *, code: str) -> OriginRow | None:
    """Return a province, prefecture or county."""


@statements.query
async def origins_among(db: Transaction, *, codes: list[str]) -> list[str]:
    """Return those of the codes that are provinces, prefectures or counties."""


statements.check()
