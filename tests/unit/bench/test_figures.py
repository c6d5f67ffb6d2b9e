"""What is made of measurements: percentiles, medians, verdicts, tables, the chart."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.bench import markdown
from tests.bench.chart import chart
from tests.bench.ground import AnswerDiffers, Measured, data_of
from tests.bench.load import percentile
from tests.bench.machine import Machine
from tests.bench.memory import slope
from tests.bench.publish import BLOCKS, placed, publish
from tests.bench.results import Limit, Results, limit, table, verdicts

ROOT = Path(__file__).parents[3]


def measured(server: str, shape: str, rate: float, *, busy: float = 1.0) -> Measured:
    """Return a stretch of load."""
    return Measured(server, shape, rate, 1_000, 1.0, 2.0, 3.0, cpu_us=1e6 / rate, busy=busy, others_busy=0.4)


@pytest.fixture
def results() -> Results:
    """Return a run of two rounds."""
    found = Results("2026-11-23 20:00:00", Machine("a <processor>", 2, 8.0, "Linux", "6"), {"python": "3.11"}, 2.0)
    found.shapes = [
        measured(server, "q1", rate * (1 + number / 10))
        for number in range(2)
        for server, rate in (("engine", 20_000), ("mercurius", 8_000), ("yoga", 2_000), ("splice", 25_000))
    ]
    found.answer_bytes = {"q1": 220}
    return found


@pytest.mark.parametrize(("share", "found"), [(0.5, 50), (0.99, 99), (0.999, 100), (0.001, 1)])
def test_percentile_is_the_nearest_rank(share: float, found: int) -> None:
    """Of a hundred values the 99th percentile is the 99th."""
    assert percentile([float(n) for n in range(1, 101)], share) == found


def test_percentile_of_nothing_is_zero() -> None:
    """A stretch without an answer has no latency."""
    assert percentile([], 0.5) == 0.0


def test_slope_is_that_of_the_line() -> None:
    """Two for each step; none for a flat line."""
    assert slope([0, 1, 2, 3], [5, 7, 9, 11]) == pytest.approx(2)
    assert slope([0, 1, 2], [4, 4, 4]) == 0


def test_ratios_are_taken_within_rounds(results: Results) -> None:
    """Against the fastest peer, and against splicing."""
    [verdict] = verdicts(results.shapes)

    assert verdict.best_peer == "mercurius"
    assert verdict.times_best_peer == pytest.approx(2.5)
    assert verdict.share_of_splicing == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("busy", "others", "found"), [(0.95, 0.95, Limit.SERVER), (0.7, 0.95, Limit.LOAD), (0.7, 0.6, Limit.ELSEWHERE)]
)
def test_a_rate_counts_when_the_server_was_the_limit(busy: float, others: float, found: Limit) -> None:
    """Otherwise the table says what was."""
    assert limit(busy, others) is found


def test_chart_is_well_formed_and_shows_every_server(results: Results) -> None:
    """It holds what the machine is called, whatever characters that has."""
    drawn = chart(results)

    texts = [element.text or "" for element in ET.fromstring(drawn).iter() if element.tag.endswith("text")]  # noqa: S314
    assert {"Gridweave engine", "Mercurius with jit", "GraphQL Yoga", "byte splicing"} <= set(texts)
    assert any("a <processor>" in text for text in texts)
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_lower_bounds_are_marked(results: Results) -> None:
    """A rate that the server did not limit is at least that."""
    results.shapes = [measured("engine", "q1", 20_000, busy=0.5)]

    assert "≥20,000/s" in markdown.shapes_block(results, markdown.ENGLISH)
    assert "≥ 20.0k" in chart(results)


def test_blocks_are_replaced_and_nothing_else() -> None:
    """The second writing changes what the first wrote."""
    once = placed("# Title\n\n## Read on\n\nmore\n", "shapes", "figures")

    twice = placed(once, "shapes", r"other \1 figures")

    assert once.index("figures") < once.index("## Read on")
    assert twice == once.replace("figures", r"other \1 figures")


def test_a_run_writes_only_what_it_measured(results: Results, tmp_path: Path) -> None:
    """Both READMEs and the page get the comparison; the rest of the page stays."""
    (tmp_path / "docs").mkdir()
    for file in {block.file for block in BLOCKS}:
        (tmp_path / file).write_text((ROOT / file).read_text(encoding="utf-8"), encoding="utf-8")

    publish(results, tmp_path)

    page = (tmp_path / "docs/bench.md").read_text(encoding="utf-8")
    assert "| Q1 | rate, Mercurius with jit | at least 2 x | 2.5 x | reached |" in page
    assert (
        page.partition("<!-- bench:real -->")[2]
        == ((ROOT / "docs/bench.md").read_text(encoding="utf-8").partition("<!-- bench:real -->")[2])
    )
    assert "**21,000/s (48 µs)**" in (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "字节拼接" in (tmp_path / "README.zh.md").read_text(encoding="utf-8")
    assert (tmp_path / "docs/bench.svg").exists()


def test_figures_are_medians_of_rounds(results: Results) -> None:
    """The spread is half of the range, as a share."""
    one = table(results.shapes)["q1"]["engine"]

    assert one.rate == 21_000
    assert one.spread == pytest.approx(1_000 / 21_000)


def test_an_answer_with_errors_is_no_answer() -> None:
    """Nor is it timed."""
    assert data_of(b'{"data":{"a":1},"extensions":{}}') == b'{"a":1}'
    with pytest.raises(AnswerDiffers, match="no such"):
        data_of(b'{"data":null,"errors":[{"message":"no such"}]}')
