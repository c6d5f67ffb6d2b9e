"""A grid worker's phone number as it is stored: sealed for its row, masked, and indexed."""

from dataclasses import dataclass
from uuid import UUID

from chassis import standards
from chassis.service import Keys

PHONE = "GRID_WORKER_PHONE"


@dataclass(frozen=True, slots=True)
class SealedPhone:
    """A number that only its own row opens."""

    sealed: bytes
    masked: str
    index: bytes


def seal_phone(keys: Keys, worker_id: UUID, phone: str) -> SealedPhone:
    """Return a number in its stored form, encrypted for a worker's row, indexed and masked."""
    return SealedPhone(
        sealed=keys.ring.encrypt(phone, place=phone_place(worker_id)),
        masked=standards.mask_phone(phone),
        index=keys.index(PHONE, phone),
    )


def phone_place(worker_id: UUID) -> str:
    """Return where a grid worker's phone number is encrypted for."""
    return f"grid_workers/phone/{worker_id}"
