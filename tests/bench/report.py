"""The tables on the terminal."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table as Drawn

from tests.bench.results import TITLES, Figures, ResidentsLines, Results, Verdict, table, verdicts

NOT_BOUND = "≥"


def show(results: Results, console: Console) -> None:
    """Print what was measured."""
    for shape, servers in table(results.shapes).items():
        console.print(drawn(f"{shape} ({results.answer_bytes.get(shape, 0):,} bytes)", servers))
    if results.shapes:
        console.print(judged(verdicts(results.shapes)))
    if results.documents:
        console.print(documents(results))
    if results.traced:
        console.print(traced(results))
    if results.real:
        console.print(real(results))
    if results.memory:
        console.print(memory(results))
    if results.residents:
        for table_of in (imports, pages, rounds):
            console.print(table_of(results.residents))


def drawn(title: str, servers: Mapping[str, Figures]) -> Drawn:
    """Return one shape's table."""
    made = columns(title, "server", "rate", "spread", "p50 ms", "p99 ms", "CPU µs", "core busy", "limit")
    for name, one in servers.items():
        made.add_row(TITLES[name], rate(one), spread(one), ms(one.p50_ms), ms(one.p99_ms), f"{one.cpu_us:,.0f}",
                     f"{one.busy:.0%}", one.limit)  # fmt: skip
    return made


def judged(found: Sequence[Verdict]) -> Drawn:
    """Return the targets and what came of them."""
    made = columns("the engine against its targets", "shape", "what", "target", "found", "")
    for verdict in found:
        for what, target, value, enough in verdict.lines():
            made.add_row(verdict.shape, what, target, value, "[green]yes[/]" if enough else "[red]no[/]")
    return made


def documents(results: Results) -> Drawn:
    """Return the registered documents' table."""
    made = columns("registered queries on stub services", "document", "rate", "spread", "p50 ms", "p99 ms", "CPU µs")
    for name, by in table(results.documents).items():
        for one in by.values():
            made.add_row(name, rate(one), spread(one), ms(one.p50_ms), ms(one.p99_ms), f"{one.cpu_us:,.0f}")
    return made


def traced(results: Results) -> Drawn:
    """Return the whole gateway's table: authentication, and tracing at several ratios."""
    made = columns("the gateway's whole process on stub services", "document", "traced", "rate", "p99 ms", "CPU µs")
    for name, by in table(results.traced).items():
        for server, one in by.items():
            made.add_row(name, server, rate(one), ms(one.p99_ms), f"{one.cpu_us:,.0f}")
    return made


def real(results: Results) -> Drawn:
    """Return the real services' table."""
    made = columns(
        "through the real services and PostgreSQL",
        "document", "traced", "rate", "p50 ms", "p99 ms", "gateway's CPU µs", "all processes' CPU µs",
    )  # fmt: skip
    for one in results.real:
        made.add_row(
            one.document, f"{one.tracing:.0%}", f"{one.rate:,.0f}/s", ms(one.p50_ms), ms(one.p99_ms),
            f"{one.gateway_us:,.0f}", f"{one.all_us:,.0f}",
        )  # fmt: skip
    return made


def memory(results: Results) -> Drawn:
    """Return the memory's table."""
    made = columns("memory", "case", "operations", "before MB", "after MB", "slope MB per 100,000")
    for one in results.memory:
        made.add_row(one.case, f"{one.operations:,}", f"{one.samples_mb[0]:.1f}", f"{one.samples_mb[-1]:.1f}",
                     f"{one.slope_mb:+.2f}")  # fmt: skip
    return made


def imports(found: ResidentsLines) -> Drawn:
    """Return the imports' table."""
    made = columns("imports, matched and tasked", "rows", "seconds", "rows/s", "upload s", "residents' CPU s",
                   "PostgreSQL's CPU s", "stored", "refused", "MB before", "MB at most", "MB after")  # fmt: skip
    for one in found.imports:
        made.add_row(f"{one.rows:,}", f"{one.wall_s:.1f}", f"{one.rows_per_s:,.0f}", f"{one.upload_s:.1f}",
                     f"{one.residents_cpu_s:.1f}", f"{one.postgres_cpu_s:.1f}", f"{one.stored:,}",
                     f"{one.refused:,}", f"{one.rss_before_mb:.0f}", f"{one.rss_peak_mb:.0f}",
                     f"{one.rss_after_mb:.0f}")  # fmt: skip
    return made


def pages(found: ResidentsLines) -> Drawn:
    """Return the pages' table."""
    made = columns("pages of a grid, in a district of 832,017 residents", "page", "worker p50 ms", "worker p95 ms",
                   "officer p50 ms", "officer p95 ms", "worker / officer")  # fmt: skip
    for one in found.pages:
        made.add_row(one.page, ms(one.worker_p50_ms), ms(one.worker_p95_ms), ms(one.officer_p50_ms),
                     ms(one.officer_p95_ms), f"{one.ratio:.2f}")  # fmt: skip
    return made


def rounds(found: ResidentsLines) -> Drawn:
    """Return the rounds' table."""
    made = columns("a screening round over all households", "answered s", "ready s", "PostgreSQL's CPU s")
    for one in found.rounds:
        made.add_row(f"{one.answered_s:.2f}", f"{one.ready_s:.1f}", f"{one.postgres_cpu_s:.1f}")
    return made


def columns(title: str, *names: str) -> Drawn:
    """Return an empty table: the first column is text, the others are figures."""
    made = Drawn(title=title, title_justify="left")
    for place, name in enumerate(names):
        made.add_column(name, justify="left" if place == 0 else "right", no_wrap=True)
    return made


def rate(one: Figures) -> str:
    """Return a rate; one that the server did not limit is a lower bound."""
    return f"{'' if one.bound else NOT_BOUND}{one.rate:,.0f}/s"


def spread(one: Figures) -> str:
    """Return how far the rounds lie apart."""
    return f"±{one.spread:.0%}"


def ms(value: float) -> str:
    """Return milliseconds."""
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
