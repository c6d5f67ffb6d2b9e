"""The people of the stories, the same under every seed: who they are and where they live.

Their numbers are the contract's. Nobody else is given them.
"""

from dataclasses import dataclass

from infra.seed.divisions import SHANSHUI

WANG_GRID = f"{SHANSHUI}001"
LI_GRID = f"{SHANSHUI}002"


@dataclass(frozen=True, slots=True)
class Member:
    """A person with a name and numbers of their own."""

    name: str
    sex: str
    national_id: str
    phone: str
    relation: str

    @property
    def birth_on(self) -> str:
        """Return the birth date that the number holds."""
        digits = self.national_id[6:14]
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


@dataclass(frozen=True, slots=True)
class Home:
    """A household of the stories: which of its grid's households it is."""

    grid_code: str
    place: int
    members: tuple[Member, ...]


WANG = Member("王小明", "MALE", "330199199005011011", "13800000001", "HEAD")
WANG_WIFE = Member("陈静", "FEMALE", "330199199108152044", "13800000003", "SPOUSE")
NEIGHBOR = Member("张建国", "MALE", "330199196603120134", "13800000004", "HEAD")
NEIGHBOR_WIFE = Member("李秀珍", "FEMALE", "330199196811050249", "13800000005", "SPOUSE")
LI = Member("李红", "FEMALE", "330199198503122027", "13800000002", "HEAD")
LI_HUSBAND = Member("周伟", "MALE", "330199198401200311", "13800000006", "SPOUSE")
HE = Member("何志强", "MALE", "330199197907060411", "13800000007", "HEAD")
HE_WIFE = Member("孙丽萍", "FEMALE", "330199198209230529", "13800000008", "SPOUSE")

HOMES = (
    Home(WANG_GRID, 68, (WANG, WANG_WIFE)),  # 3 幢 2 单元 501
    Home(WANG_GRID, 69, (NEIGHBOR, NEIGHBOR_WIFE)),  # 3 幢 2 单元 502
    Home(LI_GRID, 0, (LI, LI_HUSBAND)),
    Home(LI_GRID, 1, (HE, HE_WIFE)),
)
MEMBERS = {m.national_id: m for home in HOMES for m in home.members}
