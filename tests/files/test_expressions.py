"""Every step of an expression, in the order in which they are written."""

import pytest

from reconciler.model import (
    PLAIN_STEPS,
    ROOT_OF_ALERT,
    Binding,
    Branches,
    Case,
    Cast,
    Concatenate,
    Condition,
    Expression,
    Filter,
    Finding,
    Literal,
    Navigate,
    Parse,
    Plain,
    RawStep,
    Returns,
    Step,
    many,
    one,
    reference,
)
from tests.files.reading_routes import declared, findings, route, told

USED = "when: [{'expressions[\"e\"]': a}]\n"


def expression(body: str) -> Expression:
    (found,) = route(f"{USED}expressions:\n  e: {{{body}}}\n").expressions
    return found


def step(spelling: str) -> Step:
    (found,) = expression(f"from: a, steps: [{spelling}]").steps
    return found


def the_error(body: str) -> Finding:
    (found,) = findings(f"{USED}expressions: {{{body}}}\n")
    assert found.level == "error"
    return found


def test_what_is_left_out_is_the_name_as_label_and_no_else() -> None:
    assert expression("from: team") == Expression("e", "e", "team", (), None)


def test_label_steps_and_else_are_read_in_order() -> None:
    found = expression(
        "label: Path of, from: team, steps: [{navigate: Path}, first], else: On-Call"
    )

    assert found == Expression(
        "e", "Path of", "team", (Navigate("Path"), Plain("first")), one("On-Call")
    )


def test_a_label_may_be_empty() -> None:
    assert expression("label: '', from: team").label == ""


def test_expressions_keep_the_order_of_the_file() -> None:
    uses = "when: [{'expressions[\"b\"]': x}, {'expressions[\"a-1_B\"]': x}]\n"
    found = route(uses + "expressions: {b: {from: x}, a-1_B: {from: z}}\n").expressions

    assert [one.reference for one in found] == ["b", "a-1_B"]


@pytest.mark.parametrize("word", PLAIN_STEPS)
def test_a_step_without_content_is_a_word(word: str) -> None:
    assert step(word) == Plain(word)


IS_HIGH = ((Condition("input", "one_of", (many("high"),)),),)


@pytest.mark.parametrize(
    ("spelling", "meant"),
    [
        ("{navigate: Escalation path}", Navigate("Escalation path")),
        ("{navigate: 'catalog_attribute[\"01J\"]'}", Navigate('catalog_attribute["01J"]')),
        ("{filter: [{input: high}]}", Filter(IS_HIGH)),
        ("{filter: {any: [[{input: high}], []]}}", Filter((*IS_HIGH, ()))),
        ("{filter: {}}", Filter(())),
        ("{concatenate: b}", Concatenate("b")),
        ("{concatenate: {hidden: true}}", Concatenate(None)),
        ("{cast: String}", Cast(Returns("String"))),
        ("{cast: [String]}", Cast(Returns("String", array=True))),
        ("{cast: {catalog: Service}}", Cast(Returns("Service", catalog=True))),
        ("{cast: [{catalog: Service}]}", Cast(Returns("Service", array=True, catalog=True))),
        ("{cast: 'CatalogEntry[\"01J\"]'}", Cast(Returns('CatalogEntry["01J"]'))),
        (
            "{parse: {source: 'return $.a', returns: Number}}",
            Parse("return $.a", Returns("Number")),
        ),
        (
            "{branches: {returns: String, cases: [{when: [{input: high}], then: a}, {then: [b]}]}}",
            Branches(Returns("String"), (Case(IS_HIGH, one("a")), Case((), many("b")))),
        ),
        (
            "{raw: {operation_type: new, new: {a: 1}}}",
            RawStep('{"new":{"a":1},"operation_type":"new"}'),
        ),
    ],
)
def test_a_step_with_content_is_read(spelling: str, meant: Step) -> None:
    assert step(spelling) == meant


def test_branches_in_place_of_steps_start_at_the_alert() -> None:
    found = expression("branches: {returns: {catalog: Path}, cases: []}, else: {reference: b}")

    assert found == Expression(
        "e", "e", ROOT_OF_ALERT, (Branches(Returns("Path", catalog=True), ()),), reference("b")
    )


def test_a_value_of_a_case_may_be_exact() -> None:
    found = expression("branches: {returns: String, cases: [{then: {literal: x}}]}")

    assert found.steps == (
        Branches(Returns("String"), (Case((), Binding((Literal("x", exact=True),))),)),
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("a b: {from: a}", "expression-name"),
        ("é: {from: a}", "expression-name"),
        ("e: [first]", "wrong-kind"),
        ("e: {}", "missing-key"),
        ("e: {steps: [first]}", "missing-key"),
        ("e: {form: a}", "unknown-key"),
        ("e: {from: no}", "quote-it"),
        ("e: {from: a, label: no}", "quote-it"),
        ("e: {from: a, else: no}", "quote-it"),
        ("e: {from: a, steps: first}", "wrong-kind"),
        ("e: {from: a, steps: [no]}", "quote-it"),
        ("e: {from: a, steps: [frist]}", "unknown-step"),
        ("e: {from: a, steps: [navigate]}", "unknown-step"),
        ("e: {from: a, steps: [zzz]}", "unknown-step"),
        ("e: {from: a, steps: [{navigat: a}]}", "unknown-key"),
        ("e: {from: a, steps: [{}]}", "step-shape"),
        ("e: {from: a, steps: [{navigate: a, cast: b}]}", "step-shape"),
        ("e: {from: a, steps: [[first]]}", "wrong-kind"),
        ("e: {from: a, steps: [{navigate: ''}]}", "empty-text"),
        ("e: {from: a, steps: [{filter: []}]}", "empty-conditions"),
        ("e: {from: a, steps: [{concatenate: ''}]}", "empty-text"),
        ("e: {from: a, steps: [{concatenate: {hiden: true}}]}", "unknown-key"),
        ("e: {from: a, steps: [{concatenate: {hidden: false}}]}", "not-true-or-false"),
        ("e: {from: a, steps: [{concatenate: {}}]}", "empty-value"),
        ("e: {from: a, steps: [{cast: {}}]}", "type-shape"),
        ("e: {from: a, steps: [{cast: []}]}", "type-shape"),
        ("e: {from: a, steps: [{parse: a}]}", "wrong-kind"),
        ("e: {from: a, steps: [{parse: {source: a}}]}", "missing-key"),
        ("e: {from: a, steps: [{parse: {returns: String}}]}", "missing-key"),
        ("e: {from: a, steps: [{parse: {source: no, returns: String}}]}", "quote-it"),
        ("e: {from: a, steps: [{parse: {source: a, returns: no}}]}", "quote-it"),
        ("e: {from: a, steps: [{raw: a}]}", "wrong-kind"),
        ("e: {branches: []}", "wrong-kind"),
        ("e: {branches: {cases: []}}", "missing-key"),
        ("e: {branches: {returns: String}}", "missing-key"),
        ("e: {branches: {returns: no, cases: []}}", "quote-it"),
        ("e: {branches: {returns: String, cases: {}}}", "wrong-kind"),
        ("e: {branches: {returns: String, cases: [a]}}", "wrong-kind"),
        ("e: {branches: {returns: String, cases: [{when: [{a: b}]}]}}", "missing-key"),
        ("e: {branches: {returns: String, cases: [{tehn: a}]}}", "unknown-key"),
        ("e: {branches: {returns: String, cases: [{then: no}]}}", "quote-it"),
        ("e: {branches: {returns: String, cases: []}, from: a}", "expression-shape"),
        ("e: {branches: {returns: String, cases: []}, steps: [first]}", "expression-shape"),
    ],
)
def test_a_mistake_is_told_once(body: str, code: str) -> None:
    use = USED if body.startswith("e:") else ""

    found = [one for one in findings(f"{use}expressions: {{{body}}}\n") if one.level == "error"]

    assert [one.code for one in found] == [code]
    assert told(found[0])[1] == (2 if use else 1)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("frist", "did you mean `first`"),
        ("navigate", "{navigate: …}"),
        ("zzz", "one of first, count"),
    ],
)
def test_a_step_that_is_none_says_which_are(word: str, hint: str) -> None:
    assert hint in the_error(f"e: {{from: a, steps: [{word}]}}").hint


def test_every_part_has_its_place() -> None:
    text = (
        "name: Alerts\nsources: [A]\n" + USED + "expressions:\n"
        "  e:\n    label: L\n    from: a\n    steps:\n      - navigate: b\n"
        "      - filter: [{input: high}]\n      - first\n    else: c\n"
        "  f:\n    branches:\n      returns: String\n      cases:\n"
        "        - when: [{'expressions[\"f\"]': b}]\n          then: d\n"
    )
    at = declared(text).positions.at
    path = ("expressions", "e")
    assert [
        at(place).line
        for place in (
            path,
            (*path, "label"),
            (*path, "from"),
            (*path, "steps", 0),
            (*path, "steps", 1, "filter", 0, 0, "subject"),
            (*path, "steps", 2),
            (*path, "else"),
            ("expressions", "f", "branches", "returns"),
            ("expressions", "f", "branches", "cases", 0, "when", 0, 0),
            ("expressions", "f", "branches", "cases", 0, "then"),
        )
    ] == [5, 6, 7, 9, 10, 11, 12, 15, 17, 18]
