"""Places that commands name: found, or refused by their own code."""

from datetime import date

from chassis import standards
from chassis.database import Transaction
from services.residents.divisions import queries
from services.residents.divisions.model import DivisionUnknown, GridExpected, Level, OriginUnknown, check_open
from services.residents.divisions.queries import DivisionRow, OriginRow


async def find_division(db: Transaction, district_code: str, text: str) -> DivisionRow:
    """Return a division of the district; raise DivisionCodeMalformed or DivisionUnknown."""
    code = standards.division_code(text)
    found = await queries.division(db, district_code=district_code, code=code)
    if found is None:
        raise DivisionUnknown(code=code)
    return found


async def find_grid(db: Transaction, district_code: str, text: str, *, on: date) -> DivisionRow:
    """Return a grid that is valid on a day.

    Raise DivisionCodeMalformed, GridExpected, DivisionUnknown, GridNotOpenYet or GridClosed.
    """
    code = standards.division_code(text)
    if len(code) != 15:
        raise GridExpected(code=code)
    found = await find_division(db, district_code, code)
    assert found.level is Level.GRID
    check_open(found.code, found.valid_from, found.valid_to, on)
    return found


async def find_origin(db: Transaction, text: str) -> OriginRow:
    """Return where a traveler comes from; raise DivisionCodeMalformed or OriginUnknown.

    A code with more than 6 digits is read as its county.
    """
    code = standards.division_code(text)[:6]
    found = await queries.origin(db, code=code)
    if found is None:
        raise OriginUnknown(code=code)
    return found
