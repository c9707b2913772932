"""Routes with ids, for the odd account: what incident.io could hold."""

from hypothesis import strategies as st

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Cast,
    Channels,
    Concatenate,
    Condition,
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
    RawStep,
    Reference,
    Returns,
    Route,
    RouteSource,
    Severity,
    Target,
    TextSetting,
    TextTemplate,
)
from tests.directory.accounts import (
    ODD_NAMES,
    PRIORITY,
    SERVICE,
    TIER,
    UNKNOWN_ID,
    engine,
    ulid,
)

COUNT = len(ODD_NAMES)


def ids(base: int) -> st.SearchStrategy[str]:
    """Ids of a kind, and one that the account does not have."""
    return st.sampled_from([ulid(base + place) for place in range(COUNT)] + [ulid(999_998)])


texts = st.sampled_from(["critical", "main", "true", "", "ext-1", "alias", "{{ x }}", "Line\ntwo"])
literal_texts = st.one_of(ids(3000), ids(3100), ids(3200), texts, st.sampled_from(ODD_NAMES))
literals = literal_texts.map(Literal)
hops = st.lists(ids(2900).map(lambda given: f'.catalog_attribute["{given}"]'), max_size=2)
roots = st.one_of(
    ids(200).map(lambda given: f"alert.attributes.{given}"),
    st.sampled_from(
        [
            "alert.title",
            "alert.description",
            "alert.priority",
            "alert.source_url",
            'expressions["one"]',
            'expressions["two"]',
            'expressions["nowhere"]',
            "input",
            ".",
            f"alert.attributes.{UNKNOWN_ID}",
        ]
    ),
)
references = st.builds(lambda root, more: root + "".join(more), roots, hops)
values = st.one_of(literals, references.map(Reference))
bindings = st.builds(Binding, st.lists(values, max_size=3).map(tuple), st.booleans())
operations = st.sampled_from(
    ["one_of", "contains_one_of", "name_contains", "contains", "gte", "is_set", "is_true", "new"]
)
conditions = st.builds(Condition, references, operations, st.lists(bindings, max_size=2).map(tuple))
groups = st.lists(st.lists(conditions, max_size=2).map(tuple), max_size=2).map(tuple)
returns = st.builds(
    Returns,
    st.sampled_from(
        [
            "String",
            "Bool",
            engine(SERVICE),
            engine(TIER),
            engine(PRIORITY),
            engine("Tier"),
            "Region",
        ]
    ),
    st.booleans(),
)
steps = st.one_of(
    st.sampled_from([Plain("first"), Plain("count"), Plain("random")]),
    ids(2900).map(lambda given: Navigate(f'catalog_attribute["{given}"]')),
    ids(2900).map(lambda given: Navigate(f'.catalog_attribute["{given}"]')),
    groups.map(Filter),
    st.one_of(st.none(), references).map(Concatenate),
    returns.map(Cast),
    returns.map(lambda given: Parse("$.x", given)),
    st.builds(
        Branches, returns, st.lists(st.builds(Case, groups, bindings), max_size=2).map(tuple)
    ),
    st.just(RawStep('{"operation_type":"fold"}')),
)


def expressions(name: str) -> st.SearchStrategy[Expression]:
    return st.builds(
        Expression,
        st.just(name),
        st.just("Label"),
        references,
        st.lists(steps, max_size=3).map(tuple),
        st.one_of(st.none(), bindings),
    )


def of_kind(base: int) -> st.SearchStrategy[Binding]:
    """A binding whose literals are ids of a kind, or texts that are no id at all."""
    value = st.one_of(
        ids(base).map(Literal),
        texts.map(Literal),
        st.sampled_from(ODD_NAMES).map(Literal),
        references.map(Reference),
    )
    return st.builds(Binding, st.lists(value, max_size=2).map(tuple), st.booleans())


segments = st.one_of(st.sampled_from(["on ", "\\", "{{", "a\\{{b"]), references.map(Reference))
lines = st.lists(segments, max_size=3).map(tuple)
templates = st.lists(lines, max_size=3).map(tuple).map(TextTemplate)
documents = st.just(Document('{"type":"doc"}'))
text_settings = st.builds(TextSetting, st.one_of(templates, documents, bindings), st.booleans())
field_values = st.one_of(bindings, of_kind(2800), templates, documents)
channel_ids = st.sampled_from(
    ["C0000000001", "T1/C0000000002", "T2/C0000000001", "#alerts", "19:a@thread.tacv2", "x"]
)
channels = st.builds(
    Channels,
    st.builds(
        Binding,
        st.lists(st.one_of(channel_ids.map(Literal), references.map(Reference))).map(tuple),
        st.booleans(),
    ),
)
custom_fields = st.builds(CustomField, ids(2700), field_values)
incidents = st.builds(
    Incident,
    when=groups,
    name=st.none() | text_settings,
    summary=st.none() | text_settings,
    severity=st.none() | st.builds(Severity, st.none() | of_kind(2500)),
    type=st.none() | of_kind(2600),
    mode=st.none() | bindings,
    triage=st.none() | bindings,
    members=st.none() | of_kind(2400) | of_kind(5000),
    custom_fields=st.lists(custom_fields, max_size=3).map(tuple),
    workspace=st.none() | bindings,
)
targets = st.one_of(
    st.builds(Target, st.just("path"), of_kind(2200)),
    st.builds(Target, st.just("user"), of_kind(2300)),
)
routes = st.builds(
    Route,
    name=st.just("Odd"),
    owners=st.lists(ids(2400), max_size=2).map(tuple),
    sources=st.lists(st.builds(RouteSource, ids(2000), groups), max_size=2).map(tuple),
    when=groups,
    group=st.none() | st.builds(Grouping, st.just(60), st.lists(references, max_size=2).map(tuple)),
    escalate=st.builds(Escalation, st.lists(targets, max_size=2).map(tuple)),
    notify=st.lists(
        st.builds(Destination, st.none() | channels, st.none() | channels, groups), max_size=2
    ).map(tuple),
    message_template=st.none() | of_kind(3300),
    incident=st.none() | incidents,
    expressions=st.tuples(expressions("one"), expressions("two")) | st.just(()),
)
"""Whole routes. Their `subject_type` is empty, as it is after decoding."""
