"""The stories of the product, played as `make story` plays them."""

import asyncio
import sys

import pytest


@pytest.mark.parametrize("story", ["wang", "carpet", "zhao"])
async def test_story_goes_as_it_must(story: str) -> None:
    """Every step is checked by the story itself; a wrong one makes it exit non-zero."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "infra.story", story, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(process.communicate(), 400)

    assert process.returncode == 0, said.decode()[-4_000:]


async def test_unknown_story_is_refused() -> None:
    """The message lists the stories."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "infra.story", "nobody", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)

    assert process.returncode == 1
    assert "stories: wang, carpet, zhao" in said.decode()
