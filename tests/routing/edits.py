"""Routes that tests of comparisons edit, and the account around them."""

from dataclasses import replace

from reconciler.model import (
    Channels,
    Condition,
    ConditionGroups,
    Destination,
    Escalation,
    Route,
    RouteSource,
    Target,
    many,
    one,
    reference,
)
from reconciler.routing.compare import compare
from reconciler.routing.who import Row, Who
from reconciler.routing.world import TITLE, CatalogType, Entry, Kind, World

SEVERITY, BRANCH = "alert.attributes.sev", "alert.attributes.branch"
PATH, TEAM, TEAMS = "alert.attributes.path", "alert.attributes.team", "alert.attributes.teams"
PATH_TYPE, TEAM_TYPE = 'CatalogEntry["Path"]', 'CatalogEntry["Team"]'
PATH_OF = '.catalog_attribute["path"]'


def world(*, whole: bool = True, read: bool = True, entries: int = 3) -> World:
    teams = (
        Entry(f"t{n}", f"Team {n}", values={"path": (f"e{n}",)} if read else None)
        for n in range(entries)
    )
    paths = tuple(Entry(f"e{n}", f"Path {n}") for n in range(entries))
    return World(
        subjects={
            TITLE: Kind("String"),
            SEVERITY: Kind("String"),
            BRANCH: Kind("String"),
            PATH: Kind(PATH_TYPE),
            TEAM: Kind(TEAM_TYPE),
            TEAMS: Kind(TEAM_TYPE, array=True),
        },
        all_subjects=True,
        catalog={
            PATH_TYPE: CatalogType({}, paths, whole=whole),
            TEAM_TYPE: CatalogType({"path": Kind(PATH_TYPE)}, tuple(teams), whole=whole),
        },
        paged={f"e{n}": f"P{n}" for n in range(entries)},
    )


def asks(subject: str, operation: str, *operands: str) -> Condition:
    params = (many(*operands),) if operands else ()
    return Condition(subject, operation, params, world().kind(subject).type)


def severity(*texts: str) -> ConditionGroups:
    return ((asks(SEVERITY, "contains_one_of", *texts),),)


def pages(*paths: str) -> Escalation:
    return Escalation(tuple(Target("path", one(path)) for path in paths))


def pages_by(path: str) -> Escalation:
    return Escalation((Target("path", reference(path)),))


def from_(*sources: str) -> tuple[RouteSource, ...]:
    return tuple(RouteSource(source) for source in sources)


POST = (Destination(Channels(one("C111111"))),)
PRODUCTION = Route(
    "Production Alerts",
    sources=(RouteSource("am", severity("critical")), *from_("checkly", "sev0", "grafana")),
    escalate=pages("oncall"),
    notify=POST,
)
SIX = {
    "database": Route(
        "Database Alerts",
        sources=from_("planet"),
        when=((asks(BRANCH, "contains_one_of", "main"),),),
        escalate=pages("oncall"),
        notify=POST,
    ),
    "informational": Route("Informational", sources=from_("axiom", "status"), notify=POST),
    "production": PRODUCTION,
    "warnings": Route(
        "Production Warnings", sources=from_("am"), when=severity("warning"), notify=POST
    ),
    "staging": Route("Staging", sources=from_("am-staging", "checkly-staging"), notify=POST),
    "unrouted": Route(
        "Unrouted Alerts",
        sources=from_("am"),
        when=((asks(SEVERITY, "is_not_set"),),),
        notify=POST,
    ),
}


def edited(**changes: Route | None) -> Who:
    """The six routes, some of them changed, new or gone."""
    after = {**SIX, **changes}
    return compare(SIX, {key: route for key, route in after.items() if route}, world())


def told(who: Who) -> list[str]:
    """Rows in short: sources, words, what changes, and under which readings."""
    assert who.complete, who.unknown
    return sorted(map(row_told, who.rows))


def row_told(row: Row) -> str:
    words = [
        ("" if word.holds else "not ")
        + (
            f"<{word.test.name}>"
            if isinstance(word.test, Route)
            else " ".join(
                (
                    word.test.subject.removeprefix("alert.attributes."),
                    word.test.operation,
                    *(getattr(v, "text", "") for p in word.test.params for v in p.values),
                )
            )
        )
        for cube in row.region.when
        for word in cube
    ]
    parts = [" ".join(row.region.sources) + ":", ", ".join(words) or "all"]
    for kind in ("lost", "gained", "doubled", "undoubled"):
        parts += [f"{kind} {of}" for _, of in getattr(row, kind)]
    parts += [f"no post {one}" for one in row.channels_lost]
    parts += [f"post {one}" for one in row.channels_gained]
    parts += [f"incident {row.incident}"] if row.incident else []
    parts += {True: ["NOBODY"], "some": ["NOBODY?"], None: [], False: []}[row.nobody]
    parts += [f"if {question}={answer}" for question, answer in row.depends_on.items()]
    return " ".join(parts)


def one_route(**changes: object) -> Route:
    return replace(Route("A", sources=from_("am")), **changes)  # type: ignore[arg-type]


def between(before: Route, after: Route, account: World | None = None, **others: Route) -> Who:
    return compare({"a": before, **others}, {"a": after, **others}, account or world())


def off(route: Route) -> Route:
    return replace(route, enabled=False)
