"""A value, a reference, a list of these, the long form; and types."""

import pytest

from reconciler.model import Binding, Cast, Literal, Reference, Returns
from tests.files.reading_routes import findings, route, the_finding, told


def slot(text: str) -> Binding | None:
    return route(f"message_template: {text}\n").message_template


@pytest.mark.parametrize(
    ("text", "binding"),
    [
        ("Compact", Binding((Literal("Compact"),))),
        ("5", Binding((Literal("5"),))),
        ('"no"', Binding((Literal("no"),))),
        ('" x "', Binding((Literal(" x "),))),
        ("{literal: ext-1}", Binding((Literal("ext-1", exact=True),))),
        ("{reference: ' service '}", Binding((Reference("service"),))),
        ("[A, {reference: b}]", Binding((Literal("A"), Reference("b")), many=True)),
        ("[A]", Binding((Literal("A"),), many=True)),
        ("[]", Binding((), many=True)),
        ("{value: A}", Binding((Literal("A"),))),
        ("{value: {reference: a}}", Binding((Reference("a"),))),
        ("{array_value: [A, {literal: b}]}", Binding((Literal("A"), Literal("b", True)), True)),
        ("{}", Binding()),
    ],
)
def test_what_fills_a_slot(text: str, binding: Binding) -> None:
    assert slot(text) == binding


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("no", "quote-it", 19),
        ("[A, no]", "quote-it", 23),
        ("{refrence: a}", "unknown-key", 20),
        ("{reference: a, literal: b}", "value-shape", 19),
        ("{reference: ' '}", "empty-text", 31),
        ("{literal: no}", "quote-it", 29),
        ("{value: A, array_value: [B]}", "value-shape", 19),
        ("{array_value: A}", "wrong-kind", 33),
        ("{value: [A]}", "wrong-kind", 27),
        ("[[A]]", "wrong-kind", 20),
    ],
)
def test_a_slot_that_cannot_be_read_is_told(text: str, code: str, column: int) -> None:
    assert told(the_finding(f"message_template: {text}\n")) == (code, 1, column)


def returns(text: str) -> Returns:
    (expression,) = route(
        f"expressions: {{e: {{from: a, steps: [{{cast: {text}}}]}}}}\n"
    ).expressions
    (step,) = expression.steps
    assert isinstance(step, Cast)
    return step.returns


def test_types() -> None:
    assert returns("String") == Returns("String")
    assert returns("[String]") == Returns("String", array=True)
    assert returns("{catalog: Service}") == Returns("Service", catalog=True)
    assert returns("[{catalog: Service}]") == Returns("Service", array=True, catalog=True)
    assert returns("'CatalogEntry[\"01\"]'") == Returns('CatalogEntry["01"]')


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "type-shape"),
        ("[String, Number]", "type-shape"),
        ("{}", "type-shape"),
        ("{catlog: a}", "unknown-key"),
        ("{catalog: [a]}", "wrong-kind"),
        ("[no]", "quote-it"),
        ("[[String]]", "wrong-kind"),
    ],
)
def test_a_type_that_cannot_be_read_is_told(text: str, code: str) -> None:
    body = f"expressions: {{e: {{from: a, steps: [{{cast: {text}}}]}}}}\n"

    assert [finding.code for finding in findings(body) if finding.level == "error"] == [code]
