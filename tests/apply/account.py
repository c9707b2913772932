"""A sandbox account, and plans against it from routes that are already live."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from reconciler.apply.apply import apply_changes
from reconciler.apply.write import Halt, Writing
from reconciler.client import Clock, Key, ReadClient, Settings, WriteClient, parse_endpoint
from reconciler.client.pace import Patience
from reconciler.directory import type_subjects
from reconciler.live.routes import read_live
from reconciler.model import ApiVersion, Config, Declaration, Live, Position, Positions, Route
from reconciler.plan.outcome import Outcome
from reconciler.planning.planning import Planned, plan_routes
from reconciler.planning.request import PlanRequest
from reconciler.runs.journal import Journal
from reconciler.sandbox.http.running import RunningSandbox

NO_WAITING = Clock(pause=lambda event, _seconds: event.is_set(), random=lambda: 0.0)
TODAY = date(2026, 8, 21)


def reader(sandbox: RunningSandbox) -> ReadClient:
    """A reading client that never sleeps."""
    return ReadClient(
        parse_endpoint(sandbox.url), Key(sandbox.key), settings=Settings(), clock=NO_WAITING
    )


def writer(sandbox: RunningSandbox, key: str = "") -> WriteClient:
    """A writing client that never sleeps."""
    return WriteClient(
        parse_endpoint(sandbox.url),
        Key(key or sandbox.key),
        settings=Settings(patience=Patience()),
        clock=NO_WAITING,
    )


def live(sandbox: RunningSandbox, name: str, api: ApiVersion = "v3") -> Live:
    """A route of the sandbox, as a client reads it."""
    with reader(sandbox) as client:
        found = read_live(client, api, sandbox.state.find(name).id)
    assert found is not None
    return found


def declare(route: Route, file: str = "routes/one.yaml") -> Declaration:
    """A file that says this route, in ids."""
    places = {("name",): Position(file, 2, 7), ("sources", 0): Position(file, 4, 5)}
    return Declaration(route, Positions(file, places))


def declared(
    sandbox: RunningSandbox, name: str, edit: Callable[[Route], Route], api: ApiVersion = "v3"
) -> Declaration:
    """The file of a live route, with an edit."""
    return declare(edit(live(sandbox, name, api).route), f"routes/{name}.yaml")


def planned(
    sandbox: RunningSandbox, *declarations: Declaration, config: Config | None = None
) -> Planned:
    """The plan of these files."""
    asked = PlanRequest(declarations, config or Config(), "0" * 64, TODAY, "0.1.0")
    with reader(sandbox) as client:
        return plan_routes(client, asked)


def applied(
    sandbox: RunningSandbox,
    plan: Planned,
    journal: Path,
    key: str = "",
    halt: Halt | None = None,
    warn: Callable[[str], None] | None = None,
) -> tuple[Outcome, ...]:
    """The plan, written."""
    book = Journal(journal, lambda: datetime(2026, 8, 21, 9, 12, tzinfo=UTC))
    with writer(sandbox, key) as client:
        outcomes = apply_changes(
            plan.prepared,
            Writing(
                client,
                plan.survey.api,
                book,
                lambda route: type_subjects(route, plan.survey.directory),
                plan.names,
                plan.known,
                halt or Halt(),
                warn or (lambda _words: None),
            ),
            lambda _outcome: None,
        )
    book.close()
    return outcomes


def disabled(route: Route) -> Route:
    """The smallest edit."""
    return replace(route, enabled=not route.enabled)


def named(name: str) -> Callable[[Route], Route]:
    """The same route under another name."""
    return lambda route: replace(route, name=name)
