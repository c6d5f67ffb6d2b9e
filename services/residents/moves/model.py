"""A move 迁移: from the household where a person lives to another one, anywhere in the district."""

from dataclasses import dataclass
from uuid import UUID

from chassis.errors import BadInput, Conflict
from services.residents.changes.model import HeldResident, ResidentClosed
from services.residents.roster.model import Relation, Status


class NotOfThisHousehold(Conflict):
    """The person does not live in this household any more.
    该人员已不在此住户。
    """


class LivesThereAlready(BadInput):
    """The person lives in this household already.
    该人员已登记在此住户。
    """


@dataclass(frozen=True, slots=True)
class Home:
    """Where a person lives, or will."""

    household_id: UUID
    division_code: str
    address: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A checked move of a person."""

    resident: HeldResident
    home: Home
    relation: Relation

    @property
    def is_return(self) -> bool:
        """Say whether the person had left the district."""
        return self.resident.status is Status.LEFT

    @property
    def crosses(self) -> bool:
        """Say whether the person comes to another grid."""
        return self.resident.division_code != self.home.division_code


def check_leaves(resident: HeldResident, from_household_id: UUID) -> None:
    """Raise unless the person can move out of the household that the caller believes to be the home."""
    if resident.household_id != from_household_id:
        raise NotOfThisHousehold(path=("from_household_id",))
    if resident.status is Status.DECEASED:
        raise ResidentClosed(closed_on=resident.closed_on)


def check_move(resident: HeldResident, home: Home, relation: Relation) -> Move:
    """Return the move to a home; raise LivesThereAlready. Who had left the district may come back to the same one."""
    move = Move(resident, home, relation)
    if home.household_id == resident.household_id and not move.is_return:
        raise LivesThereAlready
    return move
