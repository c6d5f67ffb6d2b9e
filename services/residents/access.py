"""Who sees what in this service: the kind of scope of each role; a role that is not here sees no person."""

from chassis.auth import Access, Grant
from chassis.look_ups import Limits, LookUpRules

BY_DIVISION = Grant("by_division", {"scopes": "scopes"})
BY_PERSON = Grant("by_person", {"person": "resident_id", "household": "household_id", "person_key": "person_key"})

ACCESS: Access = {
    "district_officer": BY_DIVISION,
    "town_officer": BY_DIVISION,
    "grid_worker": BY_DIVISION,
    "auditor": BY_DIVISION,
    "resident": BY_PERSON,
}
OFFICERS = ("district_officer", "town_officer")
FIELD_STAFF = (*OFFICERS, "grid_worker")

# A reviewer opens rosters of hundreds of workers, an officer a town's cases; a grid has some 300 people.
LOOK_UPS = LookUpRules(
    {
        "reviewer": Limits(2_000, 10_000, 6_000, 30_000),
        "gate_guard": Limits(600, 5_000, 2_000, 15_000),
        "district_officer": Limits(200, 1_000, 1_000, 4_000),
        "town_officer": Limits(200, 1_000, 1_000, 4_000),
        "auditor": Limits(100, 400, 400, 1_500),
    }
)
