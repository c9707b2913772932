"""Names become ids, or there is a finding that says why not; never both, never neither."""

from dataclasses import replace

import pytest

from reconciler.directory import unread
from reconciler.directory.directory import Attribute, part, whole
from reconciler.model import (
    Binding,
    Channels,
    Condition,
    CustomField,
    Destination,
    Escalation,
    Grouping,
    Incident,
    Literal,
    Route,
    RouteSource,
    Severity,
    Target,
    many,
    one,
    reference,
)
from tests.directory.accounts import (
    PRIORITY,
    SERVICE,
    UNKNOWN_ID,
    engine,
    ulid,
)
from tests.directory.resolving import (
    ACCOUNT,
    SERVICE_REFERENCE,
    codes,
    resolved,
    when_all,
    without_findings,
)


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


def test_a_name_that_is_near_nothing_may_be_an_external_id_of_an_entry_that_was_not_read() -> None:
    route = when_all(Condition("service", "one_of", (many("zzz"),)))
    some = replace(ACCOUNT, entries={SERVICE: part(ACCOUNT.entries[SERVICE].rows)})

    _, (known,) = resolved(route)
    _, (read,) = resolved(route, some)

    assert known.hint.startswith('known names: "checkout"')
    assert read.hint == "an external id is written `{literal: …}`"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("svc-chekout", 'did you mean "svc-checkout"'),
        ("checkout", 'write the name without `literal`: "checkout"'),
        ("zzz", 'known names: "checkout"'),
    ],
)
def test_a_literal_of_no_entry_is_told_where_all_entries_are_known(text: str, hint: str) -> None:
    literal = Binding((Literal(text, exact=True),), many=True)
    route = when_all(Condition("service", "one_of", (literal,)))
    some = replace(ACCOUNT, entries={SERVICE: part(ACCOUNT.entries[SERVICE].rows)})

    _, (finding,) = resolved(route)

    assert (finding.level, finding.code) == ("warning", "literal-of-no-entry")
    assert finding.message.endswith(f'has the id, external id or alias "{text}"')
    assert finding.hint.startswith(hint)
    without_findings(route, some)


@pytest.mark.parametrize("text", ["svc-checkout", "shop", ulid(170)])
def test_a_literal_may_be_an_id_an_external_id_or_an_alias(text: str) -> None:
    literal = Binding((Literal(text, exact=True),), many=True)

    without_findings(when_all(Condition("service", "one_of", (literal,))))


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
