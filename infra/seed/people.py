"""The people of a village: its households first, then its residents, one village at a time.

Each village draws from a generator of its own and has its own share of every number, so that a
village is the same at every scale.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from infra.seed import cast, homes, numbers
from infra.seed.divisions import Village
from infra.seed.draws import mobile, named_id, pick, rng, timed_id
from infra.seed.names import era_of, given_names, surnames
from infra.seed.records import Household, Resident

LAST_YEAR = 2019
GUARDED_UNTIL = 18
DOORS_A_BUILDING, DOORS_AN_ENTRANCE, DOORS_A_FLOOR = 24, 12, 2
HOUSES_A_GROUP = 40


@dataclass(slots=True)
class Register:
    """What a village has given out so far: birth days by sex, and its residents' serial."""

    village: Village
    seed: int
    random: Random
    days_taken: set[tuple[int, bool]] = field(default_factory=set)
    people: int = 0

    def give_number(self, day: int, *, male: bool) -> tuple[int, str]:
        """Return the nearest earlier birth day that is free, and its national ID."""
        while True:
            if (day, male) not in self.days_taken:
                self.days_taken.add((day, male))
                sequence = numbers.sequence_of(self.village.index, day, male=male)
                number = numbers.national_id(day, sequence)
                if number not in cast.MEMBERS:
                    return day, number
            day = (day - 1) % numbers.DAYS

    def next_person(self) -> int:
        """Return the next resident's serial in the whole district."""
        self.people += 1
        return self.village.first_resident + self.people - 1


def people_of(village: Village, seed: int) -> tuple[list[Household], Iterator[Resident]]:
    """Return a village's households, and its residents in the same order."""
    random = rng(seed, "people", village.code)
    fixed = _cast_places(village)
    sizes = homes.draw_sizes(
        random,
        residents=village.residents,
        households=village.households,
        fixed={place: len(home.members) for place, home in fixed.items()},
    )
    households = _households(village, seed, fixed)
    register = Register(village, seed, random)

    def residents() -> Iterator[Resident]:
        for place, (household, size) in enumerate(zip(households, sizes, strict=True)):
            if place in fixed:
                yield from _cast_members(register, household, fixed[place])
            else:
                yield from _members(register, household, size)

    return households, residents()


def _households(village: Village, seed: int, fixed: dict[int, cast.Home]) -> list[Household]:
    random = rng(seed, "households", village.code)
    grids = [code for code, size in zip(village.grid_codes, village.grid_sizes, strict=True) for _ in range(size)]
    return [
        Household(
            id=household_id(seed, fixed[place])
            if place in fixed
            else timed_id(village.first_household + place, random),
            grid_code=grid,
            address=address(village, place),
        )
        for place, grid in enumerate(grids)
    ]


def _cast_places(village: Village) -> dict[int, cast.Home]:
    """Return the households of the stories by their place in the village."""
    starts: dict[str, int] = {}
    total = 0
    for code, size in zip(village.grid_codes, village.grid_sizes, strict=True):
        starts[code], total = total, total + size
    return {starts[h.grid_code] + h.place: h for h in cast.HOMES if h.grid_code in starts}


def address(village: Village, place: int) -> str:
    """Return an address: blocks of flats in a community, groups of houses in a village."""
    if village.kind == "COMMUNITY":
        building, door = divmod(place, DOORS_A_BUILDING)
        entrance, door = divmod(door, DOORS_AN_ENTRANCE)
        floor, side = divmod(door, DOORS_A_FLOOR)
        flat = f"{building + 1} 幢 {entrance + 1} 单元 {floor + 1}{side + 1:02d}"
        return f"{village.short_name} {flat}"
    group, house = divmod(place, HOUSES_A_GROUP)
    return f"{village.short_name} {group + 1} 组 {house + 1} 号"


def household_id(seed: int, home: cast.Home) -> str:
    """Return the id of a household of the stories."""
    return named_id(seed, "household", home.members[0].national_id)


def member_id(seed: int, member: cast.Member) -> str:
    """Return the id of a person of the stories."""
    return named_id(seed, "resident", member.national_id)


def _cast_members(register: Register, household: Household, home: cast.Home) -> Iterator[Resident]:
    for member in home.members:
        register.next_person()
        yield Resident(
            id=member_id(register.seed, member),
            household_id=household.id,
            grid_code=household.grid_code,
            name=member.name,
            sex=member.sex,
            birth_on=member.birth_on,
            document_kind="NATIONAL_ID",
            national_id=member.national_id,
            phone=member.phone,
            guardian_id=None,
            relation=member.relation,
        )


def _members(register: Register, household: Household, size: int) -> Iterator[Resident]:
    """Yield the members of a household; children and the head's father bear the family's name."""
    random = register.random
    home = homes.draw_home(random, size)
    head_age = home.youngest + int(random.random() * (home.oldest - home.youngest + 1))
    family = pick(random, surnames())
    head_male = random.random() < 0.8
    head_id = ""
    father = False
    for role in home.roles:
        if role == homes.HEAD:
            male = head_male
        elif role == homes.SPOUSE:
            male = not head_male
        elif role == homes.PARENT:
            male, father = (False, True) if father else (random.random() < 0.4, True)
        else:
            male = random.random() < 0.52
        kin = role == homes.CHILD or (role == homes.HEAD and head_male) or male
        resident = _resident(
            register,
            household,
            role=role,
            male=male,
            age=homes.draw_age(random, role, head_age),
            surname=family if kin else pick(random, surnames()),
            head_id=head_id,
        )
        head_id = head_id or resident.id
        yield resident


def _resident(
    register: Register,
    household: Household,
    *,
    role: str,
    male: bool,
    age: int,
    surname: str,
    head_id: str,
) -> Resident:
    random = register.random
    serial = register.next_person()
    year = LAST_YEAR - age
    day = max(0, numbers.DAYS - 1 - int((age + random.random()) * 365.2425))
    number = None
    if random.random() >= _without_document(age):
        day, number = register.give_number(day, male=male)
    sex = "MALE" if male else "FEMALE"
    return Resident(
        id=timed_id(serial, random),
        household_id=household.id,
        grid_code=household.grid_code,
        name=surname + pick(random, given_names(era_of(year), sex)),
        sex=sex,
        birth_on=numbers.days()[day][0],
        document_kind="NATIONAL_ID" if number else None,
        national_id=number,
        phone=mobile("1380", serial) if random.random() < _with_phone(age) else None,
        guardian_id=head_id if head_id and age < GUARDED_UNTIL else None,
        relation=role,
    )


def _without_document(age: int) -> float:
    """Return how likely a child of an age has no ID number yet."""
    return 0.0 if age >= 6 else 0.1 if age else 0.5


def _with_phone(age: int) -> float:
    """Return how likely a person of an age has a phone."""
    if age < 10:
        return 0.0
    if age < 16:
        return 0.4
    return 0.98 if age < 65 else 0.85 if age < 80 else 0.55
