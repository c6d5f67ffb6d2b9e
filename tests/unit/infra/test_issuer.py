"""The token issuer: claims of seeded personas, keys, and what it refuses."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from chassis.auth import ALGORITHM, StepUpRequired, TokenVerifier
from infra.children import ROOT
from infra.issuer import create_app
from infra.tokens import Issuer, IssuerSettings, UnknownPersona
from infra.vault import make_signing_key

BASE = "http://127.0.0.1:8104"
GRID = "330111004002001"
WORKER = {
    "persona": "grid_worker",
    "sub": "w1",
    "name": "俞丽华",
    "role": "grid_worker",
    "scopes": [GRID],
    "person": None,
}


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    """Return an issuer with one persona."""
    file = tmp_path / "personas.json"
    file.write_text(json.dumps([WORKER]))
    return Issuer(IssuerSettings(make_signing_key(), BASE, 8104, file, "330111"))


@pytest.fixture
async def http(issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the issuer."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(issuer)), base_url=BASE) as client:
        yield client


async def test_token_is_what_the_gateway_accepts(http: httpx.AsyncClient) -> None:
    """Whoever knows the published keys reads the persona's grants from its token."""
    token = (await http.post("/token", json={"persona": "grid_worker"})).json()
    keys = KeySet.import_key_set((await http.get("/jwks")).json())

    viewer = TokenVerifier(BASE, "gridweave", keys).verify(token["access_token"])

    assert (viewer.subject, viewer.role, viewer.scopes) == ("w1", "grid_worker", (GRID,))
    assert viewer.district_code == "330111"
    claims = jwt.decode(token["access_token"], keys, algorithms=[ALGORITHM]).claims
    assert claims["exp"] - claims["iat"] == token["expires_in"]


async def test_unknown_persona_is_told_who_there_is(http: httpx.AsyncClient, issuer: Issuer) -> None:
    """A typing mistake is answered with the list."""
    response = await http.post("/token", json={"persona": "grid_wroker"}, headers={"Accept-Language": "zh-CN"})

    assert response.status_code == 404
    assert response.json()["code"] == "PersonaUnknown"
    assert "grid_worker" in response.json()["detail"]
    with pytest.raises(UnknownPersona, match="there are: grid_worker"):
        issuer.token("grid_wroker")


async def test_request_without_persona_is_refused(http: httpx.AsyncClient) -> None:
    """The message names the field."""
    response = await http.post("/token", json={})

    assert response.status_code == 422
    assert response.json()["code"] == "FieldMissing"


async def test_published_documents_hold_no_secret(http: httpx.AsyncClient) -> None:
    """Discovery points at the keys; keys are public halves; the list shows no person."""
    discovery = (await http.get("/.well-known/openid-configuration")).json()
    keys = (await http.get("/jwks")).json()["keys"]
    personas = (await http.get("/personas")).json()

    assert discovery["issuer"] == BASE
    assert discovery["jwks_uri"] == f"{BASE}/jwks"
    assert all("d" not in key for key in keys)
    assert personas == [{"persona": "grid_worker", "name": "俞丽华", "role": "grid_worker", "scopes": [GRID]}]
    assert (await http.get("/livez")).status_code == 200
    assert (await http.get("/readyz")).status_code == 200


def test_it_refuses_to_start_in_production(issuer: Issuer) -> None:
    """PRODUCTION=1 needs an issuer of one's own."""
    given = issuer.given
    environment = {
        "PRODUCTION": "1",
        "ISSUER_PRIVATE_KEY": given.issuer_private_key,
        "ISSUER_URL": BASE,
        "ISSUER_PORT": "8104",
        "PERSONAS_FILE": str(given.personas_file),
        "DISTRICT_CODE": "330111",
    }

    done = subprocess.run(
        [sys.executable, "-m", "infra.issuer", "serve"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "PRODUCTION=1" in done.stderr


def test_token_before_the_first_up_says_what_to_do(tmp_path: Path) -> None:
    """Without a seeded district there is nobody to speak for."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.issuer", "token", "grid_worker"],
        cwd=ROOT, env={"GRIDWEAVE_DATA": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert done.stderr == "there are no personas yet: run `make up` first\n"


async def test_a_stepped_up_token_says_so(http: httpx.AsyncClient) -> None:
    """As after a second factor: when, and by what; any other token has nothing of it."""
    keys = KeySet.import_key_set((await http.get("/jwks")).json())
    plain = (await http.post("/token", json={"persona": "grid_worker"})).json()
    stepped = (await http.post("/token", json={"persona": "grid_worker", "step_up": True})).json()

    viewers = [TokenVerifier(BASE, "gridweave", keys).verify(t["access_token"]) for t in (plain, stepped)]

    viewers[1].require_step_up()
    with pytest.raises(StepUpRequired):
        viewers[0].require_step_up()
