"""Who is paged differently by a plan: every route of the account counts, whoever declares it."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from reconciler import sandbox as sandboxes
from reconciler.model import Config, Escalation, Json, Route, UnknownField
from reconciler.plan.paging.proof import Proof
from reconciler.plan.plan import Plan
from reconciler.planning import proved
from reconciler.planning.planning import plan_routes
from reconciler.planning.proved import Question
from reconciler.planning.request import PlanRequest
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.wire.codec import codec
from tests.apply.account import (
    TODAY,
    declare,
    declared,
    disabled,
    live,
    named,
    planned,
    reader,
)
from tests.plan.parts import live as live_of, production

DATABASE = "Database Alerts"


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start(sandboxes.Settings(rate_limit=False)) as running:
        yield running


def proof(plan: Plan) -> Proof:
    assert plan.who is not None
    return plan.who


def beside(sandbox: RunningSandbox, name: str) -> None:
    """Another live route like this one, which no file declares."""
    sandbox.state.create(codec("v3").encode(named("Twin")(live(sandbox, name).route)))


def without_targets(route: Route) -> Route:
    return replace(route, escalate=Escalation())


def test_a_route_that_falls_silent_is_a_lost_page_for_all_its_alerts(
    sandbox: RunningSandbox,
) -> None:
    plan = planned(sandbox, declared(sandbox, DATABASE, disabled)).plan

    (row,) = proof(plan).paging
    assert row.nobody is True
    assert row.caused_by == (sandbox.state.find(DATABASE).id,)
    assert [one.code for one in plan.guards] == ["guard-pages-nobody"]


def test_where_an_undeclared_route_pages_for_its_alerts_nobody_is_paged_differently(
    sandbox: RunningSandbox,
) -> None:
    beside(sandbox, DATABASE)

    plan = planned(sandbox, declared(sandbox, DATABASE, without_targets)).plan

    assert not any(row.nobody for row in proof(plan).paging)
    assert plan.guards == ()


def test_what_changes_no_routing_reads_no_further_route(sandbox: RunningSandbox) -> None:
    declaration = declared(sandbox, DATABASE, lambda route: replace(route, private=True))
    sandbox.requests.clear()

    plan = planned(sandbox, declaration).plan

    assert proof(plan).nobody_paged_differently
    assert proof(plan).changed == 1
    assert sandbox.count("GET", "/alert_routes/") == 1


def test_each_other_route_is_read_once(sandbox: RunningSandbox) -> None:
    declaration = declared(sandbox, DATABASE, disabled)
    sandbox.requests.clear()

    planned(sandbox, declaration)

    assert sandbox.count("GET", "/alert_routes/") == len(sandbox.state.names())


def test_of_too_many_routes_none_is_read_which_hides_no_lost_page(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proved, "MOST_READ", 2)
    declaration = declared(sandbox, DATABASE, disabled)
    sandbox.requests.clear()

    plan = planned(sandbox, declaration).plan

    who = proof(plan).who
    assert sandbox.count("GET", "/alert_routes/") == 1
    assert all(row.unless for row in who.rows)
    assert any(row.nobody for row in who.rows)


def test_beside_routes_that_were_not_read_it_is_unknown_what_pages_twice(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proved, "MOST_READ", 2)
    other = live(sandbox, "Production Alerts").route
    swapped = declared(sandbox, DATABASE, lambda route: replace(route, escalate=other.escalate))

    plan = planned(sandbox, swapped).plan

    (unknown,) = proof(plan).who.unknown
    assert unknown.why.endswith("more routes were not read, so these alerts may page twice")
    assert plan.guards == ()


def test_of_too_many_a_declared_one_counts_as_its_file_says(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [name for name in sandbox.state.names() if name != DATABASE]
    files = [declared(sandbox, name, lambda route: route) for name in others]
    changed = declared(sandbox, DATABASE, disabled)
    monkeypatch.setattr(proved, "MOST_READ", 2)
    sandbox.requests.clear()

    asked = PlanRequest((changed,), Config(), "0" * 64, TODAY, "0.1.0", complete=False)
    with reader(sandbox) as client:
        plan = plan_routes(client, replace(asked, beside=tuple(files))).plan

    assert proof(plan).who.complete
    assert set(proof(plan).by_file) == set(others)
    assert sandbox.count("GET", "/alert_routes/") == 1


def test_of_too_many_a_declared_one_of_the_same_source_is_read(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file may say that it pages for a lost alert while a live edit took that away."""
    others = [name for name in sandbox.state.names() if name != "Production Warnings"]
    files = [declared(sandbox, name, lambda route: route) for name in others]
    changed = declared(sandbox, "Production Warnings", disabled)
    monkeypatch.setattr(proved, "MOST_READ", 2)
    sandbox.requests.clear()

    asked = PlanRequest((changed,), Config(), "0" * 64, TODAY, "0.1.0", complete=False)
    with reader(sandbox) as client:
        plan = plan_routes(client, replace(asked, beside=tuple(files))).plan

    own = {"Production Alerts", "Unrouted Alerts"}  # of Alertmanager (Production), too
    assert set(proof(plan).by_file) == {*others} - own
    assert sandbox.count("GET", "/alert_routes/") == 3


@pytest.mark.parametrize(
    ("pointer", "value", "known"),
    [
        ("/escalation_config/escalation_targets/0/schedules", {"value": {"literal": "01S"}}, False),
        ("/escalation_config/escalation_targets/0/urgency", "high", True),
        ("/escalation_config/escalation_targets/0/credentials", {"a": "b"}, True),
        ("/message_config/destinations/0/mentions", ["@here"], True),
    ],
)
def test_what_may_page_in_an_unknown_way_makes_the_alerts_of_its_sources_unknown(
    pointer: str, value: Json, known: bool
) -> None:
    before = production()
    other = replace(live_of(before), unknown=(UnknownField(pointer, value),))
    question = Question({"01X": before}, {"01X": replace(before, enabled=False)})

    found = [*proved.unsupported([other], question)]

    assert [one.why for one in found] == (
        []
        if known
        else ['"Production Alerts" has a part that this version of reconciler does not know']
    )


def test_a_new_route_that_doubles_another_is_said(sandbox: RunningSandbox) -> None:
    plan = planned(sandbox, declared(sandbox, DATABASE, named("Twin"))).plan

    assert any(row.doubled for row in proof(plan).who.rows)


def test_errors_leave_it_unknown(sandbox: RunningSandbox) -> None:
    route = replace(live(sandbox, DATABASE).route, escalate=Escalation())
    plan = planned(sandbox, replace(declare(route), id="01J0000000000000000000000N")).plan

    assert plan.blocking
    assert plan.who is None


def test_the_solver_is_not_loaded_where_no_routing_changes() -> None:
    program = (
        "import sys\n"
        "import reconciler.cli.commands.plan, reconciler.cli.commands.who\n"
        "from dataclasses import replace\n"
        "from reconciler.model import Config, Route, RouteSource\n"
        "from reconciler.planning.proved import Question, proof_of\n"
        "from reconciler.routing.world import World\n"
        "old = Route('R', sources=(RouteSource('01S'),))\n"
        "def ask(new):\n"
        "    return proof_of(Question({'1': old}, {'1': new}), {}, World(), Config())\n"
        "assert ask(replace(old, name='S', private=True)).nobody_paged_differently\n"
        "assert 'pysat' not in sys.modules\n"
        "assert ask(replace(old, enabled=False)).who.complete\n"
        "assert 'reconciler.routing.compare' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
