"""A list as a railway station would send it: people who come home, and rows to be refused."""

import csv
import io
from datetime import date

from infra.seed import cast, people
from infra.seed.divisions import SHANSHUI, village
from infra.seed.records import Household, Resident

COLUMNS = (
    "name",
    "national_id",
    "phone",
    "origin_code",
    "arrives_on",
    "transport",
    "destination_grid_code",
    "address",
)
TRAVELS = (  # of residents taken from the roster, in turn
    ("330300", "TRAIN G7333"),
    ("420100", "TRAIN G596"),
    ("330327", "BUS"),
    ("440300", "PLANE CA1702"),
    ("310115", "CAR"),
)


def returnee_list(seed: int, today: date) -> str:
    """Return the list as CSV: Wang, other residents, a stranger, and five rows with a fault."""
    unit = village(seed, SHANSHUI)
    households, residents = people.people_of(unit, seed)
    homes = {h.id: h for h in households}
    roster = list(residents)
    wang = next(r for r in roster if r.national_id == cast.WANG.national_id)
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerow(_row(wang, homes, today, ("330300", "TRAIN G7333")))
    for resident, travel in zip(_heads(roster), TRAVELS, strict=False):
        writer.writerow(_row(resident, homes, today, travel))
    stranger = _row(wang, homes, today, ("330302", "TRAIN D3112"))
    stranger |= {"name": "欧阳远", "national_id": "33019919880715225X", "phone": "13800000011"}
    stranger["address"] = "山水社区 7 幢 1 单元 301"
    writer.writerow(stranger)
    for fault in faults():
        writer.writerow(stranger | {"name": "施小航", "phone": "13800000012"} | fault)
    return text.getvalue()


def faults() -> list[dict[str, str]]:
    """Return what is wrong with each row that must be refused."""
    return [
        {"national_id": "330199199103040058"},  # the check character
        {"national_id": "330199199002300010"},  # the thirtieth of February
        {"origin_code": "999999"},
        {"destination_grid_code": f"{SHANSHUI}999"},
        {"name": ""},
    ]


def _heads(roster: list[Resident]) -> list[Resident]:
    """Return grown-up heads of households with a number and a phone, one a grid."""
    found: dict[str, Resident] = {}
    for resident in roster:
        known = resident.national_id in cast.MEMBERS
        if resident.relation == "HEAD" and resident.phone and not known:
            found.setdefault(resident.grid_code, resident)
    return list(found.values())


def _row(resident: Resident, homes: dict[str, Household], today: date, travel: tuple[str, str]) -> dict[str, str]:
    return {
        "name": resident.name,
        "national_id": resident.national_id or "",
        "phone": resident.phone or "",
        "origin_code": travel[0],
        "arrives_on": today.isoformat(),
        "transport": travel[1],
        "destination_grid_code": resident.grid_code,
        "address": homes[resident.household_id].address,
    }
