"""Expressions that are used are there, and those that are there are used."""

import pytest

from tests.files.reading_routes import findings, route, the_finding, told

COUNT = "expressions:\n  hosts: {from: host, steps: [count]}\n"
USE = "'expressions[\"hosts\"]'"

USED_BY = {
    "a condition": f"when: [{{{USE}: 3}}]\n",
    "an operand": f"when: [{{size: {{gt: {{reference: {USE}}}}}}}]\n",
    "a source's condition": "",
    "a grouping key": f"group: {{window: 1h, by: [{USE}]}}\n",
    "a target": f"escalate: [{{path: {{reference: {USE}}}}}]\n",
    "a channel": f"notify: [{{slack: {{channel: {{reference: {USE}}}}}}}]\n",
    "a text": "incident: {name: 'on {{ expressions[\"hosts\"] }}'}\n",
    "a step's hop": 'incident: {name: \'{{ expressions["hosts"].["Tier"] }}\'}\n',
    "a text field": "incident: {name: x, custom_fields: {A: '{{ expressions[\"hosts\"] }}'}}\n",
    "a field": f"incident: {{name: x, custom_fields: {{A: {{reference: {USE}}}}}}}\n",
    "a document": (
        "incident:\n  name: x\n  summary: {document: {type: doc, name: 'expressions[\"hosts\"]'}}\n"
    ),
    "a document in a field": (
        "incident:\n  name: x\n"
        "  custom_fields: {A: {document: {type: doc, name: 'expressions[\"hosts\"]'}}}\n"
    ),
}


@pytest.mark.parametrize("use", [use for use in USED_BY.values() if use])
def test_a_use_anywhere_is_a_use(use: str) -> None:
    assert findings(use + COUNT) == ()


@pytest.mark.parametrize(
    "step",
    [
        "{navigate: 'expressions[\"hosts\"]'}",
        "{raw: {operation_type: new, new: {reference: 'expressions[\"hosts\"]'}}}",
        "{concatenate: 'expressions[\"hosts\"]'}",
    ],
)
def test_a_use_in_another_expression_is_a_use(step: str) -> None:
    other = f"  other: {{from: ., steps: [{step}]}}\n"
    use = "when: [{'expressions[\"other\"]': 3}]\n"

    assert findings(use + COUNT + other) == ()


def test_an_expression_that_nothing_uses_is_a_warning() -> None:
    finding = the_finding(COUNT)

    assert finding.level == "warning"
    assert told(finding) == ("unused-expression", 2, 3)
    assert 'expressions["hosts"]' in finding.hint
    assert len(route(COUNT).expressions) == 1


def test_an_expression_that_is_missing_is_told_with_near_ones() -> None:
    unknown, unused = findings("when: [{'expressions[\"host\"]': 3}]\n" + COUNT)

    assert told(unknown) == ("unknown-expression", 1, 9)
    assert unknown.level == "error"
    assert "`hosts`" in unknown.hint
    assert unused.code == "unused-expression"


@pytest.mark.parametrize(
    "reference",
    [
        'attribute:expressions["zzz"]',
        ' attribute:expressions["zzz"] ',
        'a.["expressions[\\"zzz\\"]"]',
    ],
)
def test_an_attribute_may_be_called_as_an_expression_is_written(reference: str) -> None:
    assert findings(f"when: [{{host: {{reference: '{reference}'}}}}]\n") == ()


@pytest.mark.parametrize("more", ["", "expressions: [hosts]\n", "expressions: {[a]: b}\n"])
def test_without_expressions_every_use_is_one_too_many(more: str) -> None:
    found = findings("when: [{'expressions[\"zzz\"]': 3}]\n" + more)

    assert told(found[0]) == ("unknown-expression", 1, 9)
    assert found[0].hint == "write it under `expressions`"


def test_an_expression_with_a_mistake_is_not_missing_besides() -> None:
    use = "when: [{'expressions[\"hosts\"]': 3}]\n"

    assert told(the_finding(use + "expressions: {hosts: {steps: [count]}}\n"))[0] == "missing-key"
