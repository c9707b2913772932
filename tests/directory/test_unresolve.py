"""Whatever an account's names are, a route that was given names means the same route."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from reconciler.directory import resolve, type_subjects, unresolve
from reconciler.model import (
    Binding,
    Cast,
    Channels,
    Condition,
    Config,
    CustomField,
    Declaration,
    Destination,
    Escalation,
    Expression,
    Incident,
    Literal,
    Navigate,
    Positions,
    Reference,
    Returns,
    Route,
    Target,
    TextTemplate,
    document_of,
    many,
    one,
)
from tests.directory.accounts import (
    ODD_NAMES,
    SERVICE_OWNER,
    TIER,
    UNKNOWN_ID,
    engine,
    odd,
    plain,
    ulid,
)
from tests.directory.strategies import routes

ODD_IDS = {name: ulid(200 + place) for place, name in enumerate(ODD_NAMES)}
ODD = odd()
CONFIG = Config(channels={"#alerts": "C0000000009", "a / b": "19:a@thread.tacv2"})


@given(routes)
def test_resolving_the_names_gives_the_ids_back(route: Route) -> None:
    named = unresolve(route, ODD, CONFIG)
    resolved, _ = resolve(Declaration(named, Positions("f.yaml")), ODD, CONFIG)

    assert as_documents(resolved.route) == as_documents(type_subjects(route, ODD))


def as_documents(route: Route) -> Route:
    """A text that uses what is not there is a document in a file, and means the same."""

    def said(content: Any) -> Any:
        return document_of(content) if isinstance(content, TextTemplate) else content

    incident = route.incident
    if incident is None:
        return route
    name, summary = (
        setting and replace(setting, content=said(setting.content))
        for setting in (incident.name, incident.summary)
    )
    fields = tuple(replace(field, value=said(field.value)) for field in incident.custom_fields)
    incident = replace(incident, name=name, summary=summary, custom_fields=fields)
    return replace(route, incident=incident)


@given(routes)
def test_a_file_says_nothing_about_types(route: Route) -> None:
    named = unresolve(type_subjects(route, ODD), ODD, CONFIG)

    conditions = [condition for group in named.when for condition in group]
    assert {condition.subject_type for condition in conditions} <= {""}


def named_subject(subject: str) -> str:
    route = Route("R", when=((Condition(subject, "is_set"),),))
    return unresolve(route, ODD, CONFIG).when[0][0].subject


def test_a_name_is_written_in_its_shortest_form() -> None:
    assert named_subject(f"alert.attributes.{ODD_IDS['severity']}") == "severity"
    assert named_subject("alert.title") == "title"


def test_an_attribute_that_shares_the_name_of_a_built_in_says_so() -> None:
    assert named_subject(f"alert.attributes.{ODD_IDS['title']}") == "attribute:title"
    assert named_subject(f"alert.attributes.{ODD_IDS['input']}") == "attribute:input"


@pytest.mark.parametrize("name", ["twin", "clos}}ing", "new\nline", " spaced ", "", 'hop.["in"]'])
def test_a_name_that_is_not_exact_or_cannot_be_written_stays_an_id(name: str) -> None:
    raw = f"alert.attributes.{ODD_IDS[name]}"

    assert named_subject(raw) == raw


def test_hops_are_named_with_their_quotes_escaped() -> None:
    start = f"alert.attributes.{ODD_IDS['severity']}"
    hop = ulid(2900 + ODD_NAMES.index('with "quotes"'))

    assert named_subject(f'{start}.catalog_attribute["{hop}"]') == r'severity.["with \"quotes\""]'


def test_a_literal_of_a_catalog_type_that_is_no_id_becomes_exact() -> None:
    subject = f"alert.attributes.{ulid(111)}"
    condition = Condition(subject, "one_of", (many(ulid(170), "svc-checkout", UNKNOWN_ID),))

    named = unresolve(Route("R", when=((condition,),)), plain(), Config())

    expected = (Literal("checkout"), Literal("svc-checkout", True), Literal(UNKNOWN_ID, True))
    assert named.when[0][0].params == (Binding(expected, many=True),)


def test_users_are_named_by_e_mail_and_by_name_where_they_have_none() -> None:
    targets = (Target("user", many(ulid(130), ulid(132))),)

    named = unresolve(Route("R", escalate=Escalation(targets)), plain(), Config())

    assert named.escalate.targets[0].binding == many("Lead@example.com", "Robot")


def test_an_unknown_id_stays_and_a_text_that_is_none_is_exact() -> None:
    targets = (Target("path", many(UNKNOWN_ID, "gone")),)

    named = unresolve(Route("R", escalate=Escalation(targets)), plain(), Config())

    expected = Binding((Literal(UNKNOWN_ID), Literal("gone", exact=True)), many=True)
    assert named.escalate.targets[0].binding == expected


def test_a_catalog_type_is_named_and_another_spelling_of_it_is_not() -> None:
    cast = Cast(Returns(engine(TIER), True))
    raw = Cast(Returns(engine('Custom["Tier"]')))
    route = Route("R", expressions=(Expression("x", "x", "alert.title", (cast, raw)),))

    named = unresolve(route, plain(), Config())

    assert named.expressions[0].steps == (Cast(Returns("Tier", True, catalog=True)), raw)


def test_steps_name_the_attribute_that_they_follow() -> None:
    steps = (
        Navigate(f'catalog_attribute["{SERVICE_OWNER}"]'),
        Navigate("unknown form"),
    )
    dotted = (Navigate(f'.catalog_attribute["{SERVICE_OWNER}"]'),)
    root = f"alert.attributes.{ulid(111)}"
    expressions = (Expression("x", "x", root, steps), Expression("y", "y", root, dotted))

    named = unresolve(Route("R", expressions=expressions), plain(), Config())

    assert named.expressions[0].steps == (Navigate("Owner"), Navigate("unknown form"))
    assert named.expressions[1].steps == dotted


def test_a_text_field_is_written_as_the_text_of_its_template() -> None:
    template = TextTemplate((("on ", Reference(f"alert.attributes.{ulid(111)}")),))
    incident = Incident(custom_fields=(CustomField(ulid(160), template),))

    named = unresolve(Route("R", incident=incident), plain(), Config())

    assert named.incident == Incident(
        custom_fields=(CustomField("Impact", one("on {{ service }}")),)
    )


def test_channels_have_the_name_of_the_configuration_or_of_a_live_label() -> None:
    config = Config(channels={"#alerts": "C0000000009"})
    channels = Channels(many("C0000000009", "C0000000001", "T1/C0000000002"))

    named = unresolve(Route("R", notify=(Destination(slack=channels),)), ODD, config)

    # Two live channels are called #alerts, and the configuration gives the name to a third.
    assert named.notify[0].slack == Channels(many("#alerts", "C0000000001", "T1/C0000000002"))


@given(routes)
def test_types_are_all_that_typing_adds(route: Route) -> None:
    """Types are no part of what conditions say. A text may become the template that it is."""
    typed = type_subjects(route, ODD)

    assert replace(typed, incident=None) == replace(route, incident=None)
    assert (typed.incident and typed.incident.when) == (route.incident and route.incident.when)


@pytest.mark.parametrize(
    ("text", "exact"), [("open {{ x", True), ("{{ alert.title }}", False), ("plain", False)]
)
def test_braces_of_a_field_that_nobody_knows_are_exact_where_they_name_nothing(
    text: str, exact: bool
) -> None:
    route = Route("R", incident=Incident(custom_fields=(CustomField(UNKNOWN_ID, one(text)),)))

    named = unresolve(route, plain(), Config())

    assert named.incident is not None
    assert named.incident.custom_fields[0].value == Binding((Literal(text, exact),))
