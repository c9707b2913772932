"""Routes and alerts of a small account, whose values lie near every boundary."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Channels,
    Concatenate,
    Condition,
    ConditionGroups,
    Destination,
    Escalation,
    Expression,
    Filter,
    Incident,
    Literal,
    Navigate,
    Plain,
    Reference,
    Returns,
    Route,
    RouteSource,
    Step,
    Target,
    Value,
    many,
    one,
)
from reconciler.routing.alert import Alert
from tests.routing.small import (
    OTHER,
    PATH,
    PATH_TYPE,
    PRIORITY,
    REGIONS,
    SERVICE,
    SEVERITY,
    SOURCE,
    TITLE,
)

Draw = Callable[[st.SearchStrategy[Any]], Any]
TEXTS = ("critical", "CRITICAL", "crit", "x critical", "", "ß", "info")
SERVICES = ("E1", "E2", "E3", "E9")
PATHS = ("P1", "P2")
ENTRIES = {SERVICE: SERVICES, PATH: PATHS, PRIORITY: ("Y1", "Y2")}
TEXT_SUBJECTS = (SEVERITY, REGIONS, TITLE, f'{SERVICE}.catalog_attribute["01TIER"]')
NAMES = ("a", "b", "c")


@st.composite
def conditions(draw: Draw, *, element: str = "") -> Condition:
    """Of proven meaning mostly."""
    subject = draw(st.sampled_from((*TEXT_SUBJECTS, *ENTRIES, 'expressions["a"]')))
    if element and draw(st.booleans()):
        subject = element
    operation = draw(
        st.sampled_from(
            ("is_set", "is_not_set", "contains", "one_of", "contains_one_of", "not_one_of")
        )
    )
    if operation.startswith("is_"):
        return Condition(subject, operation)
    texts: tuple[str, ...] = TEXTS
    if subject in ENTRIES and operation != "contains":
        texts = (*ENTRIES[subject], "checkout", "nothing")
    operands = draw(st.lists(st.sampled_from(texts), min_size=1, max_size=2))
    if operation == "contains":
        return Condition(subject, operation, (one(operands[0]),))
    return Condition(subject, operation, (many(*operands),))


def groups(*, element: str = "") -> st.SearchStrategy[ConditionGroups]:
    """Up to two groups of up to two."""
    one_or_two = st.lists(conditions(element=element), min_size=1, max_size=2).map(tuple)
    return st.lists(one_or_two | one_or_two | st.just(()), max_size=2).map(tuple)


values: st.SearchStrategy[Value] = st.sampled_from(
    [
        Literal("ONCALL"),
        Literal("P2"),
        Reference(PATH),
        Reference('expressions["a"]'),
    ]
)
bindings = st.lists(values, min_size=1, max_size=2).map(lambda some: Binding(tuple(some), True))
some_bindings = st.lists(bindings, min_size=1, max_size=2)


@st.composite
def expressions(draw: Draw, name: str) -> Expression:
    """Branches, or steps from an attribute."""
    otherwise = draw(st.none() | bindings)
    if draw(st.booleans()):
        cases = draw(st.lists(st.builds(Case, groups(), bindings), max_size=2))
        return Expression(name, name, ".", (Branches(Returns(PATH_TYPE), tuple(cases)),), otherwise)
    other = "b" if name == "a" else "c"
    step: st.SearchStrategy[Step] = st.one_of(
        st.sampled_from(["first", "random", "count", "sum"]).map(Plain),
        st.builds(Filter, groups(element="input")),
        st.just(Navigate('catalog_attribute["01OWNER"]')),
        st.sampled_from([PATH, f'expressions["{other}"]']).map(Concatenate),
    )
    root = draw(st.sampled_from([SERVICE, PATH, f'expressions["{other}"]']))
    return Expression(name, name, root, tuple(draw(st.lists(step, max_size=2))), otherwise)


@st.composite
def routes(draw: Draw) -> Route:
    """A route that does something."""
    sources = draw(st.sampled_from([(SOURCE,), (SOURCE,), (SOURCE, OTHER), (OTHER,)]))
    names = {"a", *draw(st.lists(st.sampled_from(NAMES), max_size=1))}
    place = st.builds(
        lambda channel, when: Destination(Channels(channel), when=when),
        st.sampled_from([one("C1"), one("T1/C1"), many("C1", "C2")]),
        groups(),
    )
    targets = [Target("path", binding) for binding in draw(some_bindings)]
    return Route(
        "r",
        enabled=draw(st.sampled_from([True, True, True, False])),
        sources=tuple(RouteSource(source, draw(groups())) for source in sources),
        when=draw(groups()),
        escalate=Escalation(tuple(targets)),
        notify=tuple(draw(st.lists(place, max_size=2))),
        incident=draw(st.none() | st.builds(Incident, groups())),
        expressions=tuple(draw(expressions(name)) for name in sorted(names)),
    )


accounts = st.lists(routes(), min_size=1, max_size=3).map(
    lambda some: {f"r{number}": route for number, route in enumerate(some)}
)


@st.composite
def alerts(draw: Draw) -> Alert:
    """Everything that routes look at: a value, none, several; each perhaps unknown."""
    found: dict[str, tuple[str, ...]] = {TITLE: (draw(st.sampled_from(TEXTS)),)}
    for subject in (SEVERITY, REGIONS, *ENTRIES):
        of = st.sampled_from(ENTRIES.get(subject, TEXTS))
        found[subject] = tuple(draw(st.lists(of, max_size=2, unique=True)))
    unknown = draw(st.sets(st.sampled_from([SEVERITY, REGIONS, TITLE, *ENTRIES]), min_size=1))
    return Alert(SOURCE, found, frozenset(unknown))
