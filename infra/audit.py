"""`make audit-verify`: verify history and read log of every service of the district that is up.

python -m infra.audit [SERVICE]     exit code 0: all hold; 1: something does not; 2: could not look
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence

from joserfc.jwk import KeySet

from chassis.audit import Report, verify
from chassis.auth import public_keys
from chassis.database import connect
from chassis.heads import heads_file, read
from chassis.settings import process_environment
from infra.addresses import SERVICES
from infra.control import running_addresses
from infra.layout import Layout, open_layout
from infra.processes import AUDIT_KEY
from infra.provision import variable, with_login
from infra.trouble import Trouble, trouble_of
from infra.vault import open_vault, public_key_set

HOLDS, BROKEN, NOT_LOOKED = 0, 1, 2
HEADINGS = ("service", "log", "district", "entries", "sealed", "unsealed", "erased", "signed to", "verdict")
WIDTHS = (12, 9, 9, 9, 9, 9, 8, 10, 0)
NUMBERS = range(3, 8)


def main(arguments: Sequence[str]) -> int:
    """Verify one service or all; print a table, and what does not hold."""
    outer = process_environment()
    try:
        services = chosen(arguments)
        reports, forged = asyncio.run(look(open_layout(outer), outer, services))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    except OSError as error:
        print(trouble_of(error), file=sys.stderr)
    else:
        show(reports)
        for service, lines in forged.items():
            print(f"{service}: {lines} lines of the heads' file are not signed with the deployment's key")
        return BROKEN if forged or any(report.faults for report in reports) else HOLDS
    return NOT_LOOKED


def chosen(arguments: Sequence[str]) -> Sequence[str]:
    """Return the services to verify; raise Trouble for one that does not exist."""
    unknown = [name for name in arguments if name not in SERVICES]
    if unknown:
        raise Trouble(f"there is no service {unknown[0]}; there are {', '.join(SERVICES)}")
    return arguments or SERVICES


async def look(
    layout: Layout, outer: Mapping[str, str], services: Sequence[str]
) -> tuple[list[Report], dict[str, int]]:
    """Verify services; return the reports, and how many heads of each are not signed by us."""
    reports: list[Report] = []
    forged: dict[str, int] = {}
    keys = audit_keys(layout, outer)
    for service in services:
        heads, unsigned = read(heads_file(layout.audit, service), keys)
        if unsigned:
            forged[service] = unsigned
        connection = await connect(worker_url(service, layout, outer))
        try:
            reports += await verify(service, connection, [head for head in heads if head.service == service])
        finally:
            await connection.close()
    return reports, forged


def audit_keys(layout: Layout, outer: Mapping[str, str]) -> KeySet:
    """Return the keys that heads are signed with."""
    return public_keys(public_key_set(outer.get("AUDIT_PRIVATE_KEY") or open_vault(layout).signing_key(AUDIT_KEY)))


def worker_url(service: str, layout: Layout, outer: Mapping[str, str]) -> str:
    """Return how a service's worker reaches its database; raise Trouble when no district is up."""
    own = outer.get(variable(service, "WORKER"))
    if own:
        return own
    login = f"{service}_worker"
    password = open_vault(layout).password(login)
    if outer.get(variable(service)):
        return with_login(outer[variable(service)], login, password)
    address = running_addresses(layout).get("postgres")
    if address is None:
        raise Trouble("the district is not up: run `make up` first")
    return with_login(f"postgresql://{address.host}:{address.port}/", login, password, database=service)


def show(reports: Sequence[Report]) -> None:
    """Print what was found, a line a chain, and the first thing that does not hold of each."""
    print(line(HEADINGS))
    for report in reports:
        print(line(cells(report)))
    for report in reports:
        if report.first is not None:
            more = f" (and {len(report.faults) - 1} more)" if len(report.faults) > 1 else ""
            place = f"{report.service} {report.log} {report.district_code}"
            print(f"{place}: first broken position {report.first.position}: {report.first.what}{more}")


def cells(report: Report) -> Sequence[str]:
    """Return a chain's line."""
    counts = (report.entries, report.sealed, report.unsealed, report.erased, report.signed)
    verdict = "holds" if report.first is None else f"BROKEN at {report.first.position}"
    return (report.service, report.log, report.district_code, *map(str, counts), verdict)


def line(values: Sequence[str]) -> str:
    """Return values in columns: words to the left, numbers to the right."""
    return " ".join(
        value.rjust(width) if place in NUMBERS else value.ljust(width)
        for place, (value, width) in enumerate(zip(values, WIDTHS, strict=True))
    ).rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
