"""Every step, and branches in both places."""

import pytest

from tests.files.reading_routes import rewritten


@pytest.mark.parametrize(
    "body",
    [
        "expressions:\n  e:\n    from: a\n    steps: [first]\n",
        "expressions:\n  e:\n    from: a\n    steps: [count, min, max, sum, random]\n",
        "expressions:\n  e:\n    from: a\n    steps: [{navigate: Owner}]\n",
        "expressions:\n  e:\n    from: a\n    steps: [{concatenate: b}]\n",
        "expressions:\n  e:\n    from: a\n    steps: [{concatenate: {hidden: true}}]\n",
        "expressions:\n  e:\n    from: a\n    steps: [{cast: String}]\n",
        "expressions:\n  e:\n    from: a\n    steps: [{cast: [String]}]\n",
        "expressions:\n  e:\n    from: a\n    steps: [{cast: {catalog: Service}}]\n",
        "expressions:\n  e:\n    from: a\n    steps: [{cast: [{catalog: Service}]}]\n",
        "expressions:\n  e:\n    from: a\n    steps: [{parse: {source: $.a, returns: String}}]\n",
        "expressions:\n  e:\n    from: a\n    steps: [{filter: {}}]\n",
        "expressions:\n  e:\n    from: a\n    steps: [{raw: {operation_type: twist}}]\n",
        "expressions:\n  e:\n    from: a\n",
        "expressions:\n  e:\n    label: E\n    from: .\n    else: b\n",
        "expressions:\n  e:\n    branches:\n      returns: String\n      cases:\n"
        "        - when: [{a: b}]\n          then: c\n    else: [d]\n",
        "expressions:\n  e:\n    from: a\n    steps: [{filter: [{input: b}]}]\n",
    ],
)
def test_canonical_as_it_is(body: str) -> None:
    assert rewritten(body) == body


@pytest.mark.parametrize(
    ("body", "canonical"),
    [
        ("expressions: {e: {label: e, from: a, steps: []}}\n", "expressions:\n  e:\n    from: a\n"),
        (
            "expressions: {e: {from: ., steps: [{branches: {returns: String, cases: []}}]}}\n",
            # branches in place of from and steps
            "expressions:\n  e:\n    branches:\n      returns: String\n      cases: []\n",
        ),
    ],
)
def test_one_meaning_has_one_spelling(body: str, canonical: str) -> None:
    assert rewritten(body) == canonical
