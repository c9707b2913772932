"""Routes with names, as a route file says them: every noun, with texts that nobody would choose.

`declarations` draws what `parse_route` can return, in the shape in which it returns it, so that
reading what was written gives an equal value. Texts hold what spoils naive YAML: quotes, `#`,
`: `, `- x`, `no`, braces, spaces at the ends, line ends, control characters, emoji, right to left.
"""

from typing import Any, TypeVar

from hypothesis import HealthCheck, settings, strategies as st

from reconciler.files.read.route import SETTING_KEYS
from reconciler.files.read.settings import OPERATIONS
from reconciler.model import (
    FIELD_MERGES,
    GRACE_SECONDS,
    PLAIN_STEPS,
    ROOT_OF_ALERT,
    SEVERITY_MERGES,
    VISIBILITIES,
    WINDOW_SECONDS,
    WINDOW_TYPES,
    Again,
    Binding,
    Branches,
    Case,
    Cast,
    Channels,
    Concatenate,
    Condition,
    ConditionGroup,
    ConditionGroups,
    CustomField,
    Declaration,
    Destination,
    Document,
    Escalation,
    Expression,
    Filter,
    Grouping,
    Incident,
    Json,
    Literal,
    Navigate,
    Parse,
    Plain,
    Positions,
    RawStep,
    Reference,
    Returns,
    Route,
    RouteSource,
    Severity,
    Step,
    Target,
    TextSetting,
    TextTemplate,
    Value,
    compact,
    parse_template,
)

T = TypeVar("T")

law = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""For laws about whole files: drawing one takes milliseconds, on a busy machine many."""

FEW = 3
AWKWARD = (
    "no", "on", "y", "~", "null", "true", "08", "1e3", "5", "-5", "0x1f", "2026-01-01", "12:30",
    "=", "<<", "- x", "-", "---", "...", "? x", ": x", "x: y", "x:", "x #y", "#alerts", "*x", "&x",
    "!x", "!!str x", "%x", "@x", "`x`", "'x'", '"x"', "it's", 'say "x"', "[x]", "{x}", "{{ x }}",
    "{{x", "}}", "x, y", "a\\b", "\\{{", "|", ">", "any", "subject", "operation", "params", "raw",
    "reference", "value", "document", "on_each_new_alert", "input", ".", "\u05e9\u05dc\u05d5\u05dd",
    "\u202ex", "\U0001f600", "e\u0301", "\u00a0x", "\u2028", "\x85", "\ufeff", "\x00", "\x1b[31m",
    "a\tb", "a\rb", "a\nb", "a\n\n b\n", "\n", " x ", "\\", "\\x41", "critical", "x" * 300,
    "Engineering On-Call",
)  # fmt: skip


def small(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """The same with a short representation; the whole of one would be too long to print."""

    @st.composite
    def drawn(draw: st.DrawFn) -> T:
        return draw(strategy)

    return drawn()


characters = st.characters(exclude_categories=["Cs"])
texts = small(st.sampled_from(AWKWARD) | st.text(characters, max_size=12))
words = small(texts.map(str.strip).filter(bool))
references = words.filter(lambda text: "expressions[" not in text)
names = st.from_regex(r"[a-zA-Z0-9_-]{1,12}", fullmatch=True)


def some(part: st.SearchStrategy[Any], most: int = FEW) -> st.SearchStrategy[tuple[Any, ...]]:
    """Up to `most` parts, as a tuple."""
    return st.lists(part, max_size=most).map(tuple)


def unique(
    part: st.SearchStrategy[Any], attribute: str, most: int = FEW
) -> st.SearchStrategy[tuple[Any, ...]]:
    """Up to `most` parts that differ in an attribute."""
    listed = st.lists(part, max_size=most, unique_by=lambda drawn: getattr(drawn, attribute))
    return listed.map(tuple)


def word_of(known: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A word that is known, or one that is not."""
    return st.sampled_from(known) | words


values: st.SearchStrategy[Value] = small(
    st.one_of(st.builds(Literal, texts, st.booleans()), references.map(Reference))
)
bindings: st.SearchStrategy[Binding] = small(
    st.one_of(
        values.map(lambda value: Binding((value,))),
        some(values).map(lambda drawn: Binding(drawn, many=True)),
        st.just(Binding()),
    )
)
conditions = small(
    st.builds(
        Condition,
        references,
        word_of(OPERATIONS),
        st.one_of(st.just(()), bindings.map(lambda drawn: (drawn,)), some(bindings)),
    )
    | st.builds(
        Condition,
        references,
        st.just("one_of"),
        values.map(lambda value: (Binding((value,), many=True),)),
    )
)
groups: st.SearchStrategy[ConditionGroup] = some(conditions, 2)
when: st.SearchStrategy[ConditionGroups] = small(st.one_of(st.just(()), some(groups, 2)))


def _read_as_template(text: str) -> TextTemplate:
    template = parse_template(text)
    return template if isinstance(template, TextTemplate) else TextTemplate()


pieces = small(texts | references.map(lambda name: f"{{{{ {name} }}}}"))
templates = (
    st.lists(pieces.filter(lambda text: "expressions[" not in text), max_size=4)
    .map("".join)
    .map(_read_as_template)
)
json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=5,
)  # fmt: skip
json_objects = small(st.dictionaries(texts, json_values, max_size=3).map(compact))
documents = json_objects.map(Document)
single_references = references.map(lambda name: Binding((Reference(name),)))
text_settings = small(
    st.builds(TextSetting, st.none() | templates | documents | single_references, st.booleans())
)

returns = st.builds(Returns, words, st.booleans(), st.booleans())
cases = st.builds(Case, when, bindings)
branches = small(st.builds(Branches, returns, some(cases, 2)))
steps: st.SearchStrategy[Step] = small(
    st.one_of(
        st.sampled_from(PLAIN_STEPS).map(Plain),
        words.map(Navigate),
        when.map(Filter),
        st.builds(Concatenate, st.none() | references),
        returns.map(Cast),
        st.builds(Parse, texts, returns),
        branches,
        json_objects.map(RawStep),
    )
)
roots = st.just(ROOT_OF_ALERT) | references
expressions = small(
    st.builds(Expression, names, texts, roots, some(steps), st.none() | bindings)
    | st.builds(
        Expression, names, texts, st.just(ROOT_OF_ALERT), branches.map(lambda drawn: (drawn,))
    )
)

severities = st.builds(Severity, st.none() | bindings, word_of(SEVERITY_MERGES))
custom_fields = small(st.builds(CustomField, words, bindings | documents, word_of(FIELD_MERGES)))
triage = single_references | st.sampled_from(
    [Binding((Literal("true"),)), Binding((Literal("false"),))]
)
untemplated_incidents = st.builds(Incident, when, st.booleans())
templated_incidents = small(
    st.builds(
        Incident,
        when,
        st.booleans(),
        text_settings,
        st.none() | text_settings,
        st.none() | severities,
        st.none() | bindings,
        st.none() | bindings,
        st.none() | triage,
        st.none() | bindings,
        unique(custom_fields, "field"),
        st.none() | bindings,
    )
)

channels = st.builds(Channels, bindings, word_of(VISIBILITIES), st.booleans())
destinations = small(st.builds(Destination, st.none() | channels, st.none() | channels, when))
targets = st.builds(Target, st.sampled_from(["path", "user"]), bindings)
again = st.one_of(
    st.none(),
    st.builds(Again, st.just("on_each_new_alert"), st.integers(*GRACE_SECONDS)),
    st.builds(Again, words.filter(lambda word: not word.startswith("on_"))),
)
escalations = st.builds(Escalation, some(targets), st.booleans())
escalations_of_groups = st.builds(Escalation, some(targets), st.booleans(), again)
groupings = st.builds(
    Grouping, st.integers(*WINDOW_SECONDS), some(references), word_of(WINDOW_TYPES)
)
sources = small(st.builds(RouteSource, words, when))


def _routes(
    group: st.SearchStrategy[Grouping | None], escalate: st.SearchStrategy[Escalation]
) -> st.SearchStrategy[Route]:
    return st.builds(
        Route,
        name=words,
        enabled=st.booleans(),
        private=st.booleans(),
        owners=some(words),
        sources=unique(sources, "source"),
        when=when,
        group=group,
        escalate=escalate,
        notify=some(destinations, 2),
        message_template=st.none() | bindings,
        incident=st.none() | untemplated_incidents | templated_incidents,
        expressions=unique(expressions, "reference", 2),
    )


routes = small(_routes(st.none(), escalations)) | _routes(groupings, escalations_of_groups)
_identities = {"positions": st.just(Positions("")), "id": st.none() | names}
present = small(
    st.builds(
        Declaration,
        route=routes,
        previously=st.none() | words,
        ignore_changes=some(st.sampled_from(SETTING_KEYS)),
        **_identities,
    )
)
absent = st.builds(
    Declaration,
    route=st.builds(Route, words),
    previously=st.none() | words,
    absent=st.just(True),
    **_identities,
)
_declarations = st.one_of(present, present, present, absent)


def declarations() -> st.SearchStrategy[Declaration]:
    """Files without errors; some are warned about."""
    return small(_declarations)
