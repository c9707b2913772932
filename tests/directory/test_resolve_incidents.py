"""Custom fields of incidents hold what their type says."""

from typing import Any

import pytest

from reconciler.model import (
    Binding,
    CustomField,
    Document,
    Incident,
    Literal,
    Reference,
    TextSetting,
    TextTemplate,
    many,
    one,
    reference,
)
from tests.directory.accounts import (
    UNKNOWN_ID,
    ulid,
)
from tests.directory.resolving import SERVICE_REFERENCE, resolved, starting, without_findings


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


@pytest.mark.parametrize("key", ["name", "summary"])
def test_braces_that_name_nothing_say_how_text_is_written(key: str) -> None:
    nothing = TextSetting(TextTemplate(((Reference(".Labels.runbook"),),)))
    settings: dict[str, Any] = {"name": TextSetting(TextTemplate((("a",),))), key: nothing}

    (finding,) = resolved(starting(Incident(**settings)))[1]

    assert finding.code == "unknown-attribute"
    assert finding.hint.endswith(r"write `\{{` for braces that are text")


def test_braces_of_a_field_that_name_nothing_say_so_too() -> None:
    route = starting(Incident(custom_fields=(CustomField("Impact", one("{{ .Labels.x }}")),)))

    (finding,) = resolved(route)[1]

    assert finding.hint.endswith(r"write `\{{` for braces that are text")


def test_a_custom_field_by_its_name_and_by_its_id() -> None:
    fields = (CustomField("Region", one("eu")), CustomField(ulid(162), one("us")))

    _, (finding,) = resolved(starting(Incident(custom_fields=fields)))

    assert (finding.level, finding.code) == ("error", "duplicate-field")
    assert finding.message == f"`Region` and `{ulid(162)}` are the same custom field"
    assert finding.path == ("incident", "custom_fields", ulid(162))
