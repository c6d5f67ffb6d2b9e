"""Reading a scan: every field that can be wrong, with the code and the path that a client gets."""

from datetime import datetime, timedelta

import msgspec
import pytest

from chassis.errors import Problem
from services.checkpoints.passages.scan import Scan, SingleBody, fault, read_device, read_scan

NOW = datetime.fromisoformat("2020-01-28T15:10:00+08:00")
BODY = {
    "checkpoint_id": "01977d5e-0000-7000-8000-000000000001",
    "device_id": "gate-330111004002-1",
    "device_sequence": 1,
    "direction": "ENTRY",
    "occurred_at": "2020-01-28T15:04:05+08:00",
    "temperature_c": 36.6,
    "person": {"national_id": "330199199005011011", "name": "王小明"},
    "origin_code": "330300",
}


def scan(**changes: object) -> Scan:
    """Read the contract's scan with some fields changed."""
    body = msgspec.json.decode(msgspec.json.encode({**BODY, **changes}), type=SingleBody)
    return read_scan(body, device_id=read_device(body.device_id), district_code="330111", now=NOW)


def test_a_scan_of_the_contract_is_read() -> None:
    """What is not given has its ordinary value."""
    read = scan()

    assert (read.document.kind, read.document.number) == ("NATIONAL_ID", "330199199005011011")
    assert (read.companions, read.emergency, read.vehicle_plate) == (0, False, None)


@pytest.mark.parametrize(
    ("person", "kind", "number"),
    [
        ({"national_id": "11010519491231002x"}, "NATIONAL_ID", "11010519491231002X"),
        ({"document_kind": "passport", "document_number": "e 1234 5678"}, "PASSPORT", "E12345678"),
        (
            {"document_kind": "NATIONAL_ID", "document_number": "330199199005011011"},
            "NATIONAL_ID",
            "330199199005011011",
        ),
        ({"pass_token": "abc"}, "PASS_TOKEN", "abc"),
    ],
)
def test_documents_are_normalized(person: dict[str, str], kind: str, number: str) -> None:
    """One person has one key, however the number was typed."""
    read = scan(person=person)

    assert (read.document.kind, read.document.number) == (kind, number)


WRONG: list[tuple[dict[str, object], str, tuple[str, ...]]] = [
    ({"person": {"national_id": "330199199005011012"}}, "NationalIdChecksumWrong", ("person", "national_id")),
    ({"person": {"national_id": "3301991990050110"}}, "NationalIdMalformed", ("person", "national_id")),
    ({"person": {"national_id": "330199209205011012"}}, "NationalIdBirthInFuture", ("person", "national_id")),
    ({"person": {"name": "王小明"}}, "PersonDocumentRequired", ("person",)),
    ({"person": {"national_id": "330199199005011011", "pass_token": "t"}}, "PersonDocumentRequired", ("person",)),
    ({"person": {"document_number": "E12345678"}}, "PersonDocumentRequired", ("person",)),
    (
        {"person": {"document_kind": "LIBRARY_CARD", "document_number": "1"}},
        "DocumentKindUnknown",
        ("person", "document_kind"),
    ),
    (
        {"person": {"document_kind": "PASSPORT", "document_number": "1"}},
        "DocumentNumberMalformed",
        ("person", "document_number"),
    ),
    ({"person": {"pass_token": ""}}, "FieldMalformed", ("person", "pass_token")),
    ({"person": {"pass_token": "x" * 4_001}}, "FieldMalformed", ("person", "pass_token")),
    ({"person": {"national_id": "330199199005011011", "name": "a\u0000b"}}, "FieldMalformed", ("person", "name")),
    ({"temperature_c": 33.9}, "TemperatureOutOfRange", ("temperature_c",)),
    ({"temperature_c": 43.1}, "TemperatureOutOfRange", ("temperature_c",)),
    ({"temperature_c": 36.65}, "TemperatureOutOfRange", ("temperature_c",)),
    ({"recheck_temperature_c": 50}, "TemperatureOutOfRange", ("recheck_temperature_c",)),
    ({"origin_code": "990300"}, "OriginUnknown", ("origin_code",)),
    ({"origin_code": "3303"}, "OriginUnknown", ("origin_code",)),
    ({"destination_division_code": "12"}, "DivisionCodeMalformed", ("destination_division_code",)),
    ({"vehicle_plate": "A12345"}, "PlateMalformed", ("vehicle_plate",)),
    ({"companions": -1}, "CompanionsOutOfRange", ("companions",)),
    ({"companions": 21}, "CompanionsOutOfRange", ("companions",)),
    ({"occurred_at": (NOW + timedelta(minutes=5, seconds=1)).isoformat()}, "OccurredInFuture", ("occurred_at",)),
    ({"device_id": "gate 1"}, "FieldMalformed", ("device_id",)),
    ({"device_id": ""}, "FieldMalformed", ("device_id",)),
    ({"reason": "x" * 201}, "FieldMalformed", ("reason",)),
]


@pytest.mark.parametrize(
    ("changes", "code", "path"), WRONG, ids=[f"{c[1]} {'.'.join(c[2])} {i}" for i, c in enumerate(WRONG)]
)
def test_what_is_wrong_is_named(changes: dict[str, object], code: str, path: tuple[str, ...]) -> None:
    """The first fault is refused with its code and the path of its field."""
    with pytest.raises(Problem) as refused:
        scan(**changes)

    assert (refused.value.code, refused.value.path) == (code, path)
    assert refused.value.message("zh") != refused.value.message("en")


@pytest.mark.parametrize(
    "changes",
    [
        {"occurred_at": (NOW + timedelta(minutes=5)).isoformat()},
        {"companions": 20},
        {"temperature_c": 34.0},
        {"temperature_c": 43},
        {"vehicle_plate": "浙A12345"},
        {"origin_code": None, "companions": None, "emergency": None},
    ],
)
def test_the_last_allowed_value_is_allowed(changes: dict[str, object]) -> None:
    """Limits belong to what is allowed."""
    scan(**changes)


@pytest.mark.parametrize(
    ("content", "code", "path"),
    [
        (b"{", "FieldMalformed", ("body",)),
        (b"\xff", "FieldMalformed", ("body",)),
        (b"[]", "FieldMalformed", ("body",)),
        (b"{}", "FieldMissing", ("checkpoint_id",)),
        (msgspec.json.encode({**BODY, "extra": 1}), "FieldMalformed", ("body",)),
        (msgspec.json.encode({**BODY, "temperature_c": "36.6"}), "FieldMalformed", ("temperature_c",)),
        (msgspec.json.encode({**BODY, "direction": "UP"}), "FieldMalformed", ("direction",)),
        (msgspec.json.encode({**BODY, "occurred_at": "2020-01-28T15:04:05"}), "FieldMalformed", ("occurred_at",)),
        (msgspec.json.encode({**BODY, "device_sequence": -1}), "FieldMalformed", ("device_sequence",)),
        (msgspec.json.encode({**BODY, "person": {"name": 1}}), "FieldMalformed", ("person", "name")),
    ],
)
def test_a_body_without_form_is_named(content: bytes, code: str, path: tuple[str, ...]) -> None:
    """What is wrong with the form of a body is told by field as well."""
    with pytest.raises(Problem) as refused:
        decode(content)
    problem = refused.value

    assert (problem.code, problem.path) == (code, path)


def decode(content: bytes) -> SingleBody:
    """Decode a body as the route does."""
    try:
        return msgspec.json.decode(content, type=SingleBody)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise fault(error) from None


def test_one_scan_has_one_content() -> None:
    """The same instant in another zone and a number typed in another way are the same scan."""
    same = scan(occurred_at="2020-01-28T07:04:05Z", person={"national_id": "330199 19900501 1011", "name": " 王小明 "})

    assert same.canonical() == scan().canonical()
    assert scan(temperature_c=36.7).canonical() != scan().canonical()
