"""Routes and alerts of a small account, whose values lie near every boundary.

Each strategy is made once, as in `ids_strategies`.
"""

from collections.abc import Callable
from functools import cache
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
from reconciler.routing.world import Alert
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


_bool = st.booleans()
_subjects = st.sampled_from((*TEXT_SUBJECTS, *ENTRIES, 'expressions["a"]'))
_operations = st.sampled_from(
    ("is_set", "is_not_set", "contains", "one_of", "contains_one_of", "not_one_of")
)


@cache
def _one_or_two(texts: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(texts), min_size=1, max_size=2)


@cache
@st.composite
def conditions(draw: Draw, *, element: str = "") -> Condition:
    """Of proven meaning mostly."""
    subject = draw(_subjects)
    if element and draw(_bool):
        subject = element
    operation = draw(_operations)
    if operation.startswith("is_"):
        return Condition(subject, operation)
    texts: tuple[str, ...] = TEXTS
    if subject in ENTRIES and operation != "contains":
        texts = (*ENTRIES[subject], "checkout", "nothing")
    operands = draw(_one_or_two(texts))
    if operation == "contains":
        return Condition(subject, operation, (one(operands[0]),))
    return Condition(subject, operation, (many(*operands),))


@cache
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


_otherwise = st.none() | bindings
_cases = st.lists(st.builds(Case, groups(), bindings), max_size=2)


@cache
def _roots_and_steps(
    other: str,
) -> tuple[st.SearchStrategy[str], st.SearchStrategy[list[Step]]]:
    """Of an expression that can name one other."""
    step: st.SearchStrategy[Step] = st.one_of(
        st.sampled_from(["first", "random", "count", "sum"]).map(Plain),
        st.builds(Filter, groups(element="input")),
        st.just(Navigate('catalog_attribute["01OWNER"]')),
        st.sampled_from([PATH, f'expressions["{other}"]']).map(Concatenate),
    )
    root = st.sampled_from([SERVICE, PATH, f'expressions["{other}"]'])
    return root, st.lists(step, max_size=2)


@cache
@st.composite
def expressions(draw: Draw, name: str) -> Expression:
    """Branches, or steps from an attribute."""
    otherwise = draw(_otherwise)
    if draw(_bool):
        branches = Branches(Returns(PATH_TYPE), tuple(draw(_cases)))
        return Expression(name, name, ".", (branches,), otherwise)
    roots, steps = _roots_and_steps("b" if name == "a" else "c")
    return Expression(name, name, draw(roots), tuple(draw(steps)), otherwise)


_sources = st.sampled_from([(SOURCE,), (SOURCE,), (SOURCE, OTHER), (OTHER,)])
_names = st.lists(st.sampled_from(NAMES), max_size=1)
_places = st.lists(
    st.builds(
        lambda channel, when: Destination(Channels(channel), when=when),
        st.sampled_from([one("C1"), one("T1/C1"), many("C1", "C2")]),
        groups(),
    ),
    max_size=2,
)
_enabled = st.sampled_from([True, True, True, False])
_incident = st.none() | st.builds(Incident, groups())


@st.composite
def routes(draw: Draw) -> Route:
    """A route that does something."""
    sources = draw(_sources)
    names = {"a", *draw(_names)}
    targets = [Target("path", binding) for binding in draw(some_bindings)]
    return Route(
        "r",
        enabled=draw(_enabled),
        sources=tuple(RouteSource(source, draw(groups())) for source in sources),
        when=draw(groups()),
        escalate=Escalation(tuple(targets)),
        notify=tuple(draw(_places)),
        incident=draw(_incident),
        expressions=tuple(draw(expressions(name)) for name in sorted(names)),
    )


accounts = st.lists(routes(), min_size=1, max_size=3).map(
    lambda some: {f"r{number}": route for number, route in enumerate(some)}
)


_title = st.sampled_from(TEXTS)
_found = {
    subject: st.lists(st.sampled_from(ENTRIES.get(subject, TEXTS)), max_size=2, unique=True)
    for subject in (SEVERITY, REGIONS, *ENTRIES)
}
_unknown = st.sets(st.sampled_from([SEVERITY, REGIONS, TITLE, *ENTRIES]), min_size=1)


@st.composite
def alerts(draw: Draw) -> Alert:
    """Everything that routes look at: a value, none, several; each perhaps unknown."""
    found: dict[str, tuple[str, ...]] = {TITLE: (draw(_title),)}
    found |= {subject: tuple(draw(some)) for subject, some in _found.items()}
    return Alert(SOURCE, found, frozenset(draw(_unknown)))
