"""Small accounts, routes and alerts, for properties and the fuzz driver alike.

`Choose` picks one of several: Hypothesis' draw in properties, `random.choice` in the driver.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Protocol, TypeVar

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Channels,
    Condition,
    ConditionGroups,
    Destination,
    Escalation,
    Expression,
    Filter,
    Incident,
    Navigate,
    Plain,
    Reference,
    Returns,
    Route,
    RouteSource,
    Target,
    many,
    one,
)
from reconciler.routing.world import TITLE, Alert, CatalogType, Entry, Kind, World

T = TypeVar("T")


class Choose(Protocol):
    def __call__(self, those: Sequence[T], /) -> T: ...


SEVERITY, LABELS = "alert.attributes.sev", "alert.attributes.labels"
TEAM, TEAMS = "alert.attributes.team", "alert.attributes.teams"
PATH = "alert.attributes.path"
TEAM_TYPE, PATH_TYPE = 'CatalogEntry["Team"]', 'CatalogEntry["Path"]'
ENTRY_NAMES = ("Web", "web shop", "Data")
WORLD = World(
    sources={"s1": "One", "s2": "Two"},
    all_sources=True,
    subjects={
        TITLE: Kind("String"),
        SEVERITY: Kind("String"),
        LABELS: Kind("String", array=True),
        TEAM: Kind(TEAM_TYPE),
        TEAMS: Kind(TEAM_TYPE, array=True),
        PATH: Kind(PATH_TYPE),
    },
    all_subjects=True,
    catalog={
        TEAM_TYPE: CatalogType(
            {"path": Kind(PATH_TYPE), "tier": Kind("String")},
            (
                Entry("t1", "Web", "web-x", values={"path": ("e1",), "tier": ("gold",)}),
                Entry("t2", "web shop", values={"path": ("e2",), "tier": ()}),
                Entry("t3", "Data", values={"path": (), "tier": ("Gold",)}),
            ),
            whole=True,
        ),
        PATH_TYPE: CatalogType({}, (Entry("e1", "First"), Entry("e2", "Second")), whole=True),
    },
    paged={"e1": "P1", "e2": "P2"},
)
SHOWN = (
    WORLD,
    WORLD,
    replace(WORLD, catalog={t: replace(one, whole=False) for t, one in WORLD.catalog.items()}),
    replace(
        WORLD,
        catalog={
            t: replace(one, entries=tuple(replace(e, values=None) for e in one.entries))
            for t, one in WORLD.catalog.items()
        },
    ),
    replace(WORLD, subjects={k: v for k, v in WORLD.subjects.items() if k != LABELS}),
)
"""What may be known of that account: all, or all but for something."""
TEXTS = ("crit", "CRIT", "crit-1", "warn", "", "ß", "k")
TEXT_VALUES = ("crit", "CRIT", "xcrit-1y", "warn", "Warn", "", "other", "ß", "\u212a")
CHANNELS = ("C111111", "T1/C111111", "C222222")
PATHS = ("P1", "P2", "P3")


def conditions(choose: Choose) -> Condition:
    """One test of one value."""
    subject = choose((TITLE, SEVERITY, SEVERITY, SEVERITY, LABELS, TEAM, TEAM, TEAMS))
    kind = WORLD.kind(subject)
    if kind.is_entry:
        return entry_condition(choose, subject)
    operation = choose(
        ("is_set", "is_not_set", "contains", "contains_one_of", "contains_one_of", "not_one_of")
    )
    return Condition(subject, operation, text_operands(choose, operation), kind.type)


def text_operands(choose: Choose, operation: str) -> tuple[Binding, ...]:
    if operation in ("is_set", "is_not_set"):
        return ()
    if operation == "contains":
        return (one(choose(TEXTS)),)
    return (many(*{choose(TEXTS) for _ in range(choose((1, 1, 2)))}),)


def entry_condition(choose: Choose, subject: str) -> Condition:
    operation = choose(("is_set", "is_not_set", "one_of", "one_of", "name_contains", "not_one_of"))
    operands: tuple[Binding, ...] = ()
    if operation == "name_contains":
        operands = (one(choose(("web", "Web", "a", "shop"))),)
    elif operation.endswith("one_of"):
        operands = (many(*{choose(("t1", "web-x", "t2", "t3")) for _ in range(choose((1, 2)))}),)
    return Condition(subject, operation, operands, TEAM_TYPE)


def groups(choose: Choose, most: int = 2) -> ConditionGroups:
    """Alternatives; an empty group now and then."""
    return tuple(
        tuple(conditions(choose) for _ in range(choose((0, 1, 1, 1, 2, 2))))
        for _ in range(choose(range(most + 1)))
    )


def routes(choose: Choose, name: str, *, expressions: bool = False) -> Route:
    """A route of any kind."""
    made = expressions_of(choose) if expressions else ()
    refs = tuple(f'expressions["{one.reference}"]' for one in made if one.reference == "who")
    targets = [Target("path", one(choose(PATHS))) for _ in range(choose((0, 1, 1, 1, 2)))] + [
        Target("user", one("U1"))
    ] * choose((0, 0, 0, 1))
    if expressions and choose((False, True)):
        path = choose((*refs, PATH, f'{TEAM}.catalog_attribute["path"]'))
        targets.append(Target("path", Binding((Reference(path),))))
    when = groups(choose)
    if expressions and choose((False, True)):
        when = (*when, (expression_condition(choose, made),)) if made else when
    return Route(
        name,
        enabled=choose((True, True, True, True, False)),
        sources=tuple(
            RouteSource(source, groups(choose, 1)) for source in choose((("s1",), ("s1", "s2")))
        ),
        when=when,
        escalate=Escalation(tuple(targets)),
        notify=tuple(
            Destination(
                Channels(one(choose(("C111111", "T1/C111111", "C222222")))), when=groups(choose, 1)
            )
            for _ in range(choose((0, 0, 1)))
        ),
        incident=choose((None, None, Incident(when=groups(choose, 1)))),
        expressions=made,
    )


def expressions_of(choose: Choose) -> tuple[Expression, ...]:
    """Up to three, of which "who" names a path."""
    cases = tuple(Case(groups(choose, 1), one(choose(("P1", "P2")))) for _ in range(choose((1, 2))))
    otherwise = choose((None, one("P3"), one("P1")))
    who = Expression("who", "Who", ".", (Branches(Returns(PATH_TYPE), cases),), otherwise)
    teams = Expression(
        "teams",
        "Teams",
        choose((TEAM, TEAMS)),
        (
            Filter(((entry_condition(choose, "input"),),)),
            *choose(((), (Plain("first"),), (Plain("count"),))),
        ),
    )
    tier = Expression(
        "tier",
        "Tier",
        choose((TEAM, TEAMS)),
        (Navigate('input.catalog_attribute["tier"]'),),
        choose((None, one("none"))),
    )
    result = choose((one("crit"), Binding((Reference(SEVERITY),))))
    level = Expression(
        "level",
        "Level",
        ".",
        (Branches(Returns("String"), (Case(groups(choose, 1), result),)),),
        choose((None, Binding((Reference(SEVERITY),)))),
    )
    return tuple(e for e in (who, teams, tier, level) if choose((True, False)))


def expression_condition(choose: Choose, made: Sequence[Expression]) -> Condition:
    name = choose([one.reference for one in made])
    subject = f'expressions["{name}"]'
    if name == "who":
        return Condition(subject, choose(("is_set", "is_not_set")))
    if name == "teams":
        return Condition(subject, choose(("is_set", "is_not_set")))
    operation = choose(("is_set", "contains_one_of", "contains"))
    if operation == "contains_one_of":
        return Condition(subject, operation, (many(choose(("gold", "crit", "none"))),), "String")
    operands = (one(choose(("gold", "cr"))),) if operation == "contains" else ()
    return Condition(subject, operation, operands, "String")


def edits(choose: Choose, route: Route) -> Route | None:
    """The route with one edit, or without the route."""
    match choose(range(9)):
        case 0:
            return replace(route, enabled=not route.enabled)
        case 1:
            return replace(route, when=groups(choose))
        case 2:
            place = choose(route.sources) if route.sources else RouteSource("s1")
            return replace(route, sources=(replace(place, when=groups(choose, 1)),))
        case 3:
            target = Target("path", one(choose(PATHS)))
            return replace(route, escalate=Escalation((target,)))
        case 4:
            return replace(route, notify=())
        case 5:
            return replace(route, incident=None if route.incident else Incident())
        case 6:
            return None
        case 7 if route.when:
            changed = tuple((*group, conditions(choose)) for group in route.when[:1])
            return replace(route, when=(*changed, *route.when[1:]))
        case _:
            return replace(route, when=(*route.when, (conditions(choose),)))


def pairs(
    choose: Choose, *, expressions: bool = False
) -> tuple[dict[str, Route], dict[str, Route]]:
    """Routes before and after."""
    names = ["a", "b", "c"][: choose((1, 2, 3))]
    before = {name: routes(choose, name, expressions=expressions) for name in names}
    after: dict[str, Route] = {}
    for name, route in before.items():
        edited = edits(choose, route) if choose((True, True, False)) else route
        if edited is not None:
            after[name] = edited
    if choose((True, False, False, False)):
        after["d"] = routes(choose, "d", expressions=expressions)
    return before, after


VALUES: dict[str, tuple[tuple[str, ...], ...]] = {
    TITLE: (("An alert",), ("crit",), ("xCRIT-1",), ("",)),
    SEVERITY: ((), *((text,) for text in TEXT_VALUES)),
    LABELS: ((), ("",), ("crit",), ("CRIT", "warn"), ("other", ""), ("k", "crit-1")),
    TEAM: ((), ("t1",), ("t2",), ("t3",)),
    TEAMS: ((), ("t1",), ("t2", "t3"), ("t1", "t3"), ("t1", "t2", "t3"), ("t3",)),
    PATH: ((), ("e1",), ("e2",)),
}


def alerts(choose: Choose) -> Alert:
    """An alert near the boundaries of the conditions above."""
    values = {of: choose(those) for of, those in VALUES.items()}
    return Alert(choose(("s1", "s2")), {of: those for of, those in values.items() if those})


def cells(of: Sequence[str], source: str = "s1") -> Iterator[Alert]:
    """All alerts of a small vocabulary."""
    for those in product(*(VALUES[reference] for reference in of)):
        values = {reference: one for reference, one in zip(of, those, strict=True) if one}
        yield Alert(source, {TITLE: ("An alert",), **values})
