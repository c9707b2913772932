"""Conditions take their shortest exact spelling."""

import pytest

from tests.files.reading_routes import rewritten

SHORTEST = [
    ("[{subject: a, operation: one_of, params: [[b]]}]", "a: b"),
    ("[{subject: a, operation: one_of, params: [{array_value: [b, c]}]}]", "a: [b, c]"),
    ("[{a: {one_of: b}}]", "a: b"),
    ("[{a: {one_of: [{reference: b}]}}]", "a: {reference: b}"),
    ("[{a: {literal: b}}]", "a: {literal: b}"),
    ("[{a: {one_of: {value: b}}}]", "a: {one_of: {value: b}}"),
    ("[{a: {not_one_of: [b]}}]", "a: {not_one_of: b}"),
    ("[{a: {contains: {value: b}}}]", "a: {contains: b}"),
    ("[{a: {contains: [b]}}]", "a: {contains: [b]}"),
    ("[{a: {contains: {}}}]", "{subject: a, operation: contains, params: [{}]}"),
    ("[{a: {one_of: []}}]", "{subject: a, operation: one_of, params: [[]]}"),
    ("[{a: {is_true: true}}]", "a: true"),
    ("[{a: false}]", "a: false"),
    ("[{subject: a, operation: is_set, params: []}]", "a: {is_set: true}"),
    ("[{subject: a, operation: is_set, params: [b]}]",
     "{subject: a, operation: is_set, params: [b]}"),
    ("[{subject: a, operation: contains, params: [b, c]}]",
     "{subject: a, operation: contains, params: [b, c]}"),
    ("[{subject: a, operation: new}]", "{subject: a, operation: new}"),
    ("[{subject: subject, operation: one_of, params: [[b]]}]",
     "{subject: subject, operation: one_of, params: [b]}"),
    ("[{'attribute:params': 'true'}]", '"attribute:params": "true"'),
    ("[{'no': '12'}]", '"no": 12'),
]  # fmt: skip


@pytest.mark.parametrize(("written", "shortest"), SHORTEST)
def test_a_condition_in_its_shortest_spelling(written: str, shortest: str) -> None:
    assert rewritten(f"when: {written}\n") == f"when:\n  - {shortest}\n"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("{any: [[{a: b}]]}", "\n  - a: b"),
        ("{any: [[]]}", " {any: [[]]}"),
        ("{any: [[], []]}", " {any: [[], []]}"),
        ("{any: [[], [{a: b}]]}", "\n  any:\n    - []\n    - - a: b"),
        ("{any: [[{a: b}, {c: d}], [{e: f}]]}",
         "\n  any:\n    - - a: b\n      - c: d\n    - - e: f"),
    ],
)  # fmt: skip
def test_groups(written: str, canonical: str) -> None:
    assert rewritten(f"when: {written}\n") == f"when:{canonical}\n"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("[{a: b}]", " [{a: b}]"),
        ("[{a: b}, {c: d}]", "\n      - a: b\n      - c: d"),
        (f"[{{a: {'b' * 100}}}]", f"\n      - a: {'b' * 100}"),
    ],
)
def test_one_short_condition_of_a_destination_stands_beside_its_key(
    written: str, canonical: str
) -> None:
    text = rewritten(f"notify: [{{slack: x, when: {written}}}]\n")

    assert text == f"notify:\n  - slack: x\n    when:{canonical}\n"
