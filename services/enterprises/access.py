"""Which kind of scope a role has in this service; a role that is not listed sees no protected row."""

from chassis.auth import Access, Grant, Viewer

BY_DIVISION = Grant("by_division", {"scopes": "scopes"})

ACCESS: Access = {
    "district_officer": BY_DIVISION,
    "town_officer": BY_DIVISION,
    "reviewer": BY_DIVISION,
    "auditor": BY_DIVISION,
    "enterprise_agent": Grant("by_enterprise", {"enterprises": "enterprises"}),
    "resident": Grant("by_person", {"person_key": "person_key"}),
}

OFFICERS = ("district_officer", "town_officer")
REVIEWERS = ("reviewer", *OFFICERS)
APPLICANTS = ("enterprise_agent", *OFFICERS)


def require_officer(viewer: Viewer) -> None:
    """Raise RoleMayNot unless an officer asks."""
    viewer.require_role(*OFFICERS)


def require_reviewer(viewer: Viewer) -> None:
    """Raise RoleMayNot unless somebody asks who may decide applications."""
    viewer.require_role(*REVIEWERS)


def require_applicant(viewer: Viewer) -> None:
    """Raise RoleMayNot unless an enterprise's agent asks, or an officer on its behalf."""
    viewer.require_role(*APPLICANTS)
