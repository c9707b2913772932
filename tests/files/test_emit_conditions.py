"""Sugar where it says exactly the same, the long form elsewhere."""

import pytest

from tests.files.reading_routes import rewritten


@pytest.mark.parametrize(
    "body",
    [
        "when:\n  - severity: critical\n",
        "when:\n  - severity: [critical, high]\n",
        'when:\n  - severity: "true"\n',
        "when:\n  - flag: true\n",
        "when:\n  - flag: false\n",
        "when:\n  - runbook: {is_not_set: true}\n",
        "when:\n  - title: {contains: latency}\n",
        "when:\n  - title: {contains: [latency]}\n",
        "when:\n  - title: {not_one_of: [a, b]}\n",
        "when:\n  - title: {one_of: {value: a}}\n",
        "when:\n  - service: {reference: R}\n",
        "when:\n  - service: {literal: ext-1}\n",
        "when:\n  - {subject: subject, operation: is_set}\n",
        "when:\n  - {subject: a, operation: is_between, params: [1, 2]}\n",
        "when: {any: [[]]}\n",
        "when:\n  any:\n    - - a: b\n    - - c: d\n      - e: f\n",
        "notify:\n  - slack: A\n    when: [{a: b}]\n",
    ],
)
def test_canonical_as_it_is(body: str) -> None:
    assert rewritten(body) == body


@pytest.mark.parametrize(
    ("body", "canonical"),
    [
        (
            "when:\n  - {subject: severity, operation: one_of, params: [[critical]]}\n",
            "when:\n  - severity: critical\n",
        ),
        ("when:\n  - severity: {one_of: critical}\n", "when:\n  - severity: critical\n"),
        ("when:\n  - severity: [critical]\n", "when:\n  - severity: critical\n"),
        ("when:\n  - flag: {is_true: true}\n", "when:\n  - flag: true\n"),
        ("when:\n  any:\n    - - a: b\n", "when:\n  - a: b\n"),
        (
            "when:\n  - {subject: a, operation: contains, params: [b]}\n",
            "when:\n  - a: {contains: b}\n",
        ),
    ],
)
def test_one_meaning_has_one_spelling(body: str, canonical: str) -> None:
    assert rewritten(body) == canonical
