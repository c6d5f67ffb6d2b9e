"""Statements of divisions, grid workers and origins."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.divisions.model import Belongings, CodeSystem, DivisionKind, Level

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
    code_system: CodeSystem
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class AliasRow:
    """A division's code in another code system."""

    code_system: CodeSystem
    code: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class GridWorkerRow:
    """The person who serves a grid on a day: its stand-in if it has one, else its primary worker."""

    id: UUID
    name: str
    phone_masked: str
    division_code: str
    left_on: date | None
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
aliases_of_divisions = statements.list_each("aliases_of_divisions", AliasRow, key="text")
workers_of_grids = statements.one_each("workers_of_grids", GridWorkerRow, key="text")
origins_by_code = statements.one_each("origins_by_code", OriginRow, key="text")


@statements.query
async def division(db: Transaction, *, district_code: str, code: str) -> DivisionRow | None:
    """Return a division by its code of 6, 9, 12 or 15 digits."""


@statements.query
async def lock_division(db: Transaction, *, district_code: str, code: str) -> DivisionRow | None:
    """Return a division and hold it until the transaction ends."""


@statements.query
async def add_grid(
    db: Transaction,
    *,
    district_code: str,
    code: str,
    name: str,
    name_path: str,
    parent_code: str,
    valid_from: date,
) -> None:
    """Write a grid of a village."""


@statements.query
async def close_division(db: Transaction, *, district_code: str, code: str, valid_to: date) -> None:
    """Write a division's last day."""


@statements.query
async def belongings(db: Transaction, *, district_code: str, code: str) -> Belongings:
    """Return how many people, households, open tasks and orders belong to a grid."""


@statements.query
async def grids_among(db: Transaction, *, district_code: str, codes: list[str], on: date) -> list[str]:
    """Return those of the codes that are grids on a day."""


@statements.query
async def worker_of_grid(db: Transaction, *, district_code: str, grid_code: str, on: date) -> GridWorkerRow | None:
    """Return who serves a grid on a day."""


@statements.query
async def workers_of_grids_among(
    db: Transaction, *, district_code: str, codes: list[str], on: date
) -> list[GridWorkerRow]:
    """Return who serves each of the grids on a day."""


@statements.query
async def origin(db: Transaction, *, code: str) -> OriginRow | None:
    """Return a province, prefecture or county."""


@statements.query
async def origins_among(db: Transaction, *, codes: list[str]) -> list[str]:
    """Return those of the codes that are provinces, prefectures or counties."""


statements.check()
