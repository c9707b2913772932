"""References in names become the references of the API, in conditions and in texts."""

from dataclasses import replace

import pytest

from reconciler.model import (
    Condition,
    Document,
    Incident,
    Plain,
    Reference,
    TextSetting,
    TextTemplate,
    many,
    reference,
)
from tests.directory.accounts import (
    SERVICE_OWNER,
    SERVICE_TIER,
    TEAM_PATH,
    UNKNOWN_ID,
    ulid,
)
from tests.directory.resolving import (
    SERVICE_REFERENCE,
    computing,
    resolved,
    starting,
    when_all,
    without_findings,
)


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
