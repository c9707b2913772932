"""Routes with ids, as `directory.resolve` makes them, in the account of the sandbox.

`routes("v3")` draws routes that v3 can say, `routes("v2")` those that v2 can say. The API accepts
all of them. `shuffled` reorders what is a set to the API; `typed` fills `subject_type` as a
directory does.

Each strategy is made once. Hypothesis checks and measures each new one, which takes longer than to
draw from it, so a composite makes none of its own.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings, strategies as st

from reconciler.model import (
    FIELD_MERGES,
    PLAIN_STEPS,
    SEVERITY_MERGES,
    VISIBILITIES,
    WINDOW_TYPES,
    Again,
    ApiVersion,
    Binding,
    Branches,
    Case,
    Cast,
    Channels,
    Concatenate,
    Condition,
    ConditionGroups,
    CustomField,
    Destination,
    Document,
    Escalation,
    Expression,
    Filter,
    Grouping,
    Incident,
    Literal,
    Navigate,
    Parse,
    Plain,
    Reference,
    Returns,
    Route,
    RouteSource,
    Severity,
    Step,
    Target,
    TextSetting,
    TextTemplate,
)
from reconciler.sandbox.account.seed import (
    CUSTOM_FIELDS,
    ESCALATION_PATHS,
    INCIDENT_TYPES,
    SEVERITIES,
    SOURCES,
    TEAMS,
    USERS,
    engine_type,
    ident,
)

law = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For laws about whole routes: drawing one takes milliseconds, on a busy machine many."""

Draw = Callable[[st.SearchStrategy[Any]], Any]

SUBJECTS = {
    "alert.title": "String",
    "alert.description": "TemplatedText",
    "alert.priority": engine_type("Alert Priority"),
    f"alert.attributes.{ident('attribute', 'severity')}": "String",
    f"alert.attributes.{ident('attribute', 'customers')}": "String",
    f"alert.attributes.{ident('attribute', 'runbook')}": "Link",
    f"alert.attributes.{ident('attribute', 'silenced')}": "Bool",
    f"alert.attributes.{ident('attribute', 'service')}": engine_type("Service"),
    f"alert.attributes.{ident('attribute', 'environment')}": engine_type("Environment"),
    f"alert.attributes.{ident('attribute', 'team')}": engine_type("Team"),
}
ENTRIES = {
    engine_type("Alert Priority"): [ident("entry", f"Alert Priority P{n}") for n in (1, 2, 3)],
    engine_type("Service"): [ident("entry", f"Service {n}") for n in ("api", "ledger", "vault")],
    engine_type("Environment"): [ident("entry", f"Environment {n}") for n in ("production",)],
    engine_type("Team"): [ident("entry", f"Team {n}") for n in TEAMS],
}
PATH_ATTRIBUTE = f"alert.attributes.{ident('attribute', 'Escalation path')}"
TEAM_ATTRIBUTE = f"alert.attributes.{ident('attribute', 'team')}"
SERVICE_ATTRIBUTE = f"alert.attributes.{ident('attribute', 'service')}"

words = st.text(alphabet="abé {}\\\"'0/~,", min_size=1, max_size=8)
references = st.sampled_from(sorted(SUBJECTS)).map(Reference)
FEW = 3


def some(part: st.SearchStrategy[Any], most: int = FEW) -> st.SearchStrategy[tuple[Any, ...]]:
    """Up to `most` parts, as a tuple."""
    return st.lists(part, max_size=most).map(tuple)


def one_value(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Binding]:
    """A binding's `value`."""
    return value.map(lambda drawn: Binding((drawn,)))


def values(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Binding]:
    """A binding's `array_value`, never empty."""
    listed = st.lists(value, min_size=1, max_size=FEW).map(tuple)
    return listed.map(lambda drawn: Binding(drawn, many=True))


def literals(texts: list[str]) -> st.SearchStrategy[Literal]:
    """One of the ids."""
    return st.sampled_from(texts).map(Literal)


_subjects = st.sampled_from(sorted(SUBJECTS))
_operations = st.sampled_from(["is_set", "is_not_set", "one_of", "not_one_of", "contains"])
_bool_operations = st.sampled_from(["is_set", "is_not_set", "is_true", "is_false"])
_words = words.map(Literal)
_word = one_value(_words)
_operands = {
    kind: values((literals(ENTRIES[kind]) if kind in ENTRIES else _words) | references)
    for kind in SUBJECTS.values()
}


@st.composite
def conditions(draw: Draw) -> Condition:
    """A condition that the API accepts, with its type."""
    subject = draw(_subjects)
    kind = SUBJECTS[subject]
    if kind == "Bool":
        return Condition(subject, draw(_bool_operations), (), kind)
    operation = draw(_operations)
    if operation in ("is_set", "is_not_set"):
        return Condition(subject, operation, (), kind)
    if operation == "contains":
        return Condition(subject, operation, (draw(_word),), kind)
    return Condition(subject, operation, (draw(_operands[kind]),), kind)


groups: st.SearchStrategy[ConditionGroups] = some(some(conditions()), 2)

input_conditions = st.sampled_from(["is_set", "is_not_set"]).map(
    lambda operation: Condition("input", operation)
)

segments = st.one_of(words, references)
templates = st.builds(TextTemplate, some(some(segments), 2))
documents = st.sampled_from(
    [
        '{"content":[{"content":[{"marks":[{"type":"bold"}],"text":"a","type":"text"}],'
        '"type":"paragraph"}],"type":"doc"}',
        '{"content":[{"content":[{"content":[{"attrs":{"name":"alert.title"},"type":"varSpec"}],'
        '"type":"paragraph"}],"type":"listItem"}],"type":"doc"}',
    ]
).map(Document)
text_settings = st.builds(
    TextSetting,
    st.none() | templates | documents | one_value(references),
    st.booleans(),
)

RETURNS = Returns("String")


_step: st.SearchStrategy[Step] = st.one_of(
    st.sampled_from(PLAIN_STEPS).map(Plain),
    st.builds(Concatenate, references.map(lambda reference: reference.path)),
    st.builds(Cast, st.builds(Returns, st.sampled_from(["String", "Number"]), st.booleans())),
    st.builds(Parse, words, st.just(RETURNS)),
    st.builds(Filter, some(some(input_conditions), 2)),
)
"""One that needs no particular type."""
_steps = some(_step, 2)
_otherwise = st.none() | _word | one_value(references)
_cases = some(st.builds(Case, groups, _word))
_bool = st.booleans()


@cache
@st.composite
def expressions(draw: Draw, reference: str) -> Expression:
    """An expression of each kind of operation."""
    label = draw(words)
    otherwise = draw(_otherwise)
    if draw(_bool):
        branches = Branches(RETURNS, draw(_cases))
        return Expression(reference, label, ".", (branches,), otherwise)
    if draw(_bool):
        hop = f'catalog_attribute["{ident("catalog attribute", "Team Escalation path")}"]'
        first: Step = Navigate(hop)
        return Expression(reference, label, TEAM_ATTRIBUTE, (first, Plain("first")))
    # What follows a parse is a text for certain, so that any text may be its else.
    steps = (*draw(_steps), Parse(draw(words), RETURNS))
    return Expression(reference, label, SERVICE_ATTRIBUTE, steps, otherwise)


paths = literals([ident("escalation path", name) for name in ESCALATION_PATHS])
users = literals([ident("user", email) for email in USERS])
targets = st.one_of(
    st.builds(Target, st.just("path"), values(paths | st.just(Reference(PATH_ATTRIBUTE)))),
    st.builds(Target, st.just("user"), values(users)),
)


_which = st.sampled_from(["slack", "ms_teams", "both"])


@cache
def _channels(api: ApiVersion) -> tuple[st.SearchStrategy[Channels], st.SearchStrategy[Channels]]:
    """Of Slack and of Microsoft Teams."""
    summaries = st.booleans() if api == "v3" else st.just(False)
    slack_ids = literals(["C06E4KQ7R2N", "C06E4L0P3TB", "T01AB/C06E4M9H1QX"]) | references
    slack, ms_teams = (
        st.builds(Channels, values(ids), st.sampled_from(VISIBILITIES), summaries)
        for ids in (slack_ids, _words | references)
    )
    return slack, ms_teams


@st.composite
def destinations(draw: Draw, api: ApiVersion) -> Destination:
    """Slack, Microsoft Teams or both."""
    slack, ms_teams = _channels(api)
    which = draw(_which)
    return Destination(
        draw(slack) if which != "ms_teams" else None,
        draw(ms_teams) if which != "slack" else None,
        draw(groups),
    )


def _field_values() -> st.SearchStrategy[CustomField]:
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "Affected service": one_value(literals(ENTRIES[engine_type("Service")])),
        "Affected teams": values(literals(ENTRIES[engine_type("Team")])),
        "Customers affected": one_value(literals(["0", "12"])),
        "Impact": templates | documents,
        "Region": values(
            literals([ident("option", f"Region {name}") for name in CUSTOM_FIELDS["Region"][1]])
        ),
        "Ticket": one_value(literals(["https://example.com/1"]) | references),
    }
    return st.one_of(
        *(
            st.builds(
                CustomField,
                st.just(ident("custom field", name)),
                value,
                st.sampled_from(FIELD_MERGES),
            )
            for name, value in kinds.items()
        )
    )


def incidents(api: ApiVersion) -> st.SearchStrategy[Incident]:
    """With and (v3) without a template of its own."""
    severities = literals([ident("severity", name) for name in SEVERITIES])
    teams = literals([ident("team", name) for name in TEAMS])
    with_template = st.builds(
        Incident,
        when=groups,
        decline_when_resolved=st.booleans(),
        name=text_settings,
        summary=st.none() | text_settings,
        severity=st.none()
        | st.builds(Severity, st.none() | one_value(severities), st.sampled_from(SEVERITY_MERGES)),
        type=st.none()
        | one_value(literals([ident("incident type", name) for name in INCIDENT_TYPES])),
        mode=st.none() | one_value(literals(["standard", "test"])),
        triage=st.none() | one_value(literals(["true", "false"])),
        members=st.none() | values(teams),
        custom_fields=st.lists(
            _field_values(), max_size=FEW, unique_by=lambda field: field.field
        ).map(tuple),
        workspace=st.none() | _word if api == "v2" else st.none(),
    )
    if api == "v2":
        return with_template
    return with_template | st.builds(Incident, when=groups, decline_when_resolved=st.booleans())


_agains = st.none() | st.one_of(
    st.just(Again()),
    st.builds(Again, st.just("on_each_new_alert"), st.integers(0, 3_600)),
)
_names = st.lists(st.sampled_from(["a", "b-2", "c_3"]), unique=True, max_size=2)
_owners = some(st.sampled_from([ident("team", name) for name in TEAMS]))
_sources = st.lists(
    st.builds(RouteSource, st.sampled_from([ident("source", name) for name in SOURCES]), groups),
    max_size=FEW,
    unique_by=lambda source: source.source,
).map(tuple)
_targets = some(targets)
_message_template = st.none() | _word


@cache
def _grouping(api: ApiVersion) -> st.SearchStrategy[Grouping | None]:
    windows = WINDOW_TYPES if api == "v3" else ("rolling",)
    keys = some(references.map(lambda reference: reference.path))
    grouping = st.builds(Grouping, st.integers(60, 172_800), keys, st.sampled_from(windows))
    return st.none() | grouping


@cache
def _notify(api: ApiVersion) -> st.SearchStrategy[tuple[Destination, ...]]:
    return some(destinations(api))


@cache
def _incident(api: ApiVersion) -> st.SearchStrategy[Incident | None]:
    return st.none() | incidents(api)


@st.composite
def routes(draw: Draw, api: ApiVersion) -> Route:
    """A route that this version can say."""
    group = draw(_grouping(api))
    names = draw(_names)
    return Route(
        name=draw(words),
        enabled=draw(_bool),
        private=draw(_bool),
        owners=draw(_owners),
        sources=draw(_sources),
        when=draw(groups),
        group=group,
        escalate=Escalation(
            draw(_targets),
            draw(_bool),
            draw(_agains) if group else None,
        ),
        notify=draw(_notify(api)),
        message_template=draw(_message_template),
        incident=draw(_incident(api)),
        expressions=tuple(draw(expressions(name)) for name in names),
    )


def mapped(node: Any, change: Callable[[Any], Any]) -> Any:
    """The model part with `change` applied to every part inside it, innermost first."""
    if isinstance(node, tuple):
        return change(tuple(mapped(part, change) for part in node))
    if is_dataclass(node) and not isinstance(node, type):
        inner = {f.name: mapped(getattr(node, f.name), change) for f in fields(node)}
        return change(replace(node, **inner))
    return node


def typed(route: Route) -> Route:
    """What a directory knows about the subjects of the strategies' conditions."""

    def with_type(part: Any) -> Any:
        if isinstance(part, Condition):
            return replace(part, subject_type=SUBJECTS.get(part.subject, ""))
        return part

    typed_route: Route = mapped(route, with_type)
    return typed_route


def shuffled(route: Route, draw: Draw) -> Route:
    """The route with every set in another order; repeats where the API ignores them."""

    def permuted(parts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(draw(st.permutations(parts)))

    def other(part: Any) -> Any:
        match part:
            case Condition(subject, operation, params, kind):
                return Condition(subject, operation, tuple(map(unordered, params)), kind)
            case RouteSource(source, when):
                return RouteSource(source, any_order(when))
            case Target(kind, binding):
                return Target(kind, unordered(binding))
            case Channels():
                return replace(part, channel=unordered(part.channel))
            case Destination():
                return replace(part, when=any_order(part.when))
            case Filter(when):
                return Filter(any_order(when))
            case Case(when, result):
                return Case(any_order(when), result)
            case Grouping():
                return replace(part, by=permuted(part.by))
            case Escalation():
                return replace(part, targets=permuted(part.targets))
            case Incident():
                fields_ = permuted(part.custom_fields)
                return replace(part, when=any_order(part.when), custom_fields=fields_)
            case _:
                return part

    def unordered(binding: Binding) -> Binding:
        return replace(binding, values=permuted(binding.values))

    def any_order(when: ConditionGroups) -> ConditionGroups:
        groups_ = tuple(permuted(group) for group in when)
        return permuted(groups_ + groups_[:1])

    moved: Route = mapped(route, other)
    return replace(
        moved,
        owners=permuted(moved.owners),
        sources=permuted(moved.sources),
        when=any_order(moved.when),
        notify=permuted(moved.notify),
        expressions=permuted(moved.expressions),
    )
