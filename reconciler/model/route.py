"""A route: which alerts, from which sources, page whom and post to which channels.

One tree of frozen dataclasses for every spelling of a route (a file, API v2, API v3). Read from
a file it holds names; `directory.resolve` makes them ids. Field names are the file's keys where
the file has one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reconciler.model.expression import Binding, Branches, ConditionGroups, Expression, Filter
from reconciler.model.finding import Path
from reconciler.model.text import Document, TextSetting, TextTemplate

VISIBILITIES = ("public", "private", "dm", "group_chat", "assistant")
WINDOW_TYPES = ("rolling", "fixed")
SEVERITY_MERGES = ("first-wins", "max")
FIELD_MERGES = ("first-wins", "last-wins", "append")
JOIN_MODES = ("on_priority_increase", "on_each_new_alert")
WINDOW_SECONDS = (60, 172_800)  # both ends allowed
GRACE_SECONDS = (0, 3_600)


@dataclass(frozen=True, slots=True)
class RouteSource:
    """An alert source (name or id) and the route's conditions on its alerts."""

    source: str
    when: ConditionGroups = ()


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which alerts belong together; `by` holds references, a set."""

    window_seconds: int
    by: tuple[str, ...] = ()
    extend: str = "rolling"


@dataclass(frozen=True, slots=True)
class Again:
    """When another alert joins a group: page again? `mode` is the API's word."""

    mode: str = "on_priority_increase"
    grace_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """Who is paged: escalation paths or users, one target of the API."""

    kind: Literal["path", "user"]
    binding: Binding


@dataclass(frozen=True, slots=True)
class Escalation:
    """`again` None is the default; any other mode counts without grouping, too (fact 4.13)."""

    targets: tuple[Target, ...] = ()
    cancel_when_resolved: bool = True
    again: Again | None = None


@dataclass(frozen=True, slots=True)
class Channels:
    """Channels of one chat product."""

    channel: Binding
    visibility: str = "public"
    summarise_groups: bool = False


@dataclass(frozen=True, slots=True)
class Destination:
    """Where alerts are posted: Slack, Microsoft Teams, or both in one destination of the API."""

    slack: Channels | None = None
    ms_teams: Channels | None = None
    when: ConditionGroups = ()


@dataclass(frozen=True, slots=True)
class Severity:
    """`binding` None: computed by incident.io."""

    binding: Binding | None = None
    merge: str = "first-wins"


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field (name or id) of the incident; a text field holds a template once resolved."""

    field: str
    value: Binding | TextTemplate | Document
    merge: str = "first-wins"


@dataclass(frozen=True, slots=True)
class Incident:
    """The incident that the route starts. `name` None: without a template of its own."""

    when: ConditionGroups = ()
    decline_when_resolved: bool = True
    name: TextSetting | None = None
    summary: TextSetting | None = None
    severity: Severity | None = None
    type: Binding | None = None
    mode: Binding | None = None
    triage: Binding | None = None
    members: Binding | None = None
    custom_fields: tuple[CustomField, ...] = ()
    workspace: Binding | None = None  # v2 alone has it


@dataclass(frozen=True, slots=True)
class Route:
    """See the module. Tuples that are sets to the API: owners, sources, destinations, targets,
    groups and conditions, expressions, grouping keys, custom fields (facts 3.8, 3.9).
    """

    name: str
    enabled: bool = True
    private: bool = False
    owners: tuple[str, ...] = ()
    sources: tuple[RouteSource, ...] = ()
    when: ConditionGroups = ()
    group: Grouping | None = None
    escalate: Escalation = Escalation()
    notify: tuple[Destination, ...] = ()
    message_template: Binding | None = None
    incident: Incident | None = None
    expressions: tuple[Expression, ...] = ()


def groups_in(route: Route) -> Iterator[tuple[Path, ConditionGroups]]:
    """Condition groups of every part, each with its place."""
    for number, source in enumerate(route.sources):
        yield ("sources", number, "when"), source.when
    yield ("when",), route.when
    for number, destination in enumerate(route.notify):
        yield ("notify", number, "when"), destination.when
    if route.incident:
        yield ("incident", "when"), route.incident.when
    for expression in route.expressions:
        for number, step in enumerate(expression.steps):
            at: Path = ("expressions", expression.reference, "steps", number)
            if isinstance(step, Filter):
                yield (*at, "filter"), step.when
            elif isinstance(step, Branches):
                alone = at if len(expression.steps) > 1 else at[:2]
                for which, case in enumerate(step.cases):
                    yield (*alone, "branches", "cases", which, "when"), case.when
