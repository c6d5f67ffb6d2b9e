"""`python -m infra.story wang` plays a story and exits non-zero if any step is wrong."""

import asyncio
import sys

from rich.console import Console

from chassis.settings import process_environment
from infra.story import carpet, wang, zhao
from infra.story.stage import StepWrong

STORIES = {"wang": wang.play, "carpet": carpet.play, "zhao": zhao.play}


def main() -> None:
    """Play the story that is named."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in STORIES:
        raise SystemExit(f"there is no story {name!r}; stories: {', '.join(STORIES)}")
    console = Console(highlight=False, soft_wrap=True)
    keep = process_environment().get("KEEP") == "1"
    try:
        asyncio.run(STORIES[name](console, keep=keep))
    except StepWrong as wrong:
        console.print(f"[red]wrong:[/red] {wrong}")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
