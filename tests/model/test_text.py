"""Templates: what is written is what is read."""

import pytest
from hypothesis import given, strategies as st

from reconciler.model import (
    Reference,
    TemplateMistake,
    TextTemplate,
    canonical_template,
    format_template,
    parse_template,
    plain_text,
)

texts = st.text(alphabet='ab{}\\ "é', max_size=8)
references = st.sampled_from(["title", "attribute:Escalation path", 'Service.["Tier"]'])
segments = st.one_of(texts, st.builds(Reference, references))
templates = st.builds(TextTemplate, st.lists(st.lists(segments).map(tuple)).map(tuple))


@given(templates)
def test_a_written_template_is_read_back(template: TextTemplate) -> None:
    canonical = canonical_template(template)

    assert parse_template(format_template(canonical)) == canonical


def test_references_stand_between_double_braces() -> None:
    assert parse_template("a {{ title }}\n\\{{ no") == TextTemplate(
        (("a ", Reference("title")), ("{{ no",))
    )


@pytest.mark.parametrize(
    ("text", "offset"), [("ab {{ title", 3), ("line\n x {{ }}", 8), ("{{{", 1), ("a\nb\n\n{{", 5)]
)
def test_a_mistake_says_where_it_stands(text: str, offset: int) -> None:
    mistake = parse_template(text)

    assert isinstance(mistake, TemplateMistake)
    assert mistake.offset == offset


def test_the_words_of_a_template_without_references_are_a_plain_text() -> None:
    assert plain_text(TextTemplate((("a", "b"), (), ("c",)))) == "ab\n\nc"
    assert plain_text(TextTemplate((("a ", Reference("alert.title")),))) is None
    assert plain_text(TextTemplate((("{{ alert.title }}",),))) is None  # it would be a reference
