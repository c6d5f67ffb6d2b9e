"""The demo's token issuer: an OpenID provider that speaks for seeded personas, never in production.

python -m infra.issuer serve | token [PERSONA] [--step-up]
"""

import sys
from collections.abc import Mapping

import msgspec
from fastapi import Body, FastAPI, Response

from chassis import telemetry
from chassis.auth import ALGORITHM
from chassis.errors import NotFound
from chassis.server import run_server
from chassis.settings import process_environment
from chassis.web import NO_TELEMETRY, Front, add_handlers, add_health
from infra.addresses import load_addresses
from infra.control import running_addresses
from infra.layout import open_layout
from infra.processes import issuer_environment
from infra.tokens import LIFETIME_S, Issuer, UnknownPersona, open_issuer
from infra.trouble import Trouble, trouble_of
from infra.vault import open_vault

STEP_UP = "--step-up"
USAGE = f"usage: python -m infra.issuer serve | token [PERSONA] [{STEP_UP}]"


class PersonaUnknown(NotFound):
    """There is no persona {persona}. There are: {known}.
    没有演示人物 {persona}。可用的有：{known}。
    """


def create_app(issuer: Issuer) -> FastAPI:
    """Return the issuer's application."""
    app = FastAPI(title="issuer", docs_url=None, redoc_url=None, openapi_url=None, telemetry=NO_TELEMETRY)
    add_handlers(app)
    base = issuer.given.issuer_url

    @app.get("/.well-known/openid-configuration")
    async def configuration() -> dict[str, object]:
        return {
            "issuer": base,
            "jwks_uri": f"{base}/jwks",
            "token_endpoint": f"{base}/token",
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
        }

    @app.get("/jwks")
    async def jwks() -> dict[str, object]:
        return issuer.key_set()

    @app.get("/personas")
    async def personas() -> Response:
        shown = [{k: p.get(k) for k in ("persona", "name", "role", "scopes")} for p in issuer.personas().values()]
        return Response(msgspec.json.encode(shown), media_type="application/json")

    @app.post("/token")
    async def token(persona: str = Body(embed=True), step_up: bool = Body(False, embed=True)) -> dict[str, object]:
        try:
            access_token = issuer.stepped_up_token(persona) if step_up else issuer.token(persona)
        except UnknownPersona:
            raise PersonaUnknown(persona=persona[:40], known=", ".join(issuer.personas()), path=("persona",)) from None
        return {"access_token": access_token, "token_type": "Bearer", "expires_in": LIFETIME_S}

    async def ready() -> Mapping[str, bool]:
        return {"key": bool(issuer.given.issuer_private_key)}

    add_health(app, ready)
    return app


def serve() -> int:
    """Serve until told to stop; refuse in production, where an issuer of one's own is needed."""
    issuer = open_issuer(process_environment())
    given = issuer.given
    if given.production:
        print("the demo's issuer does not run with PRODUCTION=1; set OIDC_ISSUER and OIDC_JWKS_URL", file=sys.stderr)
        return 2
    telemetry.start(
        "issuer",
        trace_folder=given.trace_file,
        otlp_endpoint=given.otel_exporter_otlp_endpoint,
        sample_ratio=given.trace_sample_ratio,
    )
    run_server(Front(create_app(issuer), "issuer", trusted=False), "issuer", given.issuer_host, given.issuer_port)
    return 0


def print_token(persona: str, *, step_up: bool) -> int:
    """Print a persona's token; without a persona, who there is."""
    outer = process_environment()
    layout = open_layout(outer)
    if not layout.personas.exists():
        raise Trouble("there are no personas yet: run `make up` first")
    addresses = running_addresses(layout) or load_addresses(outer)
    issuer = open_issuer(issuer_environment(outer, layout, open_vault(layout), addresses))
    if issuer.given.production:
        raise Trouble("no demo tokens with PRODUCTION=1")
    if persona:
        print(issuer.stepped_up_token(persona) if step_up else issuer.token(persona))
        return 0
    print("usage: make token PERSONA=<name> [STEP_UP=1]", file=sys.stderr)
    for name, entry in issuer.personas().items():
        scopes = entry.get("scopes")
        listed = " ".join(str(s) for s in scopes) if isinstance(scopes, list) else ""
        print(f"  {name:20} {entry['name']}  {listed}", file=sys.stderr)
    return 2


def main(arguments: list[str]) -> int:
    """Run one command; return the exit code."""
    try:
        if arguments == ["serve"]:
            return serve()
        named = [argument for argument in arguments if argument != STEP_UP]
        if named[:1] == ["token"] and len(named) <= 2:
            return print_token("".join(named[1:]), step_up=STEP_UP in arguments)
        print(USAGE, file=sys.stderr)
    except (Trouble, UnknownPersona) as trouble:
        print(trouble, file=sys.stderr)
    except OSError as error:
        print(trouble_of(error), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
