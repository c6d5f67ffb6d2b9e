"""What makes a person of the roster: every rule with its field."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.errors import Problem
from services.residents.roster.model import (
    Document,
    Sex,
    check_address,
    check_name,
    check_person,
    name_initials,
    sex_of,
)

TODAY = date(2020, 1, 28)
NUMBER = "11010519491231002X"
GUARDIAN = UUID("016f0000-0000-7000-8000-000000000011")


def test_a_person_with_a_national_id() -> None:
    """Birth date and sex are the number's, whatever else was said of sex."""
    person = check_person(
        name=" 王　小明 ", today=TODAY, document_number=NUMBER.lower(), phone="+86 138-0000-0001", sex=Sex.MALE
    )

    assert person.document == Document("NATIONAL_ID", NUMBER)
    assert (person.name, person.phone) == ("王 小明", "13800000001")
    assert (person.sex, person.birth_on) == (Sex.FEMALE, date(1949, 12, 31))


def test_a_child_without_document() -> None:
    """Guardian, name and birth date are enough."""
    person = check_person(name="王乐", today=TODAY, birth_on=date(2019, 6, 1), guardian_id=GUARDIAN)

    assert (person.document, person.guardian_id, person.sex) == (None, GUARDIAN, Sex.UNKNOWN)


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({}, "GuardianRequired", ("guardian_id",)),
        ({"guardian_id": GUARDIAN}, "GuardianRequired", ("birth_on",)),
        ({"guardian_id": GUARDIAN, "birth_on": date(2020, 1, 29)}, "BirthInFuture", ("birth_on",)),
        ({"document_number": NUMBER, "birth_on": date(1950, 1, 1)}, "BirthContradictsDocument", ("birth_on",)),
        ({"document_number": "110105194912310021"}, "NationalIdChecksumWrong", ("national_id",)),
        ({"document_number": NUMBER, "phone": "123"}, "PhoneMalformed", ("phone",)),
        ({"document_number": NUMBER, "name": ""}, "NameMalformed", ("name",)),
    ],
)
def test_broken_rules(values: dict[str, Any], code: str, path: tuple[str, ...]) -> None:
    """Each rule has its code and names its field."""
    given: dict[str, Any] = {"name": "王乐", "today": TODAY, **values}

    with pytest.raises(Problem) as refused:
        check_person(**given)

    assert (refused.value.code, refused.value.path) == (code, path)


@pytest.mark.parametrize("name", ["", " ", "王1", "a" * 61, "王\x00", "<b>"])
def test_what_is_no_name(name: str) -> None:
    """No digits, no markup, no control characters, at most 60 characters."""
    with pytest.raises(Problem) as refused:
        check_name(name)

    assert refused.value.code == "NameMalformed"


@pytest.mark.parametrize("name", ["王小明", "阿依古丽·买买提", "John Smith", "𠮷野"])
def test_what_is_a_name(name: str) -> None:
    """Names of every origin are names."""
    assert check_name(name) == name


@pytest.mark.parametrize("address", ["", "  ", "路" * 201, "a\x00"])
def test_what_is_no_address(address: str) -> None:
    """An address has something in it, and not too much."""
    with pytest.raises(Problem) as refused:
        check_address(address)

    assert refused.value.code == "AddressMalformed"


@pytest.mark.parametrize(
    ("name", "initials"), [("王小明", "wxm"), ("欧阳芳", "oyf"), ("John Smith", "johnsmith"), ("阿依·买买提", "aymmt")]
)
def test_initials(name: str, initials: str) -> None:
    """Search finds a Chinese name by the first letters of its pinyin."""
    assert name_initials(name) == initials


@pytest.mark.parametrize(("number", "sex"), [(NUMBER, Sex.FEMALE), ("330199199005011011", Sex.MALE)])
def test_the_seventeenth_digit_is_the_sex(number: str, sex: Sex) -> None:
    """Odd is male, even is female."""
    assert sex_of(number) is sex
