"""What the museum has."""

from typing import Any

from tests.unit.gateway.engine.museum import (
    ARTISTS,
    EXHIBITS_OF_ROOM,
    LOANS,
    NOTES_OF_WORK,
    PERSONS,
    ROOMS,
    STAFF_OF_ROOM,
    WORKS,
    WORKS_OF_ROOM,
)
from tests.unit.gateway.engine.services import Services

W1, W2 = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
G1, U1 = "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"


def work(key: str, **columns: Any) -> dict[str, Any]:
    """Return a row of a work."""
    return {
        "id": key,
        "title": f"Title {key}",
        "subtitle": None,
        "year": 1874,
        "era": "m",
        "eras": ["a", "m"],
        "material": "OIL",
        "height": 405,
        "marks": [[1, 2], []],
        "outline": [[{"x": 0, "y": 1}, {"x": 2, "y": None}], []],
        "frame": {"wood": "oak", "era": "a", "corners": [{"x": 0, "y": 0}], "gilder_id": "a2"},
        "shadow": [{"x": 1, "y": 1}, None],
        "worth": 900,
        "worth_in": "FRF",
        "expert_id": "a3",
        "artist_id": "a1",
        "owner_id": "a2",
        "room_id": "r1",
        **columns,
    }


def artist(key: str, teacher: str | None) -> dict[str, Any]:
    """Return a row of an artist."""
    return {"id": key, "name": f"Artist {key}", "motto": None, "teacher_id": teacher}


def person(key: str, job: str, **columns: Any) -> dict[str, Any]:
    """Return a row of a person."""
    return {"id": key, "job": job, "name": f"Person {key}", "badge": None, "languages": ["zh"], "idol_id": "a2",
            "mentor_id": None, **columns}  # fmt: skip


def collection() -> Services:
    """Return services with three works, three artists, a room with its staff."""
    works = [work("w1"), work("w2", artist_id="a2", owner_id="a1", worth=None), work("w3", owner_id=None, era=None)]
    return Services(
        {
            WORKS.path: {row["id"]: row for row in (*works, work(W1), work(W2))},
            ARTISTS.path: {key: artist(key, teacher) for key, teacher in (("a1", "a2"), ("a2", None), ("a3", "a1"))},
            ROOMS.path: {"r1": {"id": "r1", "name": "Hall"}, "r2": {"id": "r2", "name": "Cellar"}},
            WORKS_OF_ROOM.path: {"r1": works},
            NOTES_OF_WORK.path: {
                "w1": [{"text": "seen", "author_id": "a3"}, {"text": "sold", "author_id": None}],
                "w2": [],
                "w3": [{"text": "lost", "author_id": "a1"}],
            },
            EXHIBITS_OF_ROOM.path: {
                "r1": [
                    {"kind": "painting", "title": "P", "canvas": "linen", "artist_id": "a1"},
                    {"kind": "sculpture", "title": "S", "weight": 7, "donor_id": "a2"},
                ]
            },
            STAFF_OF_ROOM.path: {"r1": [person("g1", "guard", badge="7"), person("u1", "guide", mentor_id="g1")]},
            PERSONS.path: {key: person(key, job) for key, job in (("g1", "guard"), (G1, "guard"), (U1, "guide"))},
            LOANS.path: {"w1": {"insured": True}},
        }
    )
