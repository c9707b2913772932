"""JSON that means the same after it was made safe to print."""

import json
import unicodedata

from hypothesis import given, strategies as st

from reconciler.model import Json
from reconciler.text import json_text

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(documents)
def test_it_reads_back_and_holds_no_control_character(document: Json) -> None:
    text = json_text(document)

    assert json.loads(text) == document
    raw = {"Cc", "Cs", "Zl", "Zp"}
    assert not any(unicodedata.category(c) in raw and c != "\n" for c in text)


def test_direction_marks_are_escaped_and_other_letters_stay() -> None:
    assert json_text("é \u202e") == '"é \\u202e"\n'
    assert json_text("\U000e0041") == '"\\udb40\\udc41"\n'
