"""Waiting for processes: each says itself whether it is ready."""

import asyncio
import time

import httpx

from infra.addresses import Address
from infra.children import Child
from infra.trouble import Trouble, disk_hint

READY_TIMEOUT_S = 60.0
ANSWER_TIMEOUT_S = 2.0
POLL_S = 0.05


async def is_ready(address: Address) -> bool:
    """Say whether the process at an address answers that it is ready."""
    try:
        async with httpx.AsyncClient(timeout=ANSWER_TIMEOUT_S, trust_env=False) as http:
            return (await http.get(f"{address.url}/readyz")).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


async def wait_ready(child: Child, address: Address, timeout_s: float = READY_TIMEOUT_S) -> None:
    """Wait until a process is ready; raise Trouble with its last words if it ends or takes too long."""
    deadline = time.monotonic() + timeout_s
    while not await is_ready(address):
        if not child.running or time.monotonic() > deadline:
            what = "did not start" if not child.running else f"is not ready after {timeout_s:.0f} s"
            said = "\n".join(f"    {line}" for line in child.tail())
            raise Trouble(
                f"{child.name} {what} ({child.ending}); {child.log} ends with\n{said}{disk_hint(child.log.parent)}"
            )
        await asyncio.sleep(POLL_S)
