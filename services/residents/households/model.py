"""Households 户: what they are, and what stands against a change of one."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.errors import BadInput, Conflict


class HouseholdAlreadyRegistered(Conflict):
    """There is a household at this address already.
    该地址已登记住户。
    """


class HouseholdClosed(Conflict):
    """The household was closed on {closed_on}.
    该住户已于 {closed_on} 注销。
    """


class HouseholdNotEmpty(Conflict):
    """{members} people are registered in the household; move them first.
    该住户仍有 {members} 名在册人员，请先迁出。
    """


class AddressUnchanged(BadInput):
    """This is the address that the household has already.
    地址与现有登记一致。
    """


@dataclass(frozen=True, slots=True)
class HeldHousehold:
    """A household that the transaction holds."""

    id: UUID
    division_code: str
    address: str
    closed_on: date | None
    members: int


def check_open(household: HeldHousehold) -> None:
    """Raise unless people can live in the household."""
    if household.closed_on is not None:
        raise HouseholdClosed(closed_on=household.closed_on)


def check_closing(household: HeldHousehold) -> None:
    """Raise unless the household may be closed: nobody is registered in it."""
    check_open(household)
    if household.members:
        raise HouseholdNotEmpty(members=household.members)


def check_address_change(household: HeldHousehold, address: str) -> None:
    """Raise unless the address may be corrected to this one."""
    check_open(household)
    if household.address == address:
        raise AddressUnchanged(path=("address",))
