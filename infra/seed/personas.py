"""Everybody the token issuer can speak for, with the ids of the streams."""

from chassis.crypto import person_key
from infra.seed import cast, organizations, people, sites
from infra.seed.divisions import DISTRICT, DONGCUNWU, LUSHAN, SHANSHUI, XINDENG, worker_id, worker_records
from infra.seed.draws import named_id
from infra.seed.enterprises import CREDIT_CODE, RIVAL, demo_enterprise
from infra.seed.organizations import PROPERTY_COMPANY
from infra.seed.records import Person, Persona

OFFICERS: tuple[tuple[str, str, str, list[str]], ...] = (  # persona, name, role, scopes
    ("district_officer", "沈国平", "district_officer", [DISTRICT]),
    ("town_officer", "裘海燕", "town_officer", [LUSHAN]),
    ("other_town_officer", "羊建军", "town_officer", [XINDENG]),
    ("reviewer", "盛文斌", "reviewer", [XINDENG]),
    ("district_reviewer", "董雪芬", "reviewer", [DISTRICT]),
    ("auditor", "倪志明", "auditor", [DISTRICT]),
    ("ops", "江晓波", "ops", []),
)
WORKERS = (
    ("grid_worker", f"{SHANSHUI}001"),
    ("other_grid_worker", f"{SHANSHUI}002"),
    ("other_town_worker", f"{XINDENG}011001"),
    ("village_worker", f"{DONGCUNWU}001"),
)
GUARDS = (("gate_guard", sites.WANG_GATE, 0), ("other_gate_guard", sites.OTHER_GATE, 8))
RESIDENTS = (("resident", cast.WANG), ("neighbor", cast.NEIGHBOR))


def personas(seed: int, matching_key: bytes) -> list[Persona]:
    """Return the personas."""
    officers = [
        Persona(persona, named_id(seed, "officer", persona), name, role, scopes=list(scopes))
        for persona, name, role, scopes in OFFICERS
    ]
    residents = [_resident(seed, matching_key, persona, m) for persona, m in RESIDENTS]
    return [*officers, *_workers(seed), *_guards(seed), *residents, *_agents(seed)]


def _workers(seed: int) -> list[Persona]:
    by_id = {w.id: w for w in worker_records(seed)}
    found = [(persona, by_id[worker_id(seed, grid)]) for persona, grid in WORKERS]
    return [Persona(persona, w.id, w.name, "grid_worker", scopes=w.grid_codes) for persona, w in found]


def _guards(seed: int) -> list[Persona]:
    names = {s.id: s.name for s in organizations.staff_records(seed, "story")}
    ids = {p: organizations.staff_id(seed, PROPERTY_COMPANY, n) for p, _, n in GUARDS}
    return [
        Persona(
            persona,
            ids[persona],
            names[ids[persona]],
            "gate_guard",
            checkpoints=[sites.checkpoint_id(seed, gate)],
        )
        for persona, gate, _ in GUARDS
    ]


def _resident(seed: int, matching_key: bytes, persona: str, member: cast.Member) -> Persona:
    home = next(h for h in cast.HOMES if member in h.members)
    return Persona(
        persona,
        people.member_id(seed, member),
        member.name,
        "resident",
        person=Person(
            resident_id=people.member_id(seed, member),
            household_id=people.household_id(seed, home),
            person_key=person_key(matching_key, "NATIONAL_ID", member.national_id),
        ),
    )


def _agents(seed: int) -> list[Persona]:
    rival = demo_enterprise(seed, RIVAL)
    return [
        Persona(persona, named_id(seed, "agent", code), name, "enterprise_agent", enterprises=[code])
        for persona, name, code in (
            ("enterprise_agent", cast.LI.name, CREDIT_CODE),
            ("rival_agent", rival.contact.name, rival.credit_code),
        )
    ]
