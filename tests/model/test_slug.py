"""A file's name says the route's, and is a safe one on every machine."""

import re

import pytest
from hypothesis import given, strategies as st

from reconciler.model import slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Production Alerts", "production-alerts"),
        ("  P1 / P2:  „Zürich“ ", "p1-p2-zurich"),
        ("ﬁle №1", "file-no1"),
        ("警报", "route"),
        ("---", "route"),
        ("a" * 61, "a" * 60),
        ("a" * 59 + " b", "a" * 59),  # what is cut off leaves no dash behind
    ],
)
def test_a_name_becomes_words_that_dashes_join(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(st.text())
def test_every_name_gives_a_file_name_that_stays_as_it_is(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(name))
    assert len(slug(name)) <= 60
    assert slug(slug(name)) == slug(name)
