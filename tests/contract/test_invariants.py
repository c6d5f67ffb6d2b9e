"""What the architecture promises of its own files."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = [p for top in ("chassis", "services", "gateway", "infra", "tests") for p in (ROOT / top).rglob("*.py")]
SQL = list((ROOT / "services").rglob("queries.sql"))
DOMAIN_WORDS = re.compile(
    r"resident|household|quarantine|returnee|screening|watchlist|passage|checkpoint|enterprise|grid\b|roster|resumption"
)
FILE_LINES_MAX = 300
GENERATED = {"gateway/problem_codes.py"}


def shown(path: Path) -> str:
    """Return a path as a test's id."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SQL, ids=shown)
def test_statements_take_time_as_an_argument(path: Path) -> None:
    """Business time reaches SQL as a parameter: never now()."""
    found = re.findall(
        r"\bnow\(\)|\bcurrent_(?:date|timestamp|time)\b|clock_timestamp", path.read_text(encoding="utf-8"), re.I
    )

    assert found == []


@pytest.mark.parametrize("path", SQL, ids=shown)
def test_statements_list_their_columns(path: Path) -> None:
    """Never a star, except count(*) and arrays unnested side by side, whose columns are named there."""
    text = re.sub(r"count\(\*\)|SELECT \*\s+FROM (?:json_to_recordset|unnest)", "", path.read_text(encoding="utf-8"))

    assert re.findall(r"(?:SELECT|\.)\s*\*", text) == []


def test_chassis_knows_no_domain_word() -> None:
    """What every process stands on would serve another product as well."""
    found = {
        shown(path): sorted(set(DOMAIN_WORDS.findall(code_of(path).lower())))
        for path in (ROOT / "chassis").glob("*.py")
        if DOMAIN_WORDS.search(code_of(path).lower())
    }

    assert found == {}


def code_of(path: Path) -> str:
    """Return a module without docstrings, comments and the closed list of purposes: examples may name the domain."""
    text = re.sub(r'"""[\s\S]*?"""|PURPOSES = .*', "", path.read_text(encoding="utf-8"))
    return re.sub(r"#.*", "", text)


@pytest.mark.parametrize("path", [p for p in PYTHON if "chassis" not in p.parts and "tests" not in p.parts], ids=shown)
def test_environment_and_machine_time_are_the_chassis_business(path: Path) -> None:
    """No os.environ and no datetime.now outside the chassis."""
    assert re.findall(r"os\.environ|os\.getenv|datetime\.now\(|date\.today\(", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [p for p in PYTHON if p.name == "model.py"], ids=shown)
def test_models_know_neither_web_nor_database(path: Path) -> None:
    """A model is what it is, whoever asks and wherever it is kept."""
    imported = re.findall(r"^(?:from|import) ([\w.]+)", path.read_text(encoding="utf-8"), re.M)

    assert [
        m for m in imported if m.startswith(("fastapi", "asyncpg", "chassis.database", "chassis.routes", "nats"))
    ] == []


def test_files_stay_short() -> None:
    """A file that outgrows its subject is split by what it is about."""
    lines = {shown(p): len(p.read_text(encoding="utf-8").splitlines()) for p in PYTHON + SQL}

    assert {p: n for p, n in lines.items() if n > FILE_LINES_MAX and p not in GENERATED} == {}


@pytest.mark.parametrize("path", [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], ids=shown)
def test_links_of_documents_lead_somewhere(path: Path) -> None:
    """A document that names a file tells the truth."""
    links = re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []
