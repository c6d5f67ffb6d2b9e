"""Search: what a text asks for, and that every beginning of a name or address finds its resident, once."""

import unicodedata
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis import standards
from chassis.errors import Problem
from services.residents.roster.model import NATIONAL_ID, check_document
from services.residents.search.model import By, PhoneTail, Prefix, WholeDocument, WholePhone, kind_of, read
from services.residents.search.tokens import (
    ADDRESS,
    INITIALS,
    NAME,
    Token,
    asked_address,
    number,
    stored_address,
    tokens_of,
)
from tests.support.people import WANG_NUMBER, national_id

TODAY = date(2020, 1, 28)
# The first name reads half a second of dictionaries.
SLOW_AT_FIRST = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CHARACTERS = st.sampled_from("王李张单曾小明红丽欣欧阳尉迟阿依买提")
NAMES = st.text(CHARACTERS, min_size=1, max_size=6)
WORDS = ["一", "二", "十", "十二", "二十", "二十三", "九十九", "一百", "一百零五", "一百一十二", "五〇一"]
NUMERALS = st.integers(1, 199).map(str) | st.sampled_from(WORDS)
ADDRESSES = st.builds(
    "{}{}幢{}单元{}{}".format,
    st.sampled_from(["山水社区 ", "鹿山街道三桥村", "龙门镇 ", "长兰村", ""]),
    NUMERALS,
    NUMERALS,
    NUMERALS,
    st.sampled_from(["", "室", "号"]),
)


def finding(tokens: list[Token], wanted: object) -> list[Token]:
    """Return the tokens by which a resident is found: one or none."""
    assert isinstance(wanted, Prefix)
    return [t for t in tokens if wanted.text <= t.text < wanted.past and t.shared < len(wanted.text)]


@SLOW_AT_FIRST
@given(name=NAMES, address=ADDRESSES, data=st.data())
def test_every_beginning_of_a_name_finds_its_resident_once(name: str, address: str, data: st.DataObject) -> None:
    """From the start of the name or of what follows any character of it."""
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))

    found = finding(tokens_of(name, address), read(name[start:end], By.NAME, TODAY))

    assert len(found) == 1
    assert found[0].text.startswith(NAME)


@SLOW_AT_FIRST
@given(name=NAMES, address=ADDRESSES, data=st.data())
def test_every_beginning_of_an_address_finds_its_resident_once(name: str, address: str, data: st.DataObject) -> None:
    """Also in the middle of a number, in digits or in words."""
    text = address[: data.draw(st.integers(1, len(address)))]

    found = finding(tokens_of(name, address), read(text, By.ADDRESS, TODAY))

    assert len(found) == 1, (text, tokens_of(name, address))


@given(numeral=st.text(st.sampled_from("零一二两三九十百"), min_size=1, max_size=7), data=st.data())
def test_a_number_begins_like_each_beginning_of_its_numeral(numeral: str, data: st.DataObject) -> None:
    """However oddly it is written."""
    beginning = numeral[: data.draw(st.integers(1, len(numeral)))]

    assert stored_address(numeral + "号").startswith(asked_address(beginning))


@pytest.mark.parametrize(
    ("numeral", "digits"),
    [("一", "1"), ("十", "10"), ("十二", "12"), ("二十", "20"), ("二十三", "23"), ("一百", "100"), ("一百零五", "105"),
     ("一百一十二", "112"), ("一百二十", "120"), ("二百五", "250"), ("五〇一", "501"), ("两", "2")],
)  # fmt: skip
def test_numerals(numeral: str, digits: str) -> None:
    """As people number houses."""
    assert number(numeral) == digits


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("山水社区 3 幢 2 单元 501", "山水社区3幢2单元501"),
        ("山水社区三幢二单元五〇一室", "山水社区3幢2单元501室"),
        ("山水社区－３幢，２单元（501）", "山水社区3幢2单元501"),
        ("长兰村十二号", "长兰村12号"),
    ],
)
def test_addresses_have_one_form(written: str, form: str) -> None:
    """Digits and Chinese numerals alike, whatever stands between."""
    assert stored_address(written) == form


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("王小明", {"wxm"}),
        ("单雄信", {"dxx", "sxx"}),
        ("曾国", {"cg", "zg"}),
        ("仇英", {"cy", "qy"}),
        ("解缙", {"jj", "xj"}),
        ("查良镛", {"cly", "zly"}),
        ("尉迟恭", {"wcg", "ycg"}),
        ("阿依·买买提", {"aymmt"}),
    ],
)
def test_surnames_are_read_both_ways(name: str, initials: set[str]) -> None:
    """单 is shan in a name; whoever reads it dan finds it too."""
    assert {t.text[1:] for t in tokens_of(name, "") if t.text.startswith(INITIALS)} == initials


def test_a_token_that_begins_another_is_left_out() -> None:
    """王丽丽 is found by 丽 and by 丽丽, and once."""
    tokens = [t for t in tokens_of("王丽丽", "") if t.text.startswith(NAME)]

    assert [(t.text, t.shared) for t in tokens] == [("n丽丽", 0), ("n王丽丽", 1)]


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("小明", By.NAME), ("王村", By.NAME), ("阿依·买买提", By.NAME), ("wxm", By.INITIALS), ("WXM", By.INITIALS),
        (WANG_NUMBER, By.DOCUMENT), ("11010519491231002x", By.DOCUMENT), ("E12345678", By.DOCUMENT),
        ("13800000001", By.PHONE), ("+86 138 0000 0001", By.PHONE), ("0001", By.PHONE), ("０００１", By.PHONE),
        ("3幢", By.ADDRESS), ("三幢", By.ADDRESS), ("山水社区", By.ADDRESS), ("长兰新村", By.ADDRESS),
        ("12号", By.ADDRESS),
    ],
)  # fmt: skip
def test_the_form_tells_what_is_looked_for(text: str, by: By) -> None:
    """Unless somebody says it."""
    assert kind_of(unicodedata.normalize("NFKC", text), None) is by


@pytest.mark.parametrize(
    ("text", "by", "code", "path"),
    [
        ("", None, "SearchEmpty", "search"),
        ("   ", None, "SearchEmpty", "search"),
        ("1", None, "NumberNotWhole", "search"),
        ("12345", None, "NumberNotWhole", "search"),
        ("3301991990", None, "NumberNotWhole", "search"),
        ("王\x00", None, "SearchUnreadable", "search"),
        ("%", None, "SearchUnreadable", "search"),
        ("_", None, "SearchUnreadable", "search"),
        ("。，", "NAME", "SearchUnreadable", "search"),
        ("王" * 65, None, "SearchTooLong", "search"),
        ("王小明", "INITIALS", "InitialsMalformed", "search"),
        ("w%", "INITIALS", "InitialsMalformed", "search"),
        ("138", "PHONE", "NumberNotWhole", "search"),
        ("12800000001", "PHONE", "PhoneMalformed", "search"),
        ("王小明", "DOCUMENT", "NumberNotWhole", "search"),
        ("330199199005011010", None, "NationalIdChecksumWrong", "search"),
        (national_id("19900230", 101), None, "NationalIdDateImpossible", "search"),
        ("王小明", "AGE", "ByUnknown", "search"),
    ],
)
def test_what_cannot_be_searched(text: str, by: str | None, code: str, path: str) -> None:
    """Each broken rule has its own code and names the field."""
    with pytest.raises(Problem) as refused:
        read(text, by, TODAY)

    assert (refused.value.code, refused.value.path) == (code, (path,))


def test_numbers_are_whole_or_a_phones_last_four() -> None:
    """Full-width digits and a small x are what people type."""
    assert read("１３８ 0000 0001", None, TODAY) == WholePhone("13800000001")
    assert read("0001", None, TODAY) == PhoneTail("0001")
    assert read("11010519491231002x", None, TODAY) == WholeDocument(((NATIONAL_ID, "11010519491231002X"),))
    assert read("e12345678", None, TODAY) == WholeDocument((("PASSPORT", "E12345678"), ("TRAVEL_PERMIT", "E12345678")))


@given(born=st.dates(date(1900, 1, 1), TODAY), serial=st.integers(0, 999))
def test_documents_are_taken_as_people_type_them(born: date, serial: int) -> None:
    """Full-width digits, spaces and a small x give the one stored form."""
    whole = national_id(born.strftime("%Y%m%d"), serial)
    typed = whole.lower().translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})

    assert check_document(NATIONAL_ID, f" {typed[:6]} {typed[6:]} ", TODAY).number == whole
    assert standards.birth_date(whole) == born


@given(born=st.dates(date(1900, 1, 1), TODAY), place=st.integers(6, 16), by=st.integers(1, 9))
def test_one_wrong_digit_is_seen(born: date, place: int, by: int) -> None:
    """The check character finds every single error; a date that cannot be has its own name."""
    whole = national_id(born.strftime("%Y%m%d"), 101)
    wrong = whole[:place] + str((int(whole[place]) + by) % 10) + whole[place + 1 :]

    with pytest.raises(Problem) as refused:
        check_document(NATIONAL_ID, wrong, TODAY)

    assert refused.value.code in {"NationalIdChecksumWrong", "NationalIdDateImpossible", "NationalIdBirthInFuture"}


@given(year=st.integers(1900, 2019), month=st.integers(0, 19), day=st.integers(0, 39), serial=st.integers(0, 999))
def test_a_date_that_cannot_be_is_refused(year: int, month: int, day: int, serial: int) -> None:
    """Whatever the check character says."""
    number_ = national_id(f"{year}{month:02d}{day:02d}", serial)
    try:
        date(year, month, day)
    except ValueError:
        with pytest.raises(Problem) as refused:
            check_document(NATIONAL_ID, number_, TODAY)
        assert refused.value.code == "NationalIdDateImpossible"
    else:
        assert check_document(NATIONAL_ID, number_, TODAY).number == number_


def test_tokens_are_of_three_kinds() -> None:
    """Wang is found by these."""
    texts = {t.text for t in tokens_of("王小明", "山水社区 3 幢 2 单元 501")}

    assert texts == {
        *(NAME + t for t in ("王小明", "小明", "明")),
        INITIALS + "wxm",
        *(ADDRESS + t for t in ("山水社区3幢2单元501", "3幢2单元501", "2单元501", "501")),
    }
