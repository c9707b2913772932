"""Expressions: every step has one spelling."""

import pytest

from tests.files.reading_routes import rewritten

STEPS = [
    "first",
    "{navigate: Escalation path}",
    "{filter: {}}",
    "{filter: [{input: {is_set: true}}]}",
    "{concatenate: service}",
    "{concatenate: {hidden: true}}",
    "{cast: String}",
    "{cast: [String]}",
    "{cast: {catalog: Service}}",
    "{cast: [{catalog: Service}]}",
    "{parse: {source: $.x, returns: Number}}",
    '{raw: {12: [null, true, 1.5, "12", "1.5", {}], operation_type: fold}}',
]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_on_one_line(step: str) -> None:
    body = f"expressions:\n  one:\n    from: service\n    steps: [{step}]\n"

    assert rewritten(body) == body


def test_a_source_of_several_lines_takes_lines_of_its_own() -> None:
    body = """\
expressions:
  one:
    from: service
    steps:
      - first
      - parse:
          source: |-
            let a = $
            a.b
          returns: String
"""

    assert rewritten(body) == body


def test_branches_after_other_steps() -> None:
    body = """\
expressions:
  one:
    label: One and only
    from: service
    steps:
      - first
      - branches:
          returns: [String]
          cases:
            - then: a
            - when:
                - b: c
                - d: e
              then: [f, {reference: g}]
    else: {}
"""

    assert rewritten(body) == body


@pytest.mark.parametrize("label", ["one", '"no"'])
def test_a_label_that_is_the_reference_is_left_out(label: str) -> None:
    text = rewritten(f"expressions:\n  one: {{from: a, label: {label}}}\n")

    assert ("label" in text) == (label != "one")


def test_steps_that_there_are_none_of_are_left_out() -> None:
    assert rewritten("expressions: {one: {from: ., steps: []}}\n") == (
        "expressions:\n  one:\n    from: .\n"
    )
