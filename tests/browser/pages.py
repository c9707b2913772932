"""Pages to look at: every kind of route, hostile names, and thousands of routes."""

from collections.abc import Mapping
from dataclasses import replace

from benchmarks.routing import SEVERITY, WORLD, routes
from reconciler.forge.links import links_of
from reconciler.model import (
    Binding,
    Branches,
    Case,
    Channels,
    Condition,
    Destination,
    Escalation,
    Expression,
    Incident,
    Position,
    Reference,
    Returns,
    Route,
    RouteSource,
    Target,
    many,
    one,
)
from reconciler.planning.explained import NamedRoute
from reconciler.planning.pictured import Pictured
from reconciler.report.page.build import page_of
from reconciler.report.page.html import page_html
from reconciler.report.page.model import Page, Place, RouteRow, SourceTable
from reconciler.routing.compare import compare
from reconciler.routing.cover import cover

LINKS = links_of("git@github.com:acme/alerts.git", "0" * 40, "", {})
HOSTILE = (
    "<script>document.title='owned'</script>",
    "</script><script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "{{ 7 * 7 }} {% raw %} <!-- ]]>",
    "javascript:alert(1)",
    "\u202egnirts \x1b[31m\x00",
    "&lt;b&gt; &#60; '\"`",
    "W" * 200,
)


def linked(position: Position) -> Place:
    """As the command does it."""
    file, line = position.file, position.line
    return Place(f"{file}:{line}", LINKS.to(file, line))


def kinds() -> dict[str, Route]:
    """A route of every kind that a page has words for, by what it is."""
    critical = ((Condition(SEVERITY, "contains_one_of", (many("critical"),), "String"),),)
    here = (RouteSource("s1"),)
    pages = Escalation((Target("path", one("P1")),))
    plain = Route("plain", sources=here, escalate=pages)
    branches = Expression(
        "who",
        "Who is paged",
        ".",
        (Branches(Returns("EscalationPath"), (Case(critical, one("P2")),)),),
        one("P1"),
    )
    chosen = Binding((Reference('expressions["who"]'),))
    named = Binding((Reference("alert.attributes.team"),))
    slack, teams = Channels(one("C100001")), Channels(one("T1"))
    made = {
        "plain": plain,
        "disabled": replace(plain, enabled=False),
        "without a source": replace(plain, sources=()),
        "two paths and a user": replace(
            plain,
            escalate=Escalation((Target("path", many("P1", "P2")), Target("user", one("U1")))),
        ),
        "an expression": replace(
            plain, escalate=Escalation((Target("path", chosen),)), expressions=(branches,)
        ),
        "named by the alert": replace(plain, escalate=Escalation((Target("path", named),))),
        "posts only": Route("", sources=here, notify=(Destination(slack, teams, critical),)),
        "incident only": Route("", sources=here, incident=Incident(when=critical)),
        "of one source": Route("", sources=(RouteSource("s1", critical), RouteSource("s2"))),
        "groups": replace(plain, when=(critical[0], critical[0] * 2)),
        "nothing at all": Route(""),
    }
    return {key: replace(route, name=key) for key, route in made.items()}


def pictured_of(made: Mapping[str, Route]) -> Pictured:
    """Proven, as the command does it; names are the ids."""
    told = {key: NamedRoute(route.name, route) for key, route in made.items()}
    names = {key: route.name for key, route in made.items()}
    found = cover(made, WORLD)
    return Pictured(told, names, compare({}, made, WORLD), found, found)


def page_with(made: Mapping[str, Route]) -> Page:
    """Of these routes."""
    return page_of(pictured_of(made), "Routes", linked)


def hostile() -> Page:
    """The kinds, each with a name that wants to run."""
    made = {}
    for number, (key, route) in enumerate(kinds().items()):
        name = HOSTILE[number % len(HOSTILE)]
        made[f"{key} {name}"] = replace(route, name=f"{name} {number}")
    return page_with(made)


def small(count: int = 60, sources: int = 12) -> Page:
    """Generated routes, proven."""
    return page_with(routes(count, sources))


def copies(page: Page, times: int) -> Page:
    """A page, many times over: each copy has routes and sources of its own."""
    rows: list[RouteRow] = []
    tables: list[SourceTable] = []
    for copy in range(times):
        copied = {row.id: _copied(row, copy) for row in page.routes}
        rows += copied.values()
        for table in page.sources:
            decisions = tuple(
                replace(each, routes=tuple(copied[row.id] for row in each.routes))
                for each in table.rows
            )
            tables.append(SourceTable(f"{table.id}-{copy}", f"{table.name}-{copy}", decisions,
                                      table.complete))  # fmt: skip
    names = sorted({name for row in rows for name in row.sources})
    filters = tuple(
        (key, label, names if key == "source" else values) for key, label, values in page.filters
    )
    return replace(page, routes=tuple(rows), sources=tuple(tables), map=None, filters=filters)


def _copied(row: RouteRow, copy: int) -> RouteRow:
    sources = tuple(f"{each}-{copy}" for each in row.sources)
    place = linked(Position(f"routes/{row.id}-{copy}.yaml", 2, 1))
    return replace(
        row, id=f"{row.id}-{copy}", name=f"{row.name} of {copy}", sources=sources, place=place
    )


def thousands() -> str:
    """3,000 routes of 600 sources."""
    return page_html(copies(small(), 50))
