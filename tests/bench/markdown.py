"""The tables as Markdown, in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.report import ms, rate, spread
from tests.bench.results import IDENTICAL, TITLES, RealLine, Results, table, verdicts

ENGLISH, CHINESE = "en", "zh"
PEERS_SHOWN = ("mercurius", "graphql-jit", "@apollo/server", "graphql-yoga", "strawberry-graphql", "node", "python")


@dataclass(frozen=True, slots=True)
class Words:
    """What is said around the figures."""

    shapes: Mapping[str, str]
    on: str
    legend: str
    servers: Mapping[str, str]
    cpu: str
    comma: str
    wanted: Sequence[str]


WORDS = {
    ENGLISH: Words(
        shapes={
            "q1": "Q1: one resident with the grid, 2 calls",
            "q2": "Q2: dashboard of 20 grids, 6 calls",
            "q3": "Q3: list of 200, 1 call",
        },
        on="Measured on {machine}, {date}: one core for the server, 32 connections, stub services on another core;"
        " {versions}.",
        legend="Requests a second; in brackets the CPU time of one. ≥ where the server's core was not the limit.",
        servers={},
        cpu="µs",
        comma=", ",
        wanted=("shape", "what", "target", "found", ""),
    ),
    CHINESE: Words(
        shapes={
            "q1": "Q1：一名居民及其网格，2 次调用",
            "q2": "Q2：20 个网格的看板，6 次调用",
            "q3": "Q3：200 行的列表，1 次调用",
        },
        on="测于 {machine}，{date}：服务器独占一核，32 个连接，桩服务在另一核；{versions}。",
        legend="每秒请求数，括号内为每个请求的 CPU 时间（微秒）；≥ 表示瓶颈不在服务器的核上。",
        servers={
            "engine": "Gridweave 引擎",
            "strawberry": "Strawberry 原样",
            "reference": "Strawberry 调优：本项目的声明与传输层",
            "handler": "手写处理函数（上限）",
            "splice": "字节拼接（上限）",
            IDENTICAL: "Gridweave 引擎，相同请求",
        },
        cpu="微秒",
        comma="，",
        wanted=("形状", "项目", "目标", "实测", ""),
    ),
}


def shapes_block(results: Results, language: str) -> str:
    """Return the comparison."""
    words, found = WORDS[language], table(results.shapes)
    names = [name for name in TITLES if any(name in by for by in found.values())]
    lines = [grid(["", *(words.shapes[shape] + words.comma + size(results, shape) for shape in found)])]
    for name in names:
        cells = [
            f"{rate(by[name])} ({by[name].cpu_us:,.0f} {words.cpu})" if name in by else "" for by in found.values()
        ]
        title = words.servers.get(name, TITLES[name])
        lines.append(row([f"**{title}**", *(f"**{cell}**" for cell in cells)] if name == "engine" else [title, *cells]))
    return "\n".join([*lines, "", words.legend, where(results, language)])


def size(results: Results, shape: str) -> str:
    """Return an answer's size."""
    count = results.answer_bytes.get(shape, 0)
    return f"{count / 1_000:.1f} kB" if count < 1_000 else f"{count / 1_000:.0f} kB"


def where(results: Results, language: str) -> str:
    """Return the line that says on what and when."""
    shown = ", ".join(f"{name} {results.versions[name]}" for name in PEERS_SHOWN if name in results.versions)
    return WORDS[language].on.format(machine=results.machine, date=results.date[:10], versions=shown)


def targets_block(results: Results) -> str:
    """Return the targets and what came of them, with every figure of the comparison."""
    lines = [grid(WORDS[ENGLISH].wanted)]
    for verdict in verdicts(results.shapes):
        lines += [
            row([verdict.shape.upper(), what, target, value, "reached" if enough else "missed"])
            for what, target, value, enough in verdict.lines()
        ]
    lines += ["", grid(["shape", "server", "rate", "spread", "p50 ms", "p99 ms", "CPU µs", "core busy"])]
    for shape, by in table(results.shapes).items():
        lines += [
            row([shape.upper(), TITLES[name], rate(one), spread(one), ms(one.p50_ms), ms(one.p99_ms),
                 f"{one.cpu_us:,.0f}", f"{one.busy:.0%}"])
            for name, one in by.items()
        ]  # fmt: skip
    return "\n".join([*lines, "", where(results, ENGLISH)])


def documents_block(results: Results) -> str:
    """Return the registered queries on stub services: the engine alone, and the whole process."""
    whole = table(results.traced)
    traced = list(dict.fromkeys(one.server for one in results.traced))
    lines = [grid(["query", "engine", "CPU µs", *(f"whole process, tracing {name}" for name in traced), "5 % / off"])]
    for name, by in table(results.documents).items():
        [one] = by.values()
        others = whole.get(name, {})
        cells = [f"{rate(others[key])} ({others[key].cpu_us:,.0f} µs)" if key in others else "" for key in traced]
        share = f"{others['5 %'].rate / others['off'].rate:.2f}" if {"5 %", "off"} <= others.keys() else ""
        lines.append(row([name, rate(one), f"{one.cpu_us:,.0f}", *cells, share]))
    return "\n".join([*lines, "", where(results, ENGLISH)])


def real_block(results: Results) -> str:
    """Return the same through the real services."""
    found: dict[str, dict[float, list[RealLine]]] = {}
    for one in results.real:
        found.setdefault(one.document, {}).setdefault(one.tracing, []).append(one)
    ratios = sorted({one.tracing for one in results.real})
    heads = ["page", "p50 ms", "p99 ms", "gateway's CPU µs", "all processes' CPU µs"]
    lines = [grid([*heads, *(f"rate, tracing {ratio:.0%}" for ratio in ratios), "5 % / off"])]
    for name, by in found.items():
        first = by[ratios[0]]
        cells = [
            ms(median(one.p50_ms for one in first)),
            ms(median(one.p99_ms for one in first)),
            f"{median(one.gateway_us for one in first):,.0f}",
            f"{median(one.all_us for one in first):,.0f}",
        ]
        rates = {ratio: median(one.rate for one in by[ratio]) for ratio in ratios}
        share = f"{rates[0.05] / rates[0.0]:.2f}" if {0.0, 0.05} <= rates.keys() else ""
        lines.append(row([name, *cells, *(f"{rates[ratio]:,.0f}/s" for ratio in ratios), share]))
    return "\n".join([*lines, "", where(results, ENGLISH)])


def memory_block(results: Results) -> str:
    """Return what memory does."""
    lines = [grid(["case", "operations", "before MB", "after MB", "slope, MB per 100,000"])]
    lines += [
        row([one.case, f"{one.operations:,}", f"{one.samples_mb[0]:.1f}", f"{one.samples_mb[-1]:.1f}",
             f"{one.slope_mb:+.2f}"])
        for one in results.memory
    ]  # fmt: skip
    return "\n".join([*lines, "", where(results, ENGLISH)])


def residents_block(results: Results) -> str:
    """Return the residents service at the size of a whole district."""
    found = results.residents
    assert found is not None
    lines = [grid(["import", "seconds", "rows/s", "residents' CPU s", "PostgreSQL's CPU s", "MB before", "MB at most"])]
    lines += [
        row([f"{one.rows:,} rows, {one.refused:,} refused", f"{one.wall_s:.1f}", f"{one.rows_per_s:,.0f}",
             f"{one.residents_cpu_s:.1f}", f"{one.postgres_cpu_s:.1f}", f"{one.rss_before_mb:.0f}",
             f"{one.rss_peak_mb:.0f}"])
        for one in found.imports
    ]  # fmt: skip
    lines += [
        "",
        grid(["page of a grid", "worker p50 ms", "worker p95 ms", "officer p50 ms", "officer p95 ms", "ratio"]),
    ]
    lines += [
        row([one.page, ms(one.worker_p50_ms), ms(one.worker_p95_ms), ms(one.officer_p50_ms), ms(one.officer_p95_ms),
             f"{one.ratio:.2f}"])
        for one in found.pages
    ]  # fmt: skip
    for one in found.rounds:
        lines += ["", f"A round over all households: answered after {one.answered_s:.2f} s, every task written after"
                  f" {one.ready_s:.1f} s, with {one.postgres_cpu_s:.1f} s of PostgreSQL's CPU."]  # fmt: skip
    return "\n".join([*lines, "", on_what(results)])


def on_what(results: Results) -> str:
    """Return the line that says on what and when, where no peer is compared with."""
    return f"Measured on {results.machine}, {results.date[:10]}: all processes share the machine."


def grid(names: Sequence[str]) -> str:
    """Return a table's head."""
    return row(names) + "\n" + "|" + "---|" + "---:|" * (len(names) - 1)


def row(cells: Sequence[str]) -> str:
    """Return a table's row."""
    return f"| {' | '.join(cells)} |"
