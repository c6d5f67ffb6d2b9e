"""Bad input through the gateway: its own code, the field, the rule, in both languages, and nothing half-written."""

import time
from typing import Any
from uuid import uuid4

import pytest
from joserfc.jwk import OKPKey

from chassis.auth import TokenSigner
from infra.story.cast import WANG_ID, Cast
from infra.story.client import Person
from infra.story.work import application

Refusal = tuple[str, str, dict[str, Any], str, list[str]]

RETURNEE = {
    "person": {"nationalId": "33019919880715225X", "name": "施小航", "phone": "13800000012"},
    "originCode": "330300",
    "arrivesOn": "2020-01-28",
    "transport": {"kind": "TRAIN", "number": "G7333"},
    "destination": {"gridCode": "330111004002001", "address": "山水社区 3 幢 2 单元 501"},
}
REGION = {"code": "330300", "level": "HIGH", "validFrom": "2020-01-20", "validTo": None}
SCAN = {
    "deviceId": "gate-330111004002-1",
    "direction": "ENTRY",
    "occurredAt": "2020-01-28T16:00:00+08:00",
    "temperatureC": 36.5,
    "person": {"nationalId": WANG_ID, "name": "王小明"},
    "originCode": "330111",
}


def person(**change: str) -> dict[str, Any]:
    """Return a returnee with another number, name or phone."""
    return {**RETURNEE, "person": {**RETURNEE["person"], **change}}  # type: ignore[dict-item]


REFUSALS: list[tuple[str, str, dict[str, Any], str, list[str]]] = [
    (
        "worker",
        "RegisterReturnee",
        person(nationalId="330199199005011012"),
        "NationalIdChecksumWrong",
        ["person", "nationalId"],
    ),
    ("worker", "RegisterReturnee", person(nationalId="3301991990"), "NationalIdMalformed", ["person", "nationalId"]),
    (
        "worker",
        "RegisterReturnee",
        person(nationalId="330199199002300010"),
        "NationalIdDateImpossible",
        ["person", "nationalId"],
    ),
    ("worker", "RegisterReturnee", person(phone="12345"), "PhoneMalformed", ["person", "phone"]),
    ("worker", "RegisterReturnee", {**RETURNEE, "originCode": "999999"}, "OriginUnknown", ["originCode"]),
    (
        "officer",
        "RegisterReturnee",
        {**RETURNEE, "destination": {"gridCode": "330111004002999", "address": "x"}},
        "DivisionUnknown",
        ["destination", "gridCode"],
    ),
    (
        "worker",
        "RegisterReturnee",
        {**RETURNEE, "destination": {"gridCode": "330111115011001", "address": "x"}},
        "OutOfScope",
        ["destination", "gridCode"],
    ),
    ("officer", "DeclareRiskRegion", {**REGION, "code": "999999"}, "OriginUnknown", ["code"]),
    ("worker", "DeclareRiskRegion", REGION, "RoleMayNot", []),
    ("guard", "RecordPassage", {**SCAN, "temperatureC": 50.1}, "TemperatureOutOfRange", ["temperatureC"]),
    ("guard", "RecordPassage", {**SCAN, "temperatureC": 36.55}, "TemperatureOutOfRange", ["temperatureC"]),
    (
        "guard",
        "RecordPassage",
        {**SCAN, "person": {"nationalId": "330199199005011012", "name": "王"}},
        "NationalIdChecksumWrong",
        ["person", "nationalId"],
    ),
    ("guard", "RecordPassage", {**SCAN, "originCode": "99"}, "OriginUnknown", ["originCode"]),
    ("guard", "RecordPassage", {**SCAN, "vehiclePlate": "A1"}, "PlateMalformed", ["vehiclePlate"]),
    ("agent", "SubmitResumption", {"creditCode": "91330111MA2GRD001K"}, "CreditCodeChecksumWrong", ["creditCode"]),
]
PAYLOADS = {
    "RegisterReturnee": "returneeRegister",
    "DeclareRiskRegion": "riskRegionDeclare",
    "RecordPassage": "passageRecord",
    "SubmitResumption": "resumptionApplicationSubmit",
}


def in_language(someone: Person, language: str) -> Person:
    """Return the same person with a client in another language."""
    return Person(someone.name, someone.http, someone.headers | {"Accept-Language": language}, someone.texts)


def whole(cast: Cast, operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """Complete an input with what is not on trial."""
    if operation == "RecordPassage":
        cast.sequence += 1
        given = {"checkpointId": cast.checkpoint, "deviceSequence": cast.sequence, **given}
    if operation == "SubmitResumption":
        given = application("x") | given
    return {**given, "idempotencyKey": str(uuid4())}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda r: f"{r[1]}-{r[3]}-{'.'.join(r[4])}")
async def test_bad_input_is_refused_with_field_and_rule(wang_at_home: Cast, refusal: Refusal) -> None:
    """The same code in both languages, a message in each, the path of the field."""
    who, operation, given, code, path = refusal
    someone: Person = getattr(wang_at_home, who)
    said = []
    for language in ("en", "zh-CN"):
        answer = await in_language(someone, language).do(operation, input=whole(wang_at_home, operation, given))
        payload = answer.data[PAYLOADS[operation]]
        [error] = payload.pop("userErrors")
        assert list(payload.values()) == [None]
        assert (error["code"], error["path"] or []) == (code, path)
        said.append(error["message"])

    assert said[0].isascii() or code == "DivisionUnknown"
    assert any("\u4e00" <= c <= "\u9fff" for c in said[1])


async def test_unknown_checkpoint_is_refused(wang_at_home: Cast) -> None:
    """A checkpoint that is not the guard's, or nobody's, is unknown to the guard."""
    given = whole(wang_at_home, "RecordPassage", SCAN) | {"checkpointId": unknown("Checkpoint")}

    answer = await wang_at_home.guard.do("RecordPassage", input=given)

    [error] = answer.data["passageRecord"]["userErrors"]
    assert (error["code"], error["path"]) == ("CheckpointUnknown", ["checkpointId"])


def unknown(type_name: str) -> str:
    """Return a well-formed global id of nothing."""
    from gateway.shared.ids import encode

    return encode(type_name, str(uuid4()))


async def test_same_key_with_another_body_is_refused_and_nothing_is_written(wang_at_home: Cast) -> None:
    """The first answer stands; the second request leaves no trace."""
    key = str(uuid4())
    first = await wang_at_home.officer.do("DeclareRiskRegion", input=REGION | {"code": "420100", "idempotencyKey": key})
    again = await wang_at_home.officer.do("DeclareRiskRegion", input=REGION | {"code": "420100", "idempotencyKey": key})
    other = await wang_at_home.officer.do("DeclareRiskRegion", input=REGION | {"code": "420200", "idempotencyKey": key})

    assert first.data == again.data
    [error] = other.data["riskRegionDeclare"]["userErrors"]
    assert (error["code"], error["path"]) == ("IdempotencyKeyReused", ["idempotencyKey"])
    regions = await wang_at_home.officer.send('{ riskRegions(scope: "420200", first: 10) { nodes { code } } }')
    assert [n["code"] for n in (regions.data.get("riskRegions") or {"nodes": []})["nodes"]] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lifetime_s": -60}, "TokenExpired"),
        ({"audience": "another"}, "TokenForAnotherAudience"),
        ({"issuer": "https://elsewhere.example"}, "TokenInvalid"),
        ({"key": OKPKey.generate_key("Ed25519", auto_kid=True)}, "TokenInvalid"),
        (None, "TokenMissing"),
    ],
)
async def test_bad_tokens_are_refused(wang_at_home: Cast, change: dict[str, Any] | None, code: str) -> None:
    """401 with a code and a message of its own, in both languages."""
    headers = {} if change is None else {"Authorization": f"Bearer {bad_token(wang_at_home, change)}"}
    messages = set()
    for language in ("en", "zh"):
        response = await wang_at_home.stage.http.post(
            "/graphql", json={"query": "{ viewer { name } }"}, headers=headers | {"Accept-Language": language}
        )
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        [error] = response.json()["errors"]
        assert error["extensions"]["code"] == code
        messages.add(error["message"])

    assert len(messages) == 2


def bad_token(cast: Cast, change: dict[str, Any]) -> str:
    """Sign a token that is right but for one thing."""
    from infra.processes import issuer_environment
    from infra.tokens import open_issuer

    district = cast.stage.district
    issuer = open_issuer(issuer_environment(district.outer, district.layout, district.vault, district.addresses))
    right = issuer.signer()
    signer = TokenSigner(change.get("issuer", right.issuer), change.get("key", right.key))
    claims = {"sub": "x", "name": "x", "role": "district_officer", "district_code": "330111", "scopes": ["330111"]}
    return signer.sign(
        claims,
        audience=change.get("audience", "gridweave"),
        lifetime_s=change.get("lifetime_s", int(time.time()) % 60 + 60),
    )


@pytest.mark.parametrize(
    ("content", "refusals"),
    [
        ("name,phone\n王,1\n", None),
        (
            "name,national_id,phone,origin_code,arrives_on,transport,destination_grid_code,address\n"
            "王,330199199005011012,13800000001,330300,2020-01-28,CAR,330111004002001,x\n"
            "王,330199199005011011,13800000001,330300,yesterday,CAR,330111004002001,x\n"
            "王,330199199005011011\n"
            "王,330199199005011011,13800000001,330300,2020-01-28,CAR,330111004002001,x,y,z\n",
            ["NationalIdChecksumWrong", "ArrivalDayMalformed", "RowMalformed", "RowMalformed"],
        ),
    ],
)
async def test_malformed_rows_are_accounted_for(wang_at_home: Cast, content: str, refusals: list[str] | None) -> None:
    """Each bad row has a line and a code; a list without its columns fails whole, and says so."""
    upload = await wang_at_home.officer.upload(content, str(uuid4()))
    assert upload.status == 202

    async def ended() -> Any:
        answer = await wang_at_home.officer.do("ImportReport", id=upload.data["id"])
        report = answer.data["returneeListImport"]
        return report if report["status"] in {"DONE", "FAILED"} else None

    report = await wang_at_home.stage.until("the import ends", ended)
    codes = [node["code"] for node in report["refusals"]["nodes"]]
    assert report["rowsRead"] == report["rowsStored"] + report["rowsRefused"]
    if refusals is None:
        assert report["status"] == "FAILED"
        assert codes
    else:
        assert (report["status"], codes) == ("DONE", refusals)


async def test_garbage_is_answered_in_bounded_time(wang_at_home: Cast) -> None:
    """No JSON, no document, too deep, too large: refused, never a 5xx."""
    headers = wang_at_home.officer.headers | {"Content-Type": "application/json"}
    deep = '{ division(code: "330111") ' + "{ parent " * 60 + "{ code }" + " }" * 60 + " }"
    for content in (b"", b"{", b"[]", b'{"query": 7}', b'{"query": "{"}', b'{"query": "' + b"x" * 2_000_000 + b'"}'):
        response = await wang_at_home.stage.http.post("/graphql", content=content, headers=headers)
        assert 400 <= response.status_code < 500, (content[:20], response.text[:200])
    answer = await wang_at_home.stage.http.post("/graphql", json={"query": deep}, headers=wang_at_home.officer.headers)
    assert answer.json().get("errors")
