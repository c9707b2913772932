"""A refused write in the user's words: what, where in the file, what to do."""

from reconciler.apply.write import failed_by
from reconciler.client.errors import ErrorDetail, ValidationRefused
from reconciler.model import Declaration, Live, Position, Positions, Route
from reconciler.plan.change import Create, Delete
from reconciler.planning.payloads import Prepared
from reconciler.wire.codec import codec
from tests.plan.parts import live as live_of, production

FILE = "routes/a.yaml"


def refused(*details: ErrorDetail) -> ValidationRefused:
    return ValidationRefused(
        "POST",
        "/v3/alert_routes",
        "; ".join(detail.message for detail in details) or "not valid",
        status=422,
        request_id="r-1",
        details=details,
    )


def prepared() -> Prepared:
    route = production()
    places = {("name",): Position(FILE, 2, 7), ("sources", 0): Position(FILE, 4, 5)}
    declaration = Declaration(route, Positions(FILE, places))
    return Prepared(Create(declaration, route, ()), codec("v3").encode(route))


def test_a_pointer_into_the_payload_becomes_the_line_of_the_file() -> None:
    detail = ErrorDetail("invalid", "no such source", "/alert_sources/0/alert_source_id", "")

    failed = failed_by(refused(detail), prepared(), "v3")

    assert failed.message == f"no such source; {FILE}:4:5: no such source"
    assert failed.request_id == "r-1"
    assert "incident.io refused this payload and stored none of it" in failed.hint


def test_a_detail_without_a_place_is_said_once() -> None:
    failed = failed_by(refused(ErrorDetail("x", "too many", "", "")), prepared(), "v3")

    assert failed.message == "too many"


def test_a_field_without_a_payload_is_named_as_the_api_names_it() -> None:
    detail = ErrorDetail("x", "not now", "", "enabled")
    absent = Declaration(Route(name="A"), Positions(FILE), absent=True)
    deletion = Prepared(Delete(live_of(Route(name="A")), absent), None)

    assert failed_by(refused(detail), deletion, "v3").message == "not now; enabled: not now"


def test_a_route_that_no_file_declares_has_no_line() -> None:
    live: Live = live_of(Route(name="A"))
    detail = ErrorDetail("x", "still used", "/name", "")

    failed = failed_by(refused(detail), Prepared(Delete(live, None), {}), "v3")

    assert failed.message == "still used; /name: still used"
    assert (failed.action, failed.name, failed.id) == ("delete", "A", live.id)
