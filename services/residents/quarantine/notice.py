"""The notice of an order 居家隔离通知书: one printable page in Chinese, and the code that proves it."""

import hmac
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from string import Template
from uuid import UUID

import segno

from chassis.clock import DISTRICT_ZONE
from chassis.service import Keys
from services.residents.quarantine.model import Reason, Setting
from services.residents.quarantine.queries import NoticeRow

CODE_CHARACTERS = 16
PAGE = Template((Path(__file__).parent / "notice.html").read_text(encoding="utf-8"))
TITLES = {Setting.HOME: "居家隔离通知书", Setting.FACILITY: "集中隔离通知书"}
SETTINGS = {Setting.HOME: "在下列地址居家隔离", Setting.FACILITY: "在指定场所集中隔离"}
REASONS = {
    Reason.TRAVEL_FROM_RISK_AREA: "您近期从疫情风险地区返回",
    Reason.TRAVEL_FROM_ELSEWHERE: "您近期从外地返回",
    Reason.CLOSE_CONTACT: "您系密切接触者",
    Reason.SHARED_HOUSEHOLD: "您的共同居住人正在接受隔离",
    Reason.OTHER: "疫情防控需要",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """An issued order with the names of its places and the code that proves it."""

    row: NoticeRow
    district_name: str
    town_name: str
    code: str


def verification_code(keys: Keys, order_id: UUID) -> str:
    """Return the code on an order's notice: a keyed hash that nobody else can make."""
    return keys.index("NOTICE", str(order_id)).hex()[:CODE_CHARACTERS]


def is_verification_code(keys: Keys, order_id: UUID, code: str) -> bool:
    """Say whether a code is that of the order's notice."""
    return hmac.compare_digest(verification_code(keys, order_id).encode(), code.encode())


def verification_path(order_id: UUID, code: str) -> str:
    """Return what the notice's QR code holds."""
    return f"/notices/{order_id}/verification?code={code}"


def page(notice: Notice) -> str:
    """Return the page; every text in it is escaped."""
    row = notice.row
    assert row.issued_at is not None, "a draft has no notice"
    office = f"{notice.district_name}{notice.town_name}疫情防控工作领导小组"
    return PAGE.substitute(
        title=TITLES[row.setting],
        number=str(row.id),
        name=escape(row.name),
        document=escape(row.document_number_masked or "无"),
        address=escape(row.address or "无"),
        reason=REASONS[row.reason],
        setting=SETTINGS[row.setting],
        length_days=row.length_days,
        starts_on=in_words(row.starts_on),
        ends_on=in_words(row.ends_on),
        office=escape(office),
        issued_on=in_words(row.issued_at.astimezone(DISTRICT_ZONE).date()),
        code=notice.code,
        qr=qr(verification_path(row.id, notice.code)),
    )


def qr(text: str) -> str:
    """Return a QR code as inline SVG."""
    made: str = segno.make(text, error="m", micro=False).svg_inline(border=2, omitsize=True)
    return made


def in_words(day: date) -> str:
    """Write a date as a notice does: 2020年1月28日."""
    return f"{day.year}年{day.month}月{day.day}日"
