"""An account and routes in small, for tests of routing."""

from collections.abc import Mapping

from reconciler.model import (
    Binding,
    Channels,
    Condition,
    ConditionGroups,
    Destination,
    Escalation,
    Expression,
    Route,
    RouteSource,
    Target,
    many,
    one,
    reference,
)
from reconciler.routing.world import Alert, CatalogType, Entry, Kind, World

SOURCE = "01PROD"
OTHER = "01GRAF"
TITLE = "alert.title"
SEVERITY = "alert.attributes.01SEV"
REGIONS = "alert.attributes.01REG"
SERVICE = "alert.attributes.01SVC"
PATH = "alert.attributes.01PATH"
PRIORITY = "alert.priority"
SERVICE_TYPE = 'CatalogEntry["01SERVICE"]'
PATH_TYPE = 'CatalogEntry["01ESCALATION"]'
PRIORITY_TYPE = 'CatalogEntry["01PRIORITY"]'
TIER_OF = '.catalog_attribute["01TIER"]'
PATH_OF = '.catalog_attribute["01OWNER"]'

SERVICES = CatalogType(
    {"01TIER": Kind("String"), "01OWNER": Kind(PATH_TYPE)},
    (
        Entry("E1", "Checkout API", "checkout", ("shop",), {"01TIER": ("1",), "01OWNER": ("P1",)}),
        Entry("E2", "Ledger", "ledger", (), {"01TIER": ("2",), "01OWNER": ()}),
        Entry("E3", "Vault", "vault", (), None),
    ),
    whole=True,
)
WORLD = World(
    sources={SOURCE: "Alertmanager", OTHER: "Grafana"},
    all_sources=True,
    subjects={
        TITLE: Kind("String"),
        "alert.description": Kind("TemplatedText"),
        PRIORITY: Kind(PRIORITY_TYPE),
        SEVERITY: Kind("String"),
        REGIONS: Kind("String", array=True),
        SERVICE: Kind(SERVICE_TYPE),
        PATH: Kind(PATH_TYPE),
    },
    all_subjects=True,
    catalog={
        SERVICE_TYPE: SERVICES,
        PATH_TYPE: CatalogType({}, (Entry("P1", "On-Call"), Entry("P2", "Platform")), True),
        PRIORITY_TYPE: CatalogType({}, (Entry("Y1", "P1"), Entry("Y2", "P2")), True),
    },
    paged={"P1": "ONCALL", "P2": "PLATFORM"},
)


def alert(
    values: Mapping[str, str | tuple[str, ...]] | None = None,
    unknown: tuple[str, ...] = (),
    source: str = SOURCE,
) -> Alert:
    """An alert with a title; a text stands for a value of one."""
    given = {"alert.title": "PodNotRunning", **(values or {})}
    made = {key: (value,) if isinstance(value, str) else value for key, value in given.items()}
    return Alert(source, made, frozenset(unknown))


def check(subject: str, operation: str, *operands: str) -> Condition:
    """A condition; `contains` and its kin take one operand."""
    if not operands:
        return Condition(subject, operation)
    single = operation in ("contains", "name_contains")
    return Condition(subject, operation, (one(operands[0]) if single else many(*operands),))


def when(*conditions: Condition) -> ConditionGroups:
    """One group."""
    return (conditions,)


def route(
    groups: ConditionGroups = (),
    *,
    source_groups: ConditionGroups = (),
    sources: tuple[str, ...] = (SOURCE,),
    pages: tuple[Binding, ...] = (one("ONCALL"),),
    posts: tuple[tuple[Binding, ConditionGroups], ...] = (),
    expressions: tuple[Expression, ...] = (),
    enabled: bool = True,
) -> Route:
    """A route that pages."""
    return Route(
        "Production Alerts",
        enabled=enabled,
        sources=tuple(RouteSource(one, source_groups) for one in sources),
        when=groups,
        escalate=Escalation(tuple(Target("path", binding) for binding in pages)),
        notify=tuple(Destination(Channels(channel), when=groups) for channel, groups in posts),
        expressions=expressions,
    )


def result(name: str) -> Binding:
    """The result of an expression."""
    return reference(f'expressions["{name}"]')
