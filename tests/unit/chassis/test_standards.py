"""Numbers that national standards define, by their vectors."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import standards
from chassis.errors import Problem

TODAY = date(2020, 1, 28)


def code_of(call: object, *arguments: object, **named: object) -> str:
    """Return the code of the problem a call raises."""
    with pytest.raises(Problem) as caught:
        call(*arguments, **named)  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        (" 110105 19491231 002X ", "11010519491231002X"),
        ("330199199005011011", "330199199005011011"),
    ],
)
def test_national_id_is_stored_in_one_form(typed: str, stored: str) -> None:
    """GB 11643; lower case, spaces and full-width digits are accepted."""
    assert standards.national_id(typed, today=TODAY) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("330199199005011012", "NationalIdChecksumWrong"),
        ("3301991990050110", "NationalIdMalformed"),
        ("33019919900501101A", "NationalIdMalformed"),
        ("", "NationalIdMalformed"),
        ("110105194913310027", "NationalIdDateImpossible"),
        ("330199203005011010", "NationalIdBirthInFuture"),
    ],
)
def test_impossible_national_id_is_refused(typed: str, code: str) -> None:
    """Each rule has its own refusal."""
    digits = typed if code == "NationalIdMalformed" or code.endswith("Wrong") else typed[:17] + check(typed[:17])

    assert code_of(standards.national_id, digits, today=TODAY) == code


def check(digits: str) -> str:
    """Return the check character of GB 11643."""
    return standards.NATIONAL_ID_CHECKS[
        sum(int(d) * w for d, w in zip(digits, standards.NATIONAL_ID_WEIGHTS, strict=True)) % 11
    ]


@given(st.text(alphabet="0123456789Xx -", max_size=24))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    """Nothing but a problem comes out of bad input."""
    try:
        number = standards.national_id(text, today=TODAY)
    except Problem:
        return

    assert len(number) == 18


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600037341L", "91330111MA2GRD001J"])
def test_credit_code_is_accepted(code: str) -> None:
    """GB 32100 vectors."""
    assert standards.credit_code(code.lower()) == code


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("91350100M000100Y4Z", "CreditCodeMalformed"),
        ("91350100M000100Y44", "CreditCodeChecksumWrong"),
        ("9", "CreditCodeMalformed"),
    ],
)
def test_bad_credit_code_is_refused(code: str, problem: str) -> None:
    """Z is not in the alphabet; a wrong check character is its own refusal."""
    assert code_of(standards.credit_code, code) == problem


@pytest.mark.parametrize(
    "typed", ["13800000001", "+86 138 0000 0001", "１３８００００００01", "138-0000-0001", "86 13800000001"]
)
def test_phone_is_stored_as_eleven_digits(typed: str) -> None:
    """Prefix, spaces and full-width digits are accepted."""
    assert standards.phone(typed) == "13800000001"


@pytest.mark.parametrize("typed", ["12800000001", "1380000000", "", "abc", "+1 202 555 0123"])
def test_bad_phone_is_refused(typed: str) -> None:
    """Mainland mobiles are 1[3-9] and nine digits."""
    assert code_of(standards.phone, typed) == "PhoneMalformed"


@pytest.mark.parametrize("typed", ["浙A12345", "浙ad12345", "浙A·12345"])
def test_plate_is_accepted(typed: str) -> None:
    """Province, letter, 5 or 6 characters."""
    assert standards.plate(typed).startswith("浙A")


@pytest.mark.parametrize("typed", ["A12345", "浙12345", "浙A123", ""])
def test_bad_plate_is_refused(typed: str) -> None:
    """Anything else is no plate."""
    assert code_of(standards.plate, typed) == "PlateMalformed"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("330111000000", "330111"),
        ("330111004000", "330111004"),
        ("330111004002", "330111004002"),
        ("330111004002001", "330111004002001"),
    ],
)
def test_division_code_is_stored_at_its_level(typed: str, stored: str) -> None:
    """Official lists pad towns and districts with zeros."""
    assert standards.division_code(typed) == stored


@pytest.mark.parametrize("typed", ["33011", "33011a", "", "3301110040020011"])
def test_bad_division_code_is_refused(typed: str) -> None:
    """Codes have 6, 9, 12 or 15 digits."""
    assert code_of(standards.division_code, typed) == "DivisionCodeMalformed"


@pytest.mark.parametrize("value", [34.0, 36.6, 37.3, 43.0])
def test_temperature_in_range_is_accepted(value: float) -> None:
    """Both ends belong to the range."""
    assert standards.temperature(value) == value


@pytest.mark.parametrize("value", [33.9, 43.1, 36.65, 0.0, 366.0, float("nan")])
def test_temperature_out_of_range_is_refused(value: float) -> None:
    """34.0 to 43.0, one decimal."""
    assert code_of(standards.temperature, value) == "TemperatureOutOfRange"


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [("PASSPORT", "!", "DocumentNumberMalformed"), ("LIBRARY_CARD", "1", "DocumentKindUnknown")],
)
def test_other_documents_have_forms_too(kind: str, number: str, code: str) -> None:
    """An unknown kind and a bad number are told apart."""
    assert code_of(standards.document_number, kind, number, today=TODAY) == code


def test_numbers_and_names_are_masked() -> None:
    """What is shown by default."""
    assert standards.mask_document("330199199005011011") == "330199********1011"
    assert standards.mask_phone("13800000001") == "138****0001"
    assert standards.mask_name("王小明") == "王**"


def test_prefixes_are_the_levels_of_a_code() -> None:
    """From the district down to the grid."""
    assert standards.prefixes("330111004002001") == ["330111", "330111004", "330111004002", "330111004002001"]
    assert standards.prefixes("330111004") == ["330111", "330111004"]
