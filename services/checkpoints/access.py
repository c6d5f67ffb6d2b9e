"""Who sees what in this service: the kind of scope of each role; a role that is not here sees nothing."""

from chassis.auth import Access, Grant

BY_DIVISION = Grant("by_division", {"scopes": "scopes"})
BY_CHECKPOINT = Grant("by_checkpoint", {"checkpoints": "checkpoints"})
BY_PERSON = Grant("by_person", {"person_key": "person_key"})

ACCESS: Access = {
    "district_officer": BY_DIVISION,
    "town_officer": BY_DIVISION,
    "grid_worker": BY_DIVISION,
    "auditor": BY_DIVISION,
    "gate_guard": BY_CHECKPOINT,
    "resident": BY_PERSON,
}
OFFICERS = ("district_officer", "town_officer")
