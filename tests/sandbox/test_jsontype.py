"""JSON as the sandbox sends it: compact, UTF-8, and the same value when read again."""

import json

from hypothesis import given, strategies as st

from reconciler.sandbox.jsontype import Node, encode

scalars = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"))


@given(
    st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner)
        ),
    )
)
def test_what_is_sent_is_what_was_meant(value: Node) -> None:
    assert json.loads(encode(value)) == value


def test_it_is_compact_and_readable() -> None:
    assert encode({"a": ["→", 1]}) == '{"a":["→",1]}'.encode()
