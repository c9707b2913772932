"""One plan from files and account: what is broken is left out, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from reconciler import sandbox as sandboxes
from reconciler.client import Stopped
from reconciler.directory import Directory, decode
from reconciler.model import ApiChoice, Condition, Config, Declaration
from reconciler.plan.change import Create, Delete
from reconciler.plan.plan import Plan
from reconciler.plan.saved import SavedPlan, check_saved, parse_plan
from reconciler.planning import planning, proved
from reconciler.planning.planning import Planned, plan_saved
from reconciler.planning.request import PlanRequest
from reconciler.report.plan_json import plan_json
from reconciler.sandbox.http.running import RunningSandbox
from tests.apply.account import TODAY, declare, declared, disabled, live, named, planned, reader


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start(sandboxes.Settings(rate_limit=False)) as running:
        yield running


def broken(sandbox: RunningSandbox, name: str) -> Declaration:
    """A file with a subject that nobody knows."""
    unknown = Condition("no such attribute", "is_set", ())
    return declared(sandbox, name, lambda route: replace(route, when=((unknown,),)))


def saved(plan: Plan) -> SavedPlan:
    read = parse_plan(plan_json(plan))
    assert isinstance(read, SavedPlan)
    return read


def again(
    sandbox: RunningSandbox, plan: Planned, *declarations: Declaration, config: Config | None = None
) -> Planned:
    """The saved plan, planned anew."""
    asked = PlanRequest(declarations, config or Config(), "0" * 64, TODAY, "0.1.0")
    sandbox.requests.clear()
    with reader(sandbox) as client:
        return plan_saved(client, asked, saved(plan.plan))


def test_a_file_with_an_error_is_not_compared_and_its_route_not_undeclared(
    sandbox: RunningSandbox,
) -> None:
    plan = planned(
        sandbox,
        broken(sandbox, "Informational"),
        declared(sandbox, "Staging Notifications", disabled),
    ).plan

    assert [change.name for change in plan.changes] == ["Staging Notifications"]
    assert len(plan.errors) == 1
    assert "Informational" not in [row.name for row in plan.undeclared or ()]
    assert plan.summary.undeclared == 4


def test_a_create_with_an_error_is_not_planned(sandbox: RunningSandbox) -> None:
    unknown = Condition("no such attribute", "is_set", ())
    route = replace(live(sandbox, "Informational").route, name="New", when=((unknown,),))

    plan = planned(sandbox, declare(route)).plan

    assert plan.changes == ()
    assert plan.errors


def test_a_create_is_compared_with_the_undeclared_routes(sandbox: RunningSandbox) -> None:
    plan = planned(sandbox, declared(sandbox, "Production Alerts", named("Twin"))).plan

    (create,) = plan.changes
    assert isinstance(create, Create)
    assert any("Production Alerts" in risk.sentence for risk in create.risks)


def test_with_many_undeclared_routes_nobody_reads_them_all(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MOST_TWINS", 5)
    monkeypatch.setattr(proved, "MOST_READ", 5)
    declaration = declared(sandbox, "Production Alerts", named("Twin"))
    sandbox.requests.clear()

    plan = planned(sandbox, declaration).plan

    assert sandbox.count("GET", "/alert_routes/") == 0
    assert plan.who is not None
    assert "not read" in plan.who.who.unknown[0].why


def test_a_saved_plan_plans_its_own_routes_alone(sandbox: RunningSandbox) -> None:
    files = [
        declared(sandbox, "Informational", disabled),
        declared(sandbox, "Staging Notifications", lambda route: route),
    ]
    plan = planned(sandbox, *files)

    now = again(sandbox, plan, *files)

    assert [change.name for change in now.plan.changes] == ["Informational"]
    assert now.plan.undeclared is None
    assert sandbox.count("GET", r"/alert_routes(\?|$)") == 1  # all routes page beside it
    assert sandbox.count("GET", "/alert_routes/") == len(sandbox.state.names())
    assert check_saved(saved(plan.plan), now.plan).writable == now.plan.changes


@pytest.mark.parametrize(("choice", "refused"), [("auto", False), ("v3", False), ("v2", True)])
def test_a_saved_plan_of_another_version_is_refused(
    sandbox: RunningSandbox, choice: ApiChoice, refused: bool
) -> None:
    file = declared(sandbox, "Informational", disabled)
    plan = planned(sandbox, file)

    now = again(sandbox, plan, file, config=Config(api=choice))

    assert bool(check_saved(saved(plan.plan), now.plan).refusals) == refused


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_a_saved_plan_stays_with_its_version(sandbox: RunningSandbox, api: ApiChoice) -> None:
    file = declared(sandbox, "Informational", disabled)
    plan = planned(sandbox, file, config=Config(api=api))

    now = again(sandbox, plan, file)

    assert now.plan.context.api == api


def test_what_was_deleted_since_is_left_out_and_missed(sandbox: RunningSandbox) -> None:
    files = [
        declared(sandbox, "Informational", disabled),
        declared(sandbox, "Staging Notifications", disabled),
    ]
    plan = planned(sandbox, *files)
    sandbox.state.delete("Informational")

    now = again(sandbox, plan, *files)
    checked = check_saved(saved(plan.plan), now.plan)

    assert now.plan.errors == ()
    assert [one.name for one in checked.conflicts] == ["Informational"]
    assert [one.name for one in checked.writable] == ["Staging Notifications"]


def test_a_saved_delete_of_an_undeclared_route_is_planned_again(sandbox: RunningSandbox) -> None:
    team = sandbox.state.account.teams[0]["id"]
    for name in sandbox.state.names():
        sandbox.state.edit(name, lambda body: body.update(owning_team_ids=[team]))
    config = Config(undeclared="delete", owns_teams=(team,), max_deletes=1)
    files = [
        declared(sandbox, name, lambda route: route)
        for name in sandbox.state.names()
        if name != "Informational"
    ]
    plan = planned(sandbox, *files, config=config)
    assert [type(change) for change in plan.plan.changes] == [Delete]

    now = again(sandbox, plan, *files, config=config)

    assert [(type(one), one.name) for one in now.plan.changes] == [(Delete, "Informational")]


def test_a_client_that_was_stopped_plans_nothing(sandbox: RunningSandbox) -> None:
    file = declared(sandbox, "Informational", disabled)
    asked = PlanRequest((file,), Config(), "0" * 64, TODAY, "0.1.0")
    sandbox.fault("status", status=503, times=9)

    with reader(sandbox) as client:
        client.stop()
        with pytest.raises(Stopped):
            planning.plan_routes(client, asked)


def test_a_lock_of_another_account_is_said_and_not_used(sandbox: RunningSandbox) -> None:
    file = declared(sandbox, "Informational", disabled)
    lock = Directory(account="https://app.example.com/other")
    asked = PlanRequest((file,), Config(), "0" * 64, TODAY, "0.1.0", lock)

    with reader(sandbox) as client:
        plan = planning.plan_routes(client, asked).plan

    (finding,) = plan.findings
    assert (finding.level, finding.code) == ("note", "lock-of-another-account")
    assert len(plan.changes) == 1


def test_names_of_the_lock_stand_in_for_a_list_that_may_not_be_read() -> None:
    settings = sandboxes.Settings(missing_scopes=frozenset({"alert_sources.view"}))
    with sandboxes.start(settings) as sandbox:
        rows = sandbox.state.account.sources
        lock = Directory(
            account=sandbox.state.account.dashboard_url, sources=decode.named_from(rows)
        )
        route = live(sandbox, "Informational").route
        by_name = {row["id"]: row["name"] for row in rows}
        sources = tuple(replace(one, source=by_name[one.source]) for one in route.sources)
        file = declare(replace(route, sources=sources))
        asked = PlanRequest((file,), Config(), "0" * 64, TODAY, "0.1.0", lock)
        with reader(sandbox) as client:
            plan = planning.plan_routes(client, asked).plan

    assert plan.errors == ()
    assert plan.unchanged == ("Informational",)
    assert [one.code for one in plan.findings] == ["names-of-the-lock"]
