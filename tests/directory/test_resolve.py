"""Names become ids, or there is a finding that says why not; never both, never neither."""

from dataclasses import replace

import pytest

from reconciler.directory import Directory, resolve, resolve_teams, unread
from reconciler.directory.directory import Attribute, Named, part, whole
from reconciler.model.binding import Binding, Literal, Reference, many, one, reference
from reconciler.model.condition import Condition
from reconciler.model.config import Config, InventorySource
from reconciler.model.declaration import Declaration
from reconciler.model.expression import (
    Branches,
    Case,
    Cast,
    Concatenate,
    Expression,
    Filter,
    Navigate,
    Parse,
    Plain,
    RawStep,
    Returns,
    Step,
)
from reconciler.model.finding import Finding, Position, Positions
from reconciler.model.route import (
    Channels,
    CustomField,
    Destination,
    Escalation,
    Grouping,
    Incident,
    Route,
    RouteSource,
    Severity,
    Target,
)
from reconciler.model.text import Document, TextSetting, TextTemplate
from tests.directory.accounts import (
    PRIORITY,
    SERVICE,
    SERVICE_OWNER,
    SERVICE_TIER,
    TEAM_PATH,
    TEAM_TYPE,
    TIER,
    UNKNOWN_ID,
    engine,
    plain,
    ulid,
)

ACCOUNT = plain()
SERVICE_REFERENCE = f"alert.attributes.{ulid(111)}"


def resolved(
    route: Route, directory: Directory = ACCOUNT, config: Config | None = None
) -> tuple[Route, tuple[Finding, ...]]:
    declaration = Declaration(route, Positions("f.yaml"))
    result, findings = resolve(declaration, directory, config or Config())
    return result.route, findings


def without_findings(route: Route, directory: Directory = ACCOUNT) -> Route:
    result, findings = resolved(route, directory)
    assert findings == ()
    return result


def codes(route: Route, directory: Directory = ACCOUNT, config: Config | None = None) -> list[str]:
    return [finding.code for finding in resolved(route, directory, config)[1]]


def when_all(*conditions: Condition) -> Route:
    return Route("R", when=(conditions,))


def paging(*targets: Target) -> Route:
    return Route("R", escalate=Escalation(targets))


def computing(root: str, *steps: Step, otherwise: Binding | None = None) -> Route:
    return Route("R", expressions=(Expression("x", "x", root, steps, otherwise),))


def starting(incident: Incident) -> Route:
    return Route("R", incident=incident)


def test_every_kind_of_name_becomes_its_id() -> None:
    route = Route(
        "R",
        owners=("Payments",),
        sources=(RouteSource("sev0@", ((Condition("severity", "is_set"),),)),),
        group=Grouping(60, ("service", "title")),
        escalate=Escalation(
            (Target("path", one("Platform")), Target("user", many("lead@EXAMPLE.com", "Robot")))
        ),
        notify=(Destination(slack=Channels(one("C0123456789"))),),
        incident=Incident(
            severity=Severity(one("Major"), "max"),
            type=one("Default"),
            mode=one("standard"),
            triage=one("true"),
            members=many("Payments"),
            workspace=one("w"),
        ),
    )

    assert without_findings(route) == Route(
        "R",
        owners=(ulid(140),),
        sources=(
            RouteSource(
                ulid(101), ((Condition(f"alert.attributes.{ulid(110)}", "is_set", (), "String"),),)
            ),
        ),
        group=Grouping(60, (SERVICE_REFERENCE, "alert.title")),
        escalate=Escalation(
            (Target("path", one(ulid(121))), Target("user", many(ulid(130), ulid(132))))
        ),
        notify=(Destination(slack=Channels(one("C0123456789"))),),
        incident=Incident(
            severity=Severity(one(ulid(151)), "max"),
            type=one(ulid(155)),
            mode=one("standard"),
            triage=one("true"),
            members=many(ulid(140)),
            workspace=one("w"),
        ),
    )


def test_ids_are_accepted_wherever_names_are() -> None:
    route = Route(
        "R",
        owners=(ulid(140),),
        sources=(RouteSource(ulid(101)),),
        when=((Condition(ulid(110), "is_set"),),),
        incident=Incident(
            members=many(ulid(141)), custom_fields=(CustomField(ulid(163), one("1")),)
        ),
    )

    result = without_findings(route)

    assert result.sources == route.sources
    assert result.owners == route.owners
    assert result.incident == route.incident  # a member may be a team's entry in the catalog
    assert result.when[0][0].subject == f"alert.attributes.{ulid(110)}"


# Operands


@pytest.mark.parametrize("written", ["checkout", "svc-checkout", "shop", ulid(170)])
def test_an_entry_is_found_by_name_external_id_alias_and_id(written: str) -> None:
    result = without_findings(when_all(Condition("service", "one_of", (many(written),))))

    expected = Condition(SERVICE_REFERENCE, "one_of", (many(ulid(170)),), engine(SERVICE))
    assert result.when == ((expected,),)


def test_priorities_are_entries_of_their_catalog_type() -> None:
    result = without_findings(when_all(Condition("priority", "one_of", (many("P1"),))))

    expected = Condition("alert.priority", "one_of", (many(ulid(180)),), engine(PRIORITY))
    assert result.when == ((expected,),)


@pytest.mark.parametrize("operation", ["contains", "name_contains", "starts_with"])
def test_a_part_of_an_entrys_name_stays_text(operation: str) -> None:
    result = without_findings(when_all(Condition("service", operation, (one("check"),))))

    assert result.when[0][0].params == (one("check"),)


def test_an_exact_literal_is_never_looked_up() -> None:
    literal = Binding((Literal("svc-checkout", exact=True),), many=True)

    result = without_findings(when_all(Condition("service", "one_of", (literal,))))

    assert result.when[0][0].params == (many("svc-checkout"),)


@pytest.mark.parametrize("spelling", ['Custom["Service"]', 'CatalogEntry["Custom["Service"]"]'])
def test_a_type_may_be_named_by_the_name_that_the_catalog_gives_it(spelling: str) -> None:
    attributes = whole([Attribute(ulid(111), "service", spelling)])
    route = when_all(Condition("service", "one_of", (many("checkout"),)))

    result = without_findings(route, replace(ACCOUNT, attributes=attributes))

    assert result.when[0][0].params == (many(ulid(170)),)
    unread_types = replace(
        ACCOUNT, attributes=attributes, catalog_types=unread("no right"), entries={}
    )
    assert codes(route, unread_types) == ["unread-names"]


def test_a_type_that_the_catalog_does_not_have_takes_text() -> None:
    attributes = whole([Attribute(ulid(111), "since", "Timestamp")])
    route = when_all(Condition("since", "is", (one("2026"),)))

    result = without_findings(route, replace(ACCOUNT, attributes=attributes))

    assert result.when[0][0].params == (one("2026"),)


def test_a_name_that_is_near_nothing_may_be_an_external_id() -> None:
    _, (finding,) = resolved(when_all(Condition("service", "one_of", (many("zzz"),))))

    assert finding.hint == "an external id is written `{literal: …}`"


def test_a_built_in_is_near_too() -> None:
    _, (finding,) = resolved(when_all(Condition("titel", "is_set")))

    assert finding.hint.startswith('did you mean "title"')


def test_operands_may_be_references() -> None:
    result = without_findings(when_all(Condition("title", "contains", (reference("service"),))))

    assert result.when[0][0].params == (reference(SERVICE_REFERENCE),)


def test_flags_are_for_flags() -> None:
    flags = when_all(Condition("silenced", "is_true"), Condition("severity", "is_false"))

    _, (finding,) = resolved(flags)

    assert (finding.code, finding.path) == ("not-a-flag", ("when", 0, 1))
    assert '"false" in quotes' in finding.hint


def test_an_operand_of_unknown_type_passes_and_is_told() -> None:
    subject = Condition("alert.source_url", "one_of", (many("x", UNKNOWN_ID),))

    result, findings = resolved(when_all(subject))

    assert result.when[0][0].params == (many("x", UNKNOWN_ID),)
    assert [(f.level, f.code, f.path) for f in findings] == [
        ("warning", "untyped-operand", ("when", 0, 0, "params", 0, 0))
    ]


# References


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("attribute:severity", f"alert.attributes.{ulid(110)}"),
        (f"alert.attributes.{ulid(110)}", f"alert.attributes.{ulid(110)}"),
        (" description ", "alert.description"),
        ("alert.source_url", "alert.source_url"),
        ('service.["Tier"]', f'{SERVICE_REFERENCE}.catalog_attribute["{SERVICE_TIER}"]'),
        (
            f'service.["Owner"].catalog_attribute["{TEAM_PATH}"]',
            f'{SERVICE_REFERENCE}.catalog_attribute["{SERVICE_OWNER}"]'
            f'.catalog_attribute["{TEAM_PATH}"]',
        ),
        (
            f'service.catalog_attribute["{UNKNOWN_ID}"]',
            f'{SERVICE_REFERENCE}.catalog_attribute["{UNKNOWN_ID}"]',
        ),
        (".", "."),
        ('catalog_attribute["x"]', 'catalog_attribute["x"]'),
    ],
)
def test_references_have_one_grammar(written: str, expected: str) -> None:
    result = without_findings(when_all(Condition(written, "is_set")))

    assert result.when[0][0].subject == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("sevrity", "unknown-attribute"),
        ("alert.attributes.severity", "unknown-attribute"),
        (f"alert.attributes.{UNKNOWN_ID}", "unknown-id"),
        ('service.["Tir"]', "unknown-catalog-attribute"),
        ('severity.["Tier"]', "not-a-catalog-entry"),
        ('alert.source_url.["Tier"]', "not-a-catalog-entry"),
        ('expressions["nope"]', "unknown-expression"),
        ("input", "input-outside-filter"),
    ],
)
def test_a_reference_without_meaning_is_an_error_and_stays(written: str, code: str) -> None:
    route = when_all(Condition(written, "one_of", (many("x"),)))

    result, findings = resolved(route)

    # What is compared with it has no finding of its own.
    assert [(finding.code, finding.path) for finding in findings] == [
        (code, ("when", 0, 0, "subject"))
    ]
    assert result.when[0][0].subject == written


def test_the_bare_name_of_an_expression_is_told_how_to_be_written() -> None:
    route = replace(computing("service", Plain("first")), when=((Condition("x", "is_set"),),))

    _, (finding,) = resolved(route)

    assert finding.code == "unknown-attribute"
    assert '`expressions["x"]`' in finding.hint


def test_texts_hold_references() -> None:
    text = TextSetting(TextTemplate((("a ", Reference("service")),)))
    document = TextSetting(Document("{}"))

    result = without_findings(starting(Incident(name=text, summary=document)))

    expected = TextSetting(TextTemplate((("a ", Reference(SERVICE_REFERENCE)),)))
    assert result.incident == Incident(name=expected, summary=document)


def test_a_text_may_be_a_reference_alone_or_nothing() -> None:
    incident = Incident(name=TextSetting(reference("service")), summary=TextSetting(None, True))

    result = without_findings(starting(incident))

    expected = replace(incident, name=TextSetting(reference(SERVICE_REFERENCE)))
    assert result.incident == expected


# Expressions


def test_an_expression_is_followed_through_the_catalog() -> None:
    route = computing(
        'service.["Owner"]',
        Plain("first"),
        Navigate("Escalation path"),
        otherwise=one("Engineering On-Call"),
    )

    (expression,) = without_findings(route).expressions

    assert expression.root == f'{SERVICE_REFERENCE}.catalog_attribute["{SERVICE_OWNER}"]'
    assert expression.steps[1] == Navigate(f'catalog_attribute["{TEAM_PATH}"]')
    assert expression.otherwise == one(ulid(190))


def test_branches_type_their_results() -> None:
    case = Case(((Condition("priority", "one_of", (many("P1"),)),),), one("checkout"))
    route = computing(
        ".", Branches(Returns("Service", catalog=True), (case,)), otherwise=one("ledgr")
    )

    result, findings = resolved(route)

    (step,) = result.expressions[0].steps
    assert isinstance(step, Branches)
    assert step.returns == Returns(engine(SERVICE))
    assert step.cases[0].result == one(ulid(170))
    assert [(f.code, f.path) for f in findings] == [("unknown-entry", ("expressions", "x", "else"))]


def test_paths_of_branches_follow_how_they_are_written() -> None:
    branches = Branches(
        Returns("String"), (Case(((Condition("nope", "is_set"),),), reference("nope")),)
    )

    at_the_root = resolved(computing(".", branches))[1]
    as_a_step = resolved(computing("service", Plain("first"), branches))[1]

    start = ("expressions", "x")
    case = ("branches", "cases", 0)
    assert [f.path for f in at_the_root] == [
        (*start, *case, "when", 0, 0, "subject"),
        (*start, *case, "then"),
    ]
    assert [f.path for f in as_a_step] == [
        (*start, "steps", 1, *case, "when", 0, 0, "subject"),
        (*start, "steps", 1, *case, "then"),
    ]


def test_a_filter_tests_its_element() -> None:
    inside = Filter(((Condition("input", "one_of", (many("Payments"),)),),))

    (expression,) = without_findings(computing('service.["Owner"]', inside)).expressions

    test = Condition("input", "one_of", (many(ulid(141)),), engine(TEAM_TYPE))
    assert expression.steps == (Filter(((test,),)),)


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        (Plain("count"), "Number"),
        (Plain("sum"), "Number"),
        (Plain("max"), engine(SERVICE)),
        (Cast(Returns("String")), "String"),
        (Cast(Returns("Tier", catalog=True)), engine(TIER)),
        (Parse("$", Returns("Bool")), "Bool"),
        (Concatenate("service"), engine(SERVICE)),
        (Concatenate(None), engine(SERVICE)),
        (Navigate("Tier"), engine(TIER)),
        (Navigate(f'catalog_attribute["{SERVICE_TIER}"]'), engine(TIER)),
        (RawStep("{}"), ""),
    ],
)
def test_types_flow_through_steps(step: Step, typed: str) -> None:
    route = replace(computing("service", step), when=((Condition('expressions["x"]', "is_set"),),))

    assert without_findings(route).when[0][0].subject_type == typed


def test_a_navigation_from_the_alert_itself_is_a_reference() -> None:
    (expression,) = without_findings(computing(".", Navigate("severity"))).expressions

    assert expression.steps == (Navigate(f"alert.attributes.{ulid(110)}"),)


def test_a_step_that_leads_nowhere_is_one_error() -> None:
    route = computing("service", Navigate("Tir"), Navigate("Owner"), otherwise=one("x"))

    _, (finding,) = resolved(route)

    assert finding.code == "unknown-catalog-attribute"
    assert finding.message == 'no attribute of the catalog type Service is named "Tir"'
    assert finding.hint == 'did you mean "Tier"?'


def test_an_unknown_type_is_one_error() -> None:
    route = computing("service", Cast(Returns("Servce", catalog=True)), otherwise=one("x"))

    result, (finding,) = resolved(route)

    assert (finding.code, finding.path) == (
        "unknown-catalog-type",
        ("expressions", "x", "steps", 0, "cast"),
    )
    assert result.expressions[0].steps == (Cast(Returns("Servce", catalog=True)),)


def test_a_types_id_is_taken_where_types_were_not_read() -> None:
    directory = replace(ACCOUNT, catalog_types=unread("no right"))
    route = computing(".", Branches(Returns(UNKNOWN_ID, catalog=True), ()))

    result, findings = resolved(route, directory)

    assert result.expressions[0].steps == (Branches(Returns(engine(UNKNOWN_ID)), ()),)
    assert [f.code for f in findings] == ["unchecked-id"]


def test_expressions_that_use_each_other_in_a_circle_end() -> None:
    first = Expression("a", "a", 'expressions["b"]', (Plain("first"),), one("x"))
    second = Expression("b", "b", 'expressions["a"]', (Plain("first"),))

    assert without_findings(Route("R", expressions=(first, second))).expressions == (first, second)


def test_of_two_expressions_of_one_name_both_are_translated() -> None:
    twins = (Expression("a", "a", "service"), Expression("a", "b", "severity"))

    result = without_findings(Route("R", expressions=twins))

    assert [expression.root for expression in result.expressions] == [
        SERVICE_REFERENCE,
        f"alert.attributes.{ulid(110)}",
    ]


# Incidents


def test_custom_fields_hold_what_their_type_says() -> None:
    fields = (
        CustomField("Impact", one("on {{ service }}\nall")),
        CustomField("Affected service", one("checkout")),
        CustomField("Region", many("eu", "us")),
        CustomField("Customers", one("3")),
    )

    result = without_findings(starting(Incident(custom_fields=fields)))

    template = TextTemplate((("on ", Reference(SERVICE_REFERENCE)), ("all",)))
    assert result.incident is not None
    assert result.incident.custom_fields == (
        CustomField(ulid(160), template),
        CustomField(ulid(161), one(ulid(170))),
        CustomField(ulid(162), many(ulid(165), ulid(166))),
        CustomField(ulid(163), one("3")),
    )


def field_value(value: Binding | TextTemplate | Document) -> object:
    result = without_findings(starting(Incident(custom_fields=(CustomField("Impact", value),))))
    assert result.incident is not None
    return result.incident.custom_fields[0].value


def test_a_text_field_takes_documents_references_and_exact_texts_too() -> None:
    exact = Binding((Literal("{{ a }}\n", exact=True),))

    assert field_value(Document("{}")) == Document("{}")
    assert field_value(reference("service")) == reference(SERVICE_REFERENCE)
    assert field_value(many("a", "b")) == many("a", "b")
    assert field_value(exact) == TextTemplate((("{{ a }}",), ()))
    assert field_value(TextTemplate((("a", "b"),))) == TextTemplate((("ab",),))


def test_a_text_field_that_is_no_template_is_an_error() -> None:
    route = starting(Incident(custom_fields=(CustomField("Impact", one("{{ service")),)))

    result, (finding,) = resolved(route)

    assert (finding.code, finding.path) == ("bad-template", ("incident", "custom_fields", "Impact"))
    assert result.incident is not None
    assert result.incident.custom_fields[0].value == one("{{ service")


def test_an_unknown_custom_field_has_one_error_and_its_values_stay() -> None:
    route = starting(Incident(custom_fields=(CustomField("Imapct", one(UNKNOWN_ID)),)))

    result, (finding,) = resolved(route)

    assert (finding.code, finding.hint) == ("unknown-custom-field", 'did you mean "Impact"?')
    assert result.incident == route.incident


def test_options_are_those_of_their_field() -> None:
    route = starting(Incident(custom_fields=(CustomField("Region", one("ue")),)))

    _, (finding,) = resolved(route)

    assert finding.message == 'no option of the custom field Region is named "ue"'


# Findings


def test_an_unknown_name_lists_what_is_near_and_how_old_the_names_are() -> None:
    directory = replace(ACCOUNT, read_on="2026-08-20")
    positions = Positions(
        "routes/a.yaml",
        {("escalate", "to", 0): Position("routes/a.yaml", 2, 11, 29)},
        ("escalate:", "  - path: Engineering Oncall"),
    )
    route = paging(Target("path", one("Engineering Oncall")))

    _, (finding,) = resolve(Declaration(route, positions), directory, Config())

    assert finding == Finding(
        "error",
        "unknown-path",
        'no escalation path is named "Engineering Oncall"',
        'did you mean "Engineering On-Call"? (names of 2026-08-20; '
        "`reconciler directory refresh` reads them again)",
        Position("routes/a.yaml", 2, 11, 29),
        "  - path: Engineering Oncall",
        ("escalate", "to", 0),
        "R",
    )


def test_an_ambiguous_name_lists_the_ids() -> None:
    twins = whole([Named(ulid(1), "Twin"), Named(ulid(2), "Twin")])

    result, (finding,) = resolved(
        paging(Target("path", one("Twin"))), replace(ACCOUNT, paths=twins)
    )

    assert finding.code == "ambiguous-path"
    assert finding.hint == f"write the id of one: {ulid(1)}, {ulid(2)}"
    assert result.escalate.targets[0].binding == one("Twin")


def test_an_unknown_id_is_an_error_where_the_list_was_read_whole() -> None:
    assert codes(paging(Target("path", one(UNKNOWN_ID)))) == ["unknown-id"]


def test_a_list_without_the_right_to_read_it_takes_ids_with_one_note() -> None:
    directory = replace(ACCOUNT, paths=unread("the key lacks it"))

    result, findings = resolved(paging(Target("path", many(ulid(1), ulid(2)))), directory)

    assert result.escalate.targets[0].binding == many(ulid(1), ulid(2))
    assert [(f.level, f.code) for f in findings] == [("note", "unchecked-id")]
    assert "escalation_paths.view" in findings[0].hint
    assert "the key lacks it" in findings[0].message


def test_a_name_of_a_list_that_was_not_read_says_which_right_is_missing() -> None:
    directory = replace(ACCOUNT, paths=unread("the key lacks it"))

    _, (finding,) = resolved(paging(Target("path", one("Platform"))), directory)

    assert (finding.level, finding.code) == ("error", "unread-names")
    assert "the key lacks it" in finding.message
    assert "escalation_paths.view" in finding.hint


def test_without_any_directory_names_ask_for_a_refresh() -> None:
    _, (finding,) = resolved(paging(Target("path", one("Platform"))), Directory())

    assert finding.code == "unread-names"
    assert "reconciler directory refresh" in finding.hint


def test_attributes_that_were_not_read_are_accepted_by_id() -> None:
    directory = replace(ACCOUNT, attributes=unread("no right"))
    subjects = (f"alert.attributes.{UNKNOWN_ID}", "alert.attributes.odd", UNKNOWN_ID)
    route = when_all(*(Condition(subject, "is_set") for subject in subjects))

    result = without_findings(route, directory)

    assert [condition.subject for condition in result.when[0]] == [
        f"alert.attributes.{UNKNOWN_ID}",
        "alert.attributes.odd",
        f"alert.attributes.{UNKNOWN_ID}",
    ]


@pytest.mark.parametrize("subject", ["service", "priority"])
def test_catalog_types_that_were_not_read_make_names_unreadable(subject: str) -> None:
    directory = replace(ACCOUNT, catalog_types=unread("no right"), entries={})
    hop = Condition('service.["Tier"]', "is_set")

    assert codes(when_all(hop), directory) == ["unread-names"]
    assert codes(when_all(Condition(subject, "one_of", (many("P1"),))), directory) == [
        "unread-names"
    ]


def test_an_inactive_user_is_a_warning() -> None:
    result, (finding,) = resolved(paging(Target("user", one("engineer@example.com"))))

    assert (finding.level, finding.code) == ("warning", "inactive-user")
    assert result.escalate.targets[0].binding == one(ulid(131))


def test_a_user_that_was_looked_up_in_vain_is_unknown() -> None:
    directory = replace(ACCOUNT, users=part((), asked=["nobody@example.com"]))

    assert codes(paging(Target("user", one("nobody@example.com"))), directory) == ["unknown-user"]


# Channels, message templates, sources of the configuration


def slack(*channels: str) -> Route:
    return Route("R", notify=(Destination(slack=Channels(many(*channels))),))


def test_channels_come_from_the_configuration_and_from_live_labels() -> None:
    config = Config(channels={"#alerts": "C1", "#low": "C2"})
    directory = replace(ACCOUNT, channels=part([Named("C3", "#live")]))

    result, findings = resolved(
        slack("#alerts", "low", "live", "#live", "C3", "C2", "T1ABC/C99999"), directory, config
    )

    assert findings == ()
    assert result.notify[0].slack is not None
    assert result.notify[0].slack.channel == many(
        "C1", "C2", "C3", "C3", "C3", "C2", "T1ABC/C99999"
    )


def test_an_unknown_channel_says_how_to_add_it() -> None:
    config = Config(channels={"#alerts": "C1"})

    _, findings = resolved(slack("#alrts", "nothing"), ACCOUNT, config)

    assert [finding.code for finding in findings] == ["unknown-channel", "unknown-channel"]
    assert findings[0].hint == (
        'did you mean "#alerts"? the API lists no channels: '
        'add `channels: {"#alrts": ID}` to reconciler.yaml'
    )


def test_teams_channels_are_named_by_team_and_channel() -> None:
    config = Config(channels={"Payments / Alerts": "19:x"})
    channels = Channels(many("Payments / Alerts", "19:other@thread", "Payments / Nothing"))

    result, findings = resolved(
        Route("R", notify=(Destination(ms_teams=channels),)), ACCOUNT, config
    )

    assert [finding.code for finding in findings] == ["unknown-ms-teams-channel"]
    assert result.notify[0].ms_teams == Channels(
        many("19:x", "19:other@thread", "Payments / Nothing")
    )


def test_message_templates_come_from_the_configuration() -> None:
    config = Config(message_templates={"Compact": ulid(9)})

    result, _ = resolved(Route("R", message_template=one("Compact")), ACCOUNT, config)
    _, (finding,) = resolved(Route("R", message_template=one("Compct")), ACCOUNT, config)

    assert result.message_template == one(ulid(9))
    assert finding.code == "unknown-message-template"
    assert finding.hint.startswith('did you mean "Compact"? ')
    assert codes(Route("R", message_template=one(UNKNOWN_ID)), ACCOUNT, config) == []


def test_the_inventory_gives_ids_of_sources_while_nobody_has_read_them() -> None:
    config = Config(sources=(InventorySource("sev0@", ulid(7)), InventorySource("No id")))
    route = Route("R", sources=(RouteSource("sev0@"), RouteSource("No id")))

    offline, findings = resolved(route, Directory(), config)
    live, _ = resolved(route, ACCOUNT, config)

    assert [source.source for source in offline.sources] == [ulid(7), "No id"]
    assert [finding.code for finding in findings] == ["unread-names"]
    assert live.sources[0].source == ulid(101)


def test_owning_teams_of_the_configuration_are_resolved_alike() -> None:
    ids, findings = resolve_teams(("Payments", "Paymnts"), ACCOUNT, Config())

    assert ids == (ulid(140), "Paymnts")
    assert [(f.code, f.path) for f in findings] == [("unknown-team", ("owns", "teams", 1))]
