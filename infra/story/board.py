"""The board: the same numbers at grid, village, town and district."""

from typing import Any

from infra.story.cast import Cast
from infra.story.client import Person
from infra.story.stage import require

LEVELS = ("330111004002001", "330111004002", "330111004", "330111")
COUNTED = ("residents", "households", "quarantineOrdersInForce", "screeningTasksOpen", "passagesToday")


async def the_same_numbers(cast: Cast) -> None:
    """4. Each level shows the order; a level's number is the sum of the level below."""
    stage = cast.stage
    stage.scene("4. The board, on his third day")
    for code in LEVELS:
        answer = await cast.officer.do("DistrictBoard", code=code, first=100)
        require(not answer.errors, "the board is answered", answer.errors)
        own = answer.data["division"]["summary"]
        require(own["quarantineOrdersInForce"] == 1, f"one order in force at {code}", own)
        children = await every_child(cast.officer, code)
        if children:
            for name in COUNTED:
                total = sum(child["summary"][name] for child in children)
                require(own[name] == total, f"{name} of {code} is the sum of its parts", [own[name], total])
        name = answer.data["division"]["name"]
        said = f"sees {name}: {own['residents']} residents, {own['quarantineOrdersInForce']} order in force"
        stage.tell("district officer", said, answer)


async def every_child(who: Person, code: str) -> list[dict[str, Any]]:
    """Return all children of a division, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        answer = await who.do("DistrictBoard", code=code, first=50, after=after)
        page = answer.data["division"]["children"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]
