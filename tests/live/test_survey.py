"""One look at the account: everything that is needed, once, and what is missing is said."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler import sandbox as sandboxes
from reconciler.client import ApiError, Forbidden
from reconciler.directory import Directory, Needs
from reconciler.live import survey as surveys
from reconciler.live.identity import Identity, read_identity
from reconciler.live.survey import (
    read_directory,
    read_lives,
    survey,
    survey_routes,
)
from reconciler.model import Condition, Config, Route, one
from reconciler.sandbox.http.running import RunningSandbox
from tests.apply.account import declare, live, reader
from tests.live.canned import Canned

INFORMATIONAL = "01J2WYM7C5QKF9T3B8D6RAXE06"
GONE = "01J2WYM7C5QKF9T3B8D6RAXE99"


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start(sandboxes.Settings(rate_limit=False, routes=60)) as running:
        yield running


@pytest.mark.parametrize("choice", ["v2", "v3"])
def test_routes_of_files_are_read_and_all_are_listed(sandbox: RunningSandbox, choice: Any) -> None:
    declaration = declare(live(sandbox, "Informational").route)
    sandbox.requests.clear()

    with reader(sandbox) as client:
        seen = survey(client, [declaration], Config(api=choice))

    assert (seen.api, list(seen.lives), len(seen.listed or ())) == (choice, [INFORMATIONAL], 66)
    assert seen.identity.account == seen.directory.account == "https://sandbox.invalid/acme"
    assert seen.directory.sources.state == "whole"
    assert sandbox.count("GET", "/alert_routes/") == 1


def test_named_ids_are_read_without_a_list(sandbox: RunningSandbox) -> None:
    with reader(sandbox) as client:
        seen = survey_routes(
            client, "v3", [], [INFORMATIONAL, "01J2WYM7C5QKF9T3B8D6RAXE99"], Config()
        )

    assert seen.listed is None
    assert list(seen.lives) == [INFORMATIONAL]
    assert sandbox.count("GET", r"/alert_routes(\?|$)") == 0


def test_subjects_of_live_routes_get_their_types(sandbox: RunningSandbox) -> None:
    alerts = sandbox.state.find("Production Alerts").id
    with reader(sandbox) as client:
        seen = survey_routes(client, "v3", [], [alerts], Config())
        more = read_lives(client, "v3", [alerts, GONE], seen.directory)

    (condition,) = seen.lives[alerts].route.sources[0].when[0]
    assert condition.subject_type == "String"
    assert more == seen.lives


def test_a_body_that_is_no_route_is_a_finding_and_no_failure() -> None:
    bodies = {"/v3/alert_routes/A": {"alert_route": {"id": "A"}}, "/v1/identity": {}}
    with Canned(bodies) as client:
        seen = survey_routes(client, "v3", [], ["A"], Config())
        more = read_lives(client, "v3", ["A"], Directory())

    (finding,) = seen.findings
    assert (finding.level, finding.code) == ("error", "unreadable-route")
    assert "the live route A cannot be read" in finding.message
    assert seen.unreadable == {"A"}
    assert (dict(seen.lives), dict(more)) == ({}, {})


def test_what_no_plan_can_be_made_without_is_raised(sandbox: RunningSandbox) -> None:
    sandbox.fault("status", path=INFORMATIONAL, status=410)

    with reader(sandbox) as client, pytest.raises(ApiError, match="410"):
        survey_routes(client, "v3", [], [INFORMATIONAL], Config())


def test_after_the_first_error_no_further_call_begins(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveys, "CONCURRENCY", 1)
    ids = [route.id for route in map(sandbox.state.find, sandbox.state.names())]
    sandbox.fault("status", path="/alert_routes/", status=410, times=99)

    with reader(sandbox) as client, pytest.raises(ApiError):
        read_lives(client, "v3", ids, Directory())

    assert sandbox.count("GET", "/alert_routes/") < len(ids)


def test_an_interrupt_ends_the_waits_of_the_client() -> None:
    class Waiting(Canned):
        stopped = threading.Event()

        def get(self, path: str, *_: object) -> Any:
            self.stopped.wait()  # a request that would wait for ever
            return super().get(path)

        def pages(self, *_: object) -> Iterator[list[dict[str, object]]]:
            yield [{"id": "A", "name": "a"}]
            raise KeyboardInterrupt

        def stop(self) -> None:
            self.stopped.set()

    with Waiting({}) as client, pytest.raises(KeyboardInterrupt):
        survey(client, [declare(Route(name="a"))], Config(api="v3"))


@pytest.mark.parametrize(
    ("body", "identity"),
    [
        ("forbidden", Identity()),
        ([], Identity()),
        ({}, Identity()),
        ({"identity": "later"}, Identity()),
        ({"identity": {"name": "n", "dashboard_url": None}}, Identity("", "n")),
        (
            {"identity": {"name": "n", "dashboard_url": "https://a", "roles": ["viewer"]}},
            Identity("https://a", "n", ("viewer",)),
        ),
    ],
)
def test_an_identity_is_what_the_api_says_of_it(body: object, identity: Identity) -> None:
    with Canned({"/v1/identity": body}) as client:
        assert read_identity(client) == identity


def test_another_error_of_the_identity_is_raised() -> None:
    with Canned({"/v1/identity": "unexpected"}) as client, pytest.raises(ApiError):
        read_identity(client)


def test_lists_are_read_until_nothing_more_is_needed(sandbox: RunningSandbox) -> None:
    def needs(known: Directory) -> Needs:
        if known.sources.state == "unread":
            return Needs(lists=frozenset({"sources"}))
        return Needs(lists=frozenset({"teams"})) if known.teams.state == "unread" else Needs()

    with reader(sandbox) as client:
        directory = read_directory(client, needs, "acme")

    assert directory.account == "acme"
    assert directory.sources.rows
    assert directory.teams.rows
    assert len(sandbox.requests) == 2


class ManyPages(Canned):
    """Lists routes until the entries of a catalog type are asked for, as only the attributes and
    the types tell, or until there are far too many.
    """

    MOST = 2_000

    def __init__(self) -> None:
        attribute = {"id": "01A", "name": "Service", "type": f'CatalogEntry["{TYPE}"]'}
        kind = {"id": TYPE, "name": "Service", "type_name": 'Custom["Service"]'}
        super().__init__(
            {
                "/v1/identity": {},
                "/v2/alert_attributes": {"alert_attributes": [attribute]},
                "/v3/catalog_types": {"catalog_types": [{**kind, "schema": {"attributes": []}}]},
                "/v3/catalog_entries": [[{"id": "01E", "name": "Payments"}]],
            }
        )
        self.pages_read = 0
        self.entries_asked = threading.Event()

    def pages(self, path: str, *given: object) -> Iterator[list[dict[str, object]]]:
        if path != "/v3/alert_routes":
            if path == "/v3/catalog_entries":
                self.entries_asked.set()
            yield from super().pages(path, *given)
            return
        while self.pages_read < self.MOST and not self.entries_asked.wait(0.01):
            self.pages_read += 1
            yield [{"id": f"R{self.pages_read}", "name": "R"}]


TYPE = "01J0000000000000000000000T"


def test_a_list_that_only_another_tells_of_is_read_while_routes_are_listed() -> None:
    payments = Condition("Service", "one_of", (one("Payments"),))
    declaration = declare(Route("R", when=((payments,),)))

    with ManyPages() as client:
        seen = survey(client, [declaration], Config(api="v3"), undeclared=True)

    assert client.pages_read < client.MOST
    assert [row.name for row in seen.directory.entries[TYPE].rows] == ["Payments"]


def test_needs_that_never_end_are_given_up() -> None:
    with Canned({"/v2/alert_sources": {"alert_sources": []}}) as client:
        read_directory(client, lambda _: Needs(lists=frozenset({"sources"})), "")

        assert len(client.asked) == surveys.MOST_ROUNDS


def test_a_missing_right_for_the_list_of_routes_is_raised() -> None:
    settings = sandboxes.Settings(missing_scopes=frozenset({"alert_routes.view"}))
    with (
        sandboxes.start(settings) as sandbox,
        reader(sandbox) as client,
        pytest.raises(Forbidden),
    ):
        survey(client, [], Config(api="v3"))
