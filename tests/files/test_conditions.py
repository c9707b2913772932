"""`when`: lists, groups, sugar and the long form, and what each mistake is told."""

import pytest

from reconciler.model import Binding, Condition, ConditionGroups, Literal, Reference
from tests.files.reading_routes import findings, route, the_finding, told


def when(text: str) -> ConditionGroups:
    return route(f"when: {text}\n").when


def one_of(subject: str, *texts: str) -> Condition:
    return Condition(subject, "one_of", (Binding(tuple(map(Literal, texts)), many=True),))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("severity: critical", one_of("severity", "critical")),
        ("severity: [critical, high]", one_of("severity", "critical", "high")),
        ('severity: "true"', one_of("severity", "true")),
        ("port: 80", one_of("port", "80")),
        ("' severity ': x", one_of("severity", "x")),
        ("flag: true", Condition("flag", "is_true")),
        ("flag: false", Condition("flag", "is_false")),
        ("runbook: {is_not_set: true}", Condition("runbook", "is_not_set")),
        (
            "title: {contains: latency}",
            Condition("title", "contains", (Binding((Literal("latency"),)),)),
        ),
        (
            "title: {contains: [a]}",
            Condition("title", "contains", (Binding((Literal("a"),), many=True),)),
        ),
        (
            "title: {not_one_of: a}",
            Condition("title", "not_one_of", (Binding((Literal("a"),), many=True),)),
        ),
        (
            "title: {one_of: {value: a}}",
            Condition("title", "one_of", (Binding((Literal("a"),)),)),
        ),
        (
            "title: {contains: {reference: service}}",
            Condition("title", "contains", (Binding((Reference("service"),)),)),
        ),
        (
            "service: {reference: R}",
            Condition("service", "one_of", (Binding((Reference("R"),), many=True),)),
        ),
        (
            "service: {literal: ext}",
            Condition("service", "one_of", (Binding((Literal("ext", exact=True),), many=True),)),
        ),
        (
            "{subject: attribute:subject, operation: is_set}",
            Condition("attribute:subject", "is_set"),
        ),
        (
            "{subject: a, operation: one_of, params: [b]}",
            Condition("a", "one_of", (Binding((Literal("b"),), many=True),)),
        ),
        (
            "{subject: a, operation: is_between, params: [1, {value: 2}]}",
            Condition(
                "a", "is_between", (Binding((Literal("1"),)), Binding((Literal("2"),)))
            ),
        ),
    ],
)  # fmt: skip
def test_spellings_of_a_condition(text: str, condition: Condition) -> None:
    body = text if text.startswith("{") else f"{{{text}}}"
    read = [found for found in findings(f"when: [{body}]\n") if found.level == "error"]

    assert read == []
    assert when(f"[{body}]") == ((condition,),)


def test_groups() -> None:
    a, b, c = one_of("a", "1"), one_of("b", "2"), one_of("c", "3")

    assert when("[{a: 1}, {b: 2}]") == ((a, b),)
    assert when("{any: [[{a: 1}], [{b: 2}, {c: 3}]]}") == ((a,), (b, c))
    assert when("{any: [[]]}") == ((),)
    assert when("{any: [[], [{a: 1}]]}") == ((), (a,))


def test_an_operation_that_is_new_is_noted_in_the_long_form() -> None:
    note = the_finding("when: [{subject: a, operation: is_between}]\n")

    assert (note.level, note.code) == ("note", "unknown-operation")


@pytest.mark.parametrize(
    ("text", "code", "column", "hint"),
    [
        ("[]", "empty-conditions", 7, "leave the key out"),
        ("{any: []}", "empty-conditions", 13, "leave the key out"),
        ("{}", "condition-shape", 7, "leave the key out"),
        ("{severity: critical}", "condition-shape", 7, "`- severity: …`"),
        ("{any: [{a: b}]}", "condition-shape", 14, "two dashes"),
        ("{any: {a: b}}", "wrong-kind", 13, "any: [["),
        ("[[{a: b}]]", "condition-shape", 7, "under `any:`"),
        ("critical", "wrong-kind", 7, "[{severity: critical}]"),
        ("[critical]", "condition-shape", 8, "severity: critical"),
        ("[{a: b}, [{c: d}]]", "condition-shape", 16, "severity: critical"),
        ("[{a: b, c: d}]", "condition-shape", 8, "dash of its own"),
        ("[{}]", "condition-shape", 8, "dash of its own"),
        ("[{a: }]", "empty-value", 12, "leave the key out"),
        ("[{a: []}]", "empty-conditions", 12, "leave the condition out"),
        ("[{a: [true]}]", "quote-it", 13, 'quote it: "true"'),
        ("[{a: no}]", "quote-it", 12, 'quote it: "no"'),
        ("[{'': b}]", "empty-text", 9, ""),
        ("[{a: {contans: b}}]", "unknown-operation", 13, "did you mean `contains`"),
        ("[{a: {zzz: b}}]", "unknown-operation", 13, "{subject: a, operation: zzz, params: […]}"),
        ("[{a: {on: b}}]", "quote-it", 13, 'quote it: "on"'),
        ("[{a: {contains: b, starts_with: c}}]", "condition-shape", 12, "one condition for each"),
        ("[{a: {contains: no}}]", "quote-it", 23, 'quote it: "no"'),
        ("[{a: {is_set: false}}]", "not-true-or-false", 21, "write {is_not_set: true}"),
        ("[{a: {is_set: yes}}]", "not-true-or-false", 21, "write true"),
        ("[{subject: a}]", "missing-key", 8, "`attribute:subject`"),
        ("[{operation: a, params: []}]", "missing-key", 8, "{subject: …, operation: …"),
        ("[{subject: no, operation: is_set}]", "quote-it", 18, 'quote it: "no"'),
        ("[{subject: a, operation: one_of, params: [no]}]", "quote-it", 49, 'quote it: "no"'),
        ("[{subject: a, operation: one_of, params: b}]", "wrong-kind", 48, "[critical]"),
        ("[{subject: a, operation: is_set, parms: []}]", "unknown-key", 40, "`params`"),
    ],
)
def test_a_mistake_is_told_with_what_to_write(text: str, code: str, column: int, hint: str) -> None:
    finding = the_finding(f"when: {text}\n")

    assert told(finding) == (code, 1, column)
    assert finding.level == "error"
    assert hint in finding.hint


def test_one_bad_condition_hides_no_other() -> None:
    body = "when:\n  - a: no\n  - b: {contans: x}\n  - c: []\n"

    assert [told(found)[:2] for found in findings(body)] == [
        ("quote-it", 2),
        ("unknown-operation", 3),
        ("empty-conditions", 4),
    ]
