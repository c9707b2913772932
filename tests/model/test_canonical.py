"""Same meaning, same canonical form; another meaning, another form.

Each numbered fact of docs/explanation/api-facts.md has an example here, on a payload as the API
returned it where the fact is about reads.
"""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model import (
    Again,
    ApiVersion,
    Binding,
    Channels,
    Concatenate,
    Condition,
    CustomField,
    Destination,
    Document,
    Escalation,
    Expression,
    Grouping,
    Incident,
    Literal,
    Plain,
    Reference,
    Route,
    Severity,
    Step,
    Target,
    TextSetting,
    TextTemplate,
    many,
    one,
    reference,
)
from reconciler.model.canonical import (
    canonical,
    canonical_condition,
    canonical_field,
    canonical_group,
    canonical_groups,
    canonical_pair,
    canonical_text,
    stored_operation,
)
from reconciler.wire.codec import codec
from tests.wire.corpus import Body, body_of

TITLE = Reference("alert.title")
SERVICE = 'CatalogEntry["01JSERVICE"]'
BOTH: tuple[ApiVersion, ...] = ("v2", "v3")
in_both = pytest.mark.parametrize("api", BOTH)


def meaning(api: ApiVersion, body: Body) -> Route:
    """The canonical form of a read."""
    return canonical(codec(api).decode(body).route)


def edited(api: ApiVersion, slug: str, change: Callable[[Body], Any]) -> tuple[Route, Route]:
    """The meaning of a route of the corpus, before and after a change of its read."""
    body = body_of(api, slug)
    other = copy.deepcopy(body)
    change(other)
    return meaning(api, body), meaning(api, other)


# part 2: reads are not writes


@in_both
def test_part_2_labels_are_never_drift(api: ApiVersion) -> None:
    def rename(body: Body) -> None:
        condition = body["alert_sources"][0]["condition_groups"][0]["conditions"][0]
        condition["subject"]["label"] = "Alert → Urgency"
        condition["operation"]["label"] = "is any of"

    before, after = edited(api, "severity-on-one-source", rename)

    assert before == after


# part 3: what the server does to what it stores


@in_both
def test_fact_3_1_the_echo_of_paths_in_users_is_no_target(api: ApiVersion) -> None:
    def drop(body: Body) -> None:
        del body["escalation_config"]["escalation_targets"][0]["users"]

    before, after = edited(api, "severity-on-one-source", drop)

    assert before == after
    assert [target.kind for target in before.escalate.targets] == ["path"]


def test_fact_3_3_a_grace_period_of_zero_comes_back_for_modes_without_one() -> None:
    def drop(body: Body) -> None:
        del body["escalation_config"]["when_alert_joins_group"]["grace_period_seconds"]

    before, after = edited("v3", "grouped", drop)

    assert before == after


def test_fact_3_3_the_default_comes_back_when_grouping_is_on() -> None:
    def drop(body: Body) -> None:
        del body["escalation_config"]["when_alert_joins_group"]

    before, after = edited("v3", "grouped", drop)

    assert before == after
    assert before.escalate.again == Again()


def test_fact_4_13_without_grouping_only_the_default_of_joining_is_nothing() -> None:
    def joining(again: Again | None) -> Route:
        return canonical(Route("a", escalate=Escalation(again=again)))

    assert joining(Again()) == joining(Again(grace_seconds=60)) == joining(None)
    assert joining(Again("on_each_new_alert", 60)) != joining(None)
    assert joining(Again("on_each_new_alert", 60)) != joining(Again("on_each_new_alert"))


def test_a_grace_period_of_the_mode_that_has_one_is_meaning() -> None:
    grouped = Route("a", group=Grouping(60))

    routes = {
        canonical(replace(grouped, escalate=Escalation(again=again)))
        for again in (None, Again("on_each_new_alert", 60), Again("on_each_new_alert", 61))
    }

    assert len(routes) == 3


@in_both
def test_fact_3_4_empty_and_absent_are_the_same(api: ApiVersion) -> None:
    absent, null = body_of(api, "lists-left-out"), body_of(api, "nulls")

    assert meaning(api, absent) == replace(meaning(api, null), name="Lists left out")
    assert meaning(api, absent).when == ()


def test_fact_3_4_empty_trailing_operands_are_the_servers_own() -> None:
    read = Condition("alert.title", "is_set", (Binding(), Binding((), many=True)))

    assert canonical_condition(read) == Condition("alert.title", "is_set")


@pytest.mark.parametrize("empty", [Binding(), Binding((), many=True)])
def test_fact_3_4_they_fall_away_after_a_value_too(empty: Binding) -> None:
    written = Condition("alert.title", "matches", (one("a"),))

    assert canonical_condition(replace(written, params=(one("a"), empty))) == written
    assert canonical_condition(replace(written, params=(one("a"), empty, empty))) == written


def test_an_operand_before_others_is_kept_although_it_is_empty() -> None:
    condition = Condition("alert.title", "between", (Binding(), one("2")))

    assert canonical_condition(condition) != Condition("alert.title", "between", (one("2"),))


@pytest.mark.parametrize("severity", [Severity(), Severity(Binding()), Severity(Binding((), True))])
def test_fact_3_5_a_severity_that_is_computed_is_the_one_left_out(severity: Severity) -> None:
    assert incident(severity=severity) == incident()
    assert incident(severity=Severity(merge="max")) != incident()
    assert incident(severity=Severity(one("01SEV"))) != incident()


def test_fact_3_5_a_summary_of_groups_that_is_left_out_is_false() -> None:
    with_false = body_of("v3", "channels")
    without = copy.deepcopy(with_false)
    for place in without["message_config"]["destinations"]:
        del place["slack_targets"]["group_alerts_summary"]

    assert meaning("v3", with_false) == meaning("v3", without)


@pytest.mark.parametrize("kind", ["String", "Link", "TemplatedText", ""])
def test_fact_3_6_one_of_on_texts_is_read_back_as_contains_one_of(kind: str) -> None:
    written = Condition("alert.title", "one_of", (many("a"),), kind)
    read = Condition("alert.title", "contains_one_of", (many("a"),), kind)

    assert canonical_condition(written) == canonical_condition(read)


def test_fact_3_6_contains_on_entries_is_read_back_as_name_contains() -> None:
    assert stored_operation("contains", SERVICE) == "name_contains"
    assert stored_operation("contains", "String") == "contains"
    assert stored_operation("one_of", SERVICE) == "one_of"
    assert stored_operation("one_of", "Number") == "one_of"


def test_the_type_of_a_subject_is_no_meaning_and_is_kept() -> None:
    condition = canonical_condition(Condition("alert.attributes.01J", "one_of", (), SERVICE))

    assert condition.subject_type == SERVICE
    assert canonical_condition(condition) == condition
    assert condition == Condition("alert.attributes.01J", "one_of")


@in_both
def test_fact_3_7_a_text_comes_back_as_a_document_in_another_order(api: ApiVersion) -> None:
    body = body_of(api, "plain-texts")
    stored = copy.deepcopy(body)
    holder = stored["incident_template" if api == "v2" else "incident_config"]
    template = holder if api == "v2" else holder["template"]
    variable = {"attrs": {"missing": True, "name": "alert.title", "label": "T"}, "type": "varSpec"}
    text = {"text": " failed", "type": "text"}
    document = {"content": [{"content": [variable, text], "type": "paragraph"}], "type": "doc"}
    template["name"]["binding"]["value"]["literal"] = json.dumps(document, indent=1)

    assert meaning(api, stored) == meaning(api, body)


@pytest.mark.parametrize(
    ("written", "live"),
    [
        (TextTemplate((("plain",),)), one("plain")),
        (TextTemplate((("pl", "ain"),)), one("plain")),
        (TextTemplate((("two",), ("lines",))), one("two\nlines")),
        (TextTemplate(((TITLE, " down"),)), one("{{ alert.title }} down")),
        (TextTemplate((("{{ open",),)), one("{{ open")),
        (TextTemplate(), Binding()),
        (TextTemplate(((),)), one("")),
        (Binding((Literal("01O"),), many=True), one("01O")),
        (many("01O", "02O"), many("02O", "01O", "02O")),
    ],
)
def test_fact_3_7_a_text_field_has_two_spellings(
    written: TextTemplate | Binding, live: TextTemplate | Binding
) -> None:
    one_form, other_form = (canonical_field(CustomField("01F", value)) for value in (written, live))

    assert one_form == other_form
    assert canonical_field(one_form) == one_form


def test_braces_that_stand_for_themselves_are_no_reference() -> None:
    literal = TextTemplate((("{{ alert.title }}",),))

    field = canonical_field(CustomField("01F", literal))

    assert field != canonical_field(CustomField("01F", one("{{ alert.title }}")))
    assert canonical_field(field) == field


BOLD = (
    '{"content":[{"content":[{"marks":[{"type":"bold"}],"text":"a","type":"text"}],'
    '"type":"paragraph"}],"type":"doc"}'
)


def test_a_document_that_no_template_says_is_kept_as_it_is() -> None:
    field = CustomField("01F", Document(BOLD))

    assert canonical_field(field) == field
    setting = TextSetting(Document(BOLD))
    assert canonical_text(setting) == setting


def test_a_document_of_plain_paragraphs_is_the_template_that_says_the_same() -> None:
    plain = Document(BOLD.replace('"marks":[{"type":"bold"}],', ""))

    assert canonical_field(CustomField("01F", plain)) == canonical_field(
        CustomField("01F", one("a"))
    )
    assert canonical_text(TextSetting(plain)) == TextSetting(TextTemplate((("a",),)))
    assert canonical_text(TextSetting(Document('{"type":"doc"}'))) == TextSetting()


def test_fact_3_11_braces_that_name_nothing_are_text() -> None:
    written = TextTemplate((("{{ .Labels.runbook }}",),))

    assert canonical_field(CustomField("01F", written)) == canonical_field(
        CustomField("01F", one("{{ .Labels.runbook }}"))
    )


def test_fact_3_8_order_and_repetition_mean_nothing() -> None:
    one_way = (Condition("a", "is_set"), Condition("b", "one_of", (many("1", "2"),)))
    other_way = (Condition("b", "one_of", (many("2", "1", "2"),)), *one_way)

    assert canonical_group(one_way) == canonical_group(other_way)
    assert canonical_groups((one_way, other_way)) == canonical_groups((other_way,))


def test_fact_3_8_the_order_of_steps_is_meaning() -> None:
    def steps(*parts: Plain) -> Route:
        return canonical(Route("a", expressions=(Expression("e", "E", ".", parts),)))

    assert steps(Plain("min"), Plain("first")) != steps(Plain("first"), Plain("min"))


def test_an_empty_group_is_not_no_group() -> None:
    assert canonical(Route("a", when=((),))) != canonical(Route("a"))


def test_one_more_value_is_drift() -> None:
    live = Condition("alert.title", "one_of", (many("a"),))

    assert canonical_condition(live) != canonical_condition(
        replace(live, params=(many("a", "edited by hand"),))
    )


def test_a_literal_is_exact_only_while_names_are_resolved() -> None:
    exact = Target("path", Binding((Literal("01P", exact=True),), many=True))

    assert canonical(Route("a", escalate=Escalation((exact,)))) == canonical(
        Route("a", escalate=Escalation((Target("path", one("01P")),)))
    )


# texts and slots that say nothing


def incident(**settings: Any) -> Route:
    """A route whose incident has these settings."""
    return canonical(Route("a", incident=Incident(**{"name": TextSetting(), **settings})))


@pytest.mark.parametrize(
    "nothing",
    [
        TextSetting(),
        TextSetting(TextTemplate()),
        TextSetting(TextTemplate(((),))),
        TextSetting(Binding()),
    ],
)
def test_a_summary_that_says_nothing_is_none(nothing: TextSetting) -> None:
    assert incident(summary=nothing) == incident()
    assert incident(summary=replace(nothing, autogenerated=True)) != incident()


def test_fact_3_10_a_template_in_which_nothing_is_set_is_none() -> None:
    nothing = (CustomField("01F", Binding()), CustomField("01G", Binding((), many=True)))

    assert incident(name=TextSetting(TextTemplate())) == incident(name=None)
    assert incident(custom_fields=nothing) == incident(name=None)
    assert incident(name=TextSetting(autogenerated=True)) != incident(name=None)
    assert incident(severity=Severity(merge="max")) != incident(name=None)


def test_fact_3_10_a_target_that_is_bound_to_nothing_is_none() -> None:
    empty = Binding((), many=True)
    destinations = (
        Destination(Channels(many("C1")), Channels(Binding(), "")),
        Destination(Channels(empty)),
    )
    targets = (Target("path", many("01P")), Target("user", empty))

    assert canonical(Route("a", notify=destinations, escalate=Escalation(targets))) == canonical(
        Route("a", notify=(Destination(Channels(many("C1"))),), escalate=Escalation(targets[:1]))
    )


@pytest.mark.parametrize("slot", ["type", "mode", "triage", "members", "workspace"])
def test_a_slot_without_a_value_is_left_out(slot: str) -> None:
    assert incident(**{slot: Binding((), many=True)}) == incident()
    assert incident(**{slot: reference("alert.title")}) != incident()


def test_members_of_an_incident_are_a_set() -> None:
    assert incident(members=many("b", "a", "b")) == incident(members=many("a", "b"))
    assert incident(members=many("a", "b")) != incident(members=many("a"))


@pytest.mark.parametrize("slot", ["type", "mode", "triage", "workspace"])
def test_the_order_of_a_slot_of_one_value_is_no_set(slot: str) -> None:
    """incident.io documents one value there. What it makes of more is unknown, so it is shown."""
    assert incident(**{slot: many("a", "b")}) != incident(**{slot: many("b", "a")})


# meeting: what only one side can show


def slack(*channels: str) -> Route:
    """A route that tells these Slack channels."""
    return Route("a", notify=(Destination(Channels(many(*channels))),))


def test_a_channel_without_its_team_is_that_of_the_other_side() -> None:
    one_side, other_side = canonical_pair(slack("C1", "C2"), slack("T1/C2", "T1/C1"))

    assert one_side == other_side
    assert one_side.notify[0].slack == Channels(many("T1/C1", "T1/C2"))


def test_an_organisation_of_enterprise_grid_is_a_team() -> None:
    one_side, other_side = canonical_pair(slack("C1", "C2"), slack("E1/C2", "T1/C1"))

    assert one_side == other_side


def test_the_team_of_a_channel_is_meaning_where_both_name_it() -> None:
    one_side, other_side = canonical_pair(slack("T1/C1"), slack("T2/C1"))

    assert one_side != other_side


def test_a_channel_that_the_other_side_does_not_have_stays_bare() -> None:
    one_side, other_side = canonical_pair(slack("C1"), slack("T1/C2"))

    assert one_side != other_side
    assert one_side.notify[0].slack == Channels(one("C1"))


def test_channels_that_are_no_literals_have_no_team() -> None:
    teams = Destination(ms_teams=Channels(one("19:a")))
    dynamic = Destination(Channels(reference("alert.attributes.01J")))
    route = replace(slack("C1"), notify=(*slack("C1").notify, teams, dynamic))

    one_side, other_side = canonical_pair(route, slack("T1/C1"))

    assert len(one_side.notify) == 3
    assert one_side != other_side


def uniting(*references: str | None, name: str = "e") -> Route:
    """A route with an expression that unites these, and takes the first."""
    steps: tuple[Step, ...] = (*(Concatenate(one) for one in references), Plain("first"))
    return Route("a", expressions=(Expression(name, "E", "alert.title", steps),))


def test_part_2_what_a_read_hides_is_no_drift() -> None:
    live, declared = uniting("alert.priority", None), uniting("alert.priority", "alert.title")

    for one_side, other_side in (canonical_pair(live, declared), canonical_pair(declared, live)):
        assert one_side == other_side == canonical(declared)


def test_part_2_beside_what_a_read_hides_an_edit_is_drift() -> None:
    one_side, other_side = canonical_pair(
        uniting(None, "alert.title"), uniting("a", "alert.priority")
    )

    assert one_side != other_side


@pytest.mark.parametrize(
    "declared", [uniting(), uniting("alert.title", name="f"), uniting("a", "b"), Route("a")]
)
def test_part_2_what_else_differs_is_drift(declared: Route) -> None:
    one_side, other_side = canonical_pair(uniting(None), declared)

    assert one_side != other_side
