"""GraphQL over HTTP without a server: media types, preflight, queries in a URL."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Problem
from gateway.serving.messages import accepted, check_preflight, from_json, from_query
from gateway.shared.problems import NothingAcceptable, PreflightRequired, RequestMalformed


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/graphql-response+json"),
        ("", "application/graphql-response+json"),
        ("*/*", "application/graphql-response+json"),
        ("application/*", "application/graphql-response+json"),
        ("application/json", "application/json"),
        ("text/html, application/json;q=0.9", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("text/event-stream", "text/event-stream"),
    ],
)
def test_media_type(accept: str | None, chosen: str) -> None:
    """The first that we speak."""
    assert accepted({} if accept is None else {"accept": accept}) == chosen


@pytest.mark.parametrize("accept", ["text/html", "application/json; charset=gbk", "image/*"])
def test_nothing_acceptable(accept: str) -> None:
    """Neither is it guessed."""
    with pytest.raises(NothingAcceptable):
        accepted({"accept": accept})


@pytest.mark.parametrize("name", ["authorization", "graphql-require-preflight", "apollo-require-preflight"])
def test_preflight(name: str) -> None:
    """A header that a foreign page cannot set without asking is enough."""
    check_preflight({name: "x"})
    with pytest.raises(PreflightRequired):
        check_preflight({"content-type": "text/plain", name: ""})


def test_query_in_a_url() -> None:
    """Variables are JSON."""
    request = from_query(b"query=%7B%20a%20%7D&variables=%7B%22a%22%3A1%7D&operationName=A")

    assert (request.query, request.variables, request.operation_name) == ("{ a }", {"a": 1}, "A")


@pytest.mark.parametrize("text", [b"", b"variables={}", b"query=a&variables=[]", b"query=a&variables={", b"\xff"])
def test_malformed_url(text: bytes) -> None:
    """Says what is wrong."""
    with pytest.raises(RequestMalformed):
        from_query(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_refused(body: bytes) -> None:
    """Nothing else happens."""
    for read in (from_json, from_query):
        with contextlib.suppress(Problem):
            read(body)
