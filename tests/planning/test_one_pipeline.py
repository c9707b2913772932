"""However a plan is read, what it would write is the same: all files, a pull request, a saved plan
and a backup.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from reconciler import sandbox as sandboxes
from reconciler.backup.plan import Match, Request, plan_from_backup
from reconciler.backup.routes import BackedUpRoute
from reconciler.git.base import Base
from reconciler.live.routes import open_listing
from reconciler.model import Config, Declaration, Json
from reconciler.plan.change import Create, action_of
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.planning.planning import Planned, plan_routes, plan_saved
from reconciler.planning.request import PlanRequest
from reconciler.report.plan_json import plan_json
from reconciler.sandbox.http.running import RunningSandbox
from tests.apply.account import TODAY, declared, disabled, live, named, planned, reader

NAME = "Informational"


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start(sandboxes.Settings(rate_limit=False)) as running:
        yield running


def asked_for(file: Declaration) -> PlanRequest:
    return PlanRequest((file,), Config(), "0" * 64, TODAY, "0.1.0")


def of_pull_request(sandbox: RunningSandbox, file: Declaration, *before: Declaration) -> Planned:
    base = Base("c" * 40, before, Config())
    with reader(sandbox) as client:
        return plan_routes(client, replace(asked_for(file), base=base, scope="changed"))


def of_saved_plan(sandbox: RunningSandbox, file: Declaration, first: Planned) -> Planned:
    saved = parse_plan(plan_json(first.plan))
    assert isinstance(saved, SavedPlan)
    with reader(sandbox) as client:
        return plan_saved(client, asked_for(file), saved)


def of_backup(sandbox: RunningSandbox, file: Declaration, *, create: bool) -> Planned:
    now = live(sandbox, NAME)
    then = replace(now, route=file.route)
    kept = BackedUpRoute(then, file.route, f"backups/{now.id}.json")
    request = Request(Config(), TODAY, "0.1.0", "", "0" * 64)
    match = Match(creates=(kept,)) if create else Match(pairs=((kept, now.id),))
    with reader(sandbox) as client:
        rows = open_listing(client, "auto").rows()
        return plan_from_backup(
            client, "v3", rows, [now.id], [kept], request, lambda _seen: match
        ).planned


def writes(plan: Planned) -> list[tuple[str, str, Mapping[str, Json] | None]]:
    return [(action_of(one.change), one.change.name, one.payload) for one in plan.prepared]


def test_an_update_is_the_same_however_it_is_planned(sandbox: RunningSandbox) -> None:
    file = declared(sandbox, NAME, disabled)
    whole = planned(sandbox, file)

    assert [action for action, _, _ in writes(whole)] == ["update"]
    before = declared(sandbox, NAME, lambda route: route)
    assert writes(of_pull_request(sandbox, file, before)) == writes(whole)
    assert writes(of_saved_plan(sandbox, file, whole)) == writes(whole)
    assert writes(of_backup(sandbox, file, create=False)) == writes(whole)


def test_a_create_is_the_same_however_it_is_planned(sandbox: RunningSandbox) -> None:
    file = declared(sandbox, NAME, named("New"))
    whole = planned(sandbox, file)

    assert [action for action, _, _ in writes(whole)] == ["create"]
    assert writes(of_pull_request(sandbox, file)) == writes(whole)
    assert writes(of_saved_plan(sandbox, file, whole)) == writes(whole)
    (again,) = of_backup(sandbox, file, create=True).plan.changes  # it carries what was stored, too
    assert isinstance(again, Create)
    assert again.after == file.route


def test_a_delete_is_the_same_however_it_is_planned(sandbox: RunningSandbox) -> None:
    file = replace(declared(sandbox, NAME, lambda route: route), absent=True)
    whole = planned(sandbox, file)

    assert [action for action, _, _ in writes(whole)] == ["delete"]
    before = declared(sandbox, NAME, lambda route: route)
    assert writes(of_pull_request(sandbox, file, before)) == writes(whole)
    assert writes(of_saved_plan(sandbox, file, whole)) == writes(whole)
