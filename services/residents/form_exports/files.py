"""How an export is written: CSV for spreadsheets, or one printable page; piece by piece, marked on top."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Protocol

from chassis.clock import DISTRICT_ZONE
from services.residents.form_exports.marks import Cells, neutral
from services.residents.form_exports.model import Export, ExportFormat, Purpose
from services.residents.forms.model import CHECK_HEADER
from services.residents.forms.rows import View

BOM = "\ufeff"
MARKS = 24
HEAD, _, TAIL = (Path(__file__).parent / "form.html").read_text(encoding="utf-8").partition("$rows")
PAGE_HEAD = Template(HEAD)
PURPOSES = {
    Purpose.SCREENING: "排查",
    Purpose.QUARANTINE: "隔离管理",
    Purpose.GATE: "卡口查验",
    Purpose.RESUMPTION: "复工复产",
    Purpose.HELP: "帮扶服务",
    Purpose.AUDIT: "审计",
    Purpose.SUPPORT: "系统支持",
}
MEDIA_TYPES = {ExportFormat.CSV: "text/csv; charset=utf-8", ExportFormat.HTML: "text/html; charset=utf-8"}
WARNING = "本文件含工作信息，每行均有可追溯校验码，仅限所述用途使用，不得外传。"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands on top of a file: which form, who, when, what for, which export."""

    title: str
    office: str
    lines: tuple[str, ...]
    mark: str
    headers: Sequence[str]


class Writer(Protocol):
    """Writes a file of one format."""

    def head(self, stamp: Stamp) -> str:
        """Return what stands before the rows."""

    def row(self, cells: Cells, check: str) -> str:
        """Return a row."""

    def tail(self) -> str:
        """Return what stands after the rows."""


def stamp_of(export: Export, view: View, scope_name: str, now: datetime) -> Stamp:
    """Return what is said on top of an export's file."""
    version = view.version
    at = f"{now.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M}"
    who = f"{export.requester_name}（{export.requested_by}）"
    days = "" if export.from_day is None else f"；日期：{export.from_day} 至 {export.to_day}"
    lines = (
        f"导出人：{who}",
        f"导出时间：{at}",
        f"用途：{PURPOSES[export.purpose]}；事由：{export.reason}",
        f"审批人：{export.decided_by}",
        f"范围：{scope_name}（{export.scope}）{days}",
        f"导出编号：{export.id}",
        WARNING,
    )
    mark = f"{export.requester_name} {at} {PURPOSES[export.purpose]} {export.id}"
    title = f"{version.title}（第 {version.version} 版）"
    return Stamp(title, version.office, lines, mark, [*view.headers, CHECK_HEADER])


class CsvWriter:
    """UTF-8 with BOM and CRLF, as Excel wants it; nothing in it is calculated."""

    def head(self, stamp: Stamp) -> str:
        """Return the stamp, one line each, and the headers."""
        above = [[stamp.title], [f"报送：{stamp.office}"], *([line] for line in stamp.lines), stamp.headers]
        return BOM + "".join(csv_line(cells) for cells in above)

    def row(self, cells: Cells, check: str) -> str:
        """Return a line."""
        return csv_line([*cells, check])

    def tail(self) -> str:
        """Return nothing."""
        return ""


class PageWriter:
    """One printable page in Chinese, with the mark as background of every sheet."""

    def head(self, stamp: Stamp) -> str:
        """Return the page up to the rows."""
        return PAGE_HEAD.substitute(
            title=escape(stamp.title),
            office=escape(stamp.office),
            stamp="".join(f"<li>{escape(line)}</li>" for line in stamp.lines),
            marks=f"<span>{escape(stamp.mark)}</span>" * MARKS,
            headers="".join(f"<th>{escape(header)}</th>" for header in stamp.headers),
        )

    def row(self, cells: Cells, check: str) -> str:
        """Return a table's row."""
        shown = "".join(f"<td>{escape(cell or '')}</td>" for cell in cells)
        return f'<tr>{shown}<td class="check">{check}</td></tr>\n'

    def tail(self) -> str:
        """Return the page after the rows."""
        return TAIL


def writer_of(form: ExportFormat) -> Writer:
    """Return the writer of a format."""
    return CsvWriter() if form is ExportFormat.CSV else PageWriter()


def csv_line(cells: Cells) -> str:
    """Return a line of CSV; texts that begin like a formula get an apostrophe in front."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([neutral(cell or "") for cell in cells])
    return out.getvalue()


def file_name(export: Export, view: View) -> str:
    """Return the name under which a file is saved."""
    assert export.prepared_at is not None, "a file that is not prepared has no name"
    day = f"{export.prepared_at.astimezone(DISTRICT_ZONE):%Y%m%d}"
    title = "".join(character if character.isalnum() else "_" for character in view.version.title)
    return f"{title}_{export.scope}_{day}_{export.id.hex[-8:]}.{export.format.lower()}"
