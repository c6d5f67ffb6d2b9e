"""Services that fail, are late, refuse, or answer nonsense: the rest of the operation is answered."""

from gateway.shared.ids import encode
from gateway.upstream.exchange import Answer
from tests.component.gateway.desk import Desk, codes
from tests.component.gateway.district import GRID, RESIDENT, district, uid
from tests.component.gateway.stubs import refusing

BOARD = """{ division(code: "330111") { name summary { residents checkpoints enterprises } children(first: 2) {
    nodes { summary { residents checkpoints } } } } }"""
CARD = """query ($id: ID!) { resident(id: $id) { name employment { onPost } recentPassages { nodes { id } }
    quarantineOrders { nodes { id } } } }"""


async def test_stopped_service_nulls_its_own_fields(desk: Desk) -> None:
    """Each null has an error with its path, the service, and that it may be tried again."""
    desk.stubs.rows, desk.stubs.stopped = district(2).rows, {"checkpoints"}

    response = await desk.ask(BOARD)

    division = response["data"]["division"]
    assert division["summary"] == {"residents": 10, "checkpoints": None, "enterprises": 3}
    assert [node["summary"]["residents"] for node in division["children"]["nodes"]] == [10, 10]
    assert {tuple(error["path"]) for error in response["errors"]} == {
        ("division", "summary", "checkpoints"),
        ("division", "children", "nodes", 0, "summary", "checkpoints"),
        ("division", "children", "nodes", 1, "summary", "checkpoints"),
    }
    for error in response["errors"]:
        extensions = error["extensions"]
        assert (extensions["code"], extensions["service"]) == ("ServiceUnavailable", "checkpoints")
        assert extensions["retryable"] is True
        assert extensions["traceId"] == response["extensions"]["traceId"]


async def test_late_service_nulls_its_own_fields(desk: Desk) -> None:
    """Lateness has a code of its own."""
    desk.stubs.rows, desk.stubs.late = district(1).rows, {"enterprises"}

    response = await desk.ask(CARD, {"id": encode("Resident", uid(RESIDENT))})

    assert response["data"]["resident"]["employment"] is None
    assert response["data"]["resident"]["name"] == "居民0"
    assert codes(response) == ["DeadlineExceeded"]


async def test_broken_connection_is_tried_once_more(desk: Desk) -> None:
    """A read may be repeated; a second break is an error."""
    desk.stubs.rows, desk.stubs.breaking = district(1).rows, {"residents": 1}
    query = f'{{ division(code: "{GRID}") {{ name }} }}'

    healed = await desk.ask(query)
    desk.stubs.breaking = {"residents": 2}
    failed = await desk.ask(query)

    assert healed["data"]["division"]["name"] == "山水社区第1网格"
    assert failed["data"]["division"] is None
    assert codes(failed) == ["ServiceUnavailable"]


async def test_refusal_of_a_read_is_an_error_with_its_code(desk: Desk) -> None:
    """A problem keeps its code and its words across the hop."""
    desk.stubs.commands["residents", "/residents:batch"] = refusing(403, "PurposeRequired")

    response = await desk.ask(CARD, {"id": encode("Resident", uid(RESIDENT))}, headers={"accept-language": "zh"})

    [error] = response["errors"]
    assert (error["message"], error["extensions"]["code"]) == ("PurposeRequired in zh", "PurposeRequired")
    assert error["extensions"]["service"] == "residents"
    assert error["extensions"]["retryable"] is False


async def test_nonsense_is_the_services_fault(desk: Desk) -> None:
    """An answer of another length or form is not shown."""
    answers = iter([b"[]", b"not json", b'{"a": 1}'])
    desk.stubs.commands["residents", "/divisions:batch"] = lambda _body, _request: Answer(200, next(answers))

    for _ in range(3):
        response = await desk.ask('{ division(code: "330111") { name } }')
        assert codes(response) == ["ServiceAnswerUnusable"]


async def test_bug_is_masked(desk: Desk) -> None:
    """What nobody foresaw says nothing but a trace id."""
    row = {"code": "330111", "level": "DISTRICT", "name": None}
    desk.stubs.rows["residents", "/divisions:batch"] = lambda _code: row

    response = await desk.ask('{ division(code: "330111") { name } }')

    [error] = response["errors"]
    assert error["extensions"]["code"] == "InternalError"
    assert error["message"] == f"An internal error; quote the trace id {response['extensions']['traceId']}"


async def test_client_in_a_hurry_gets_what_there_is(desk: Desk) -> None:
    """A service has less time than the client, so that the rest of the answer still comes in time."""
    desk.stubs.rows = district(1).rows

    await desk.ask(BOARD, headers={"x-deadline-ms": "500"})

    assert all(int(heard.headers["x-deadline-ms"]) < 450 for heard in desk.stubs.heard)
