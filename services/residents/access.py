"""Who sees what in this service: the kind of scope of each role; a role that is not here sees no person."""

from chassis.auth import Access, Grant

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
