"""Texts: a document that a template can say is a template, everything else is kept whole."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from reconciler.model import Document, Reference, TextTemplate, canonical_template
from reconciler.wire.reading import Reading
from reconciler.wire.templates import (
    decode_document,
    decode_text,
    encode_field_text,
    encode_text,
)

TITLE = Reference("alert.title")
segments = st.one_of(
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=5),
    st.just(TITLE),
)
templates = st.builds(TextTemplate, st.lists(st.lists(segments).map(tuple)).map(tuple))


def doc(*nodes: Any, **more: Any) -> str:
    """A document of one paragraph."""
    return json.dumps({"type": "doc", "content": [{"type": "paragraph", "content": nodes}], **more})


def variable(**attrs: Any) -> Any:
    """The title's variable, as the server shows it, with other attributes."""
    standard = {"name": "alert.title", "label": "Alert → Title", "missing": False}
    return {"type": "varSpec", "attrs": standard | attrs}


@given(templates)
def test_a_template_is_read_as_it_was_written(template: TextTemplate) -> None:
    read = decode_text(encode_text(template), Reading())

    assert isinstance(read, TextTemplate)
    assert canonical_template(read) == canonical_template(template)


def test_the_server_reads_a_document_back_with_other_order_and_labels() -> None:
    reading = Reading()
    stored = doc({"text": "Latency of ", "type": "text"}, variable(label="Alert → Name"))

    template = decode_text(stored, reading)

    assert template == TextTemplate((("Latency of ", TITLE),))
    assert reading.labels == {"alert.title": "Alert → Name"}


def test_a_variable_is_written_with_the_fields_that_the_server_stores() -> None:
    written = json.loads(encode_text(TextTemplate(((TITLE,), ()))))

    attrs = {"label": "alert.title", "missing": False, "name": "alert.title"}
    assert written["content"] == [
        {"type": "paragraph", "content": [{"type": "varSpec", "attrs": attrs}]},
        {"type": "paragraph"},
    ]


@pytest.mark.parametrize(
    "rich",
    [
        doc({"type": "text", "text": "a", "marks": [{"type": "bold"}]}),
        doc({"type": "text", "text": "a\nb"}),
        doc({"type": "hardBreak"}),
        doc("a"),
        doc(variable(fallback="none")),
        doc(variable(name="")),
        doc(variable(name=" alert.title")),
        doc(variable(name="a}}b")),
        doc(variable(name=7)),
        doc({"type": "varSpec"}),
        doc({**variable(), "marks": [{"type": "bold"}]}),
        doc({"type": "text", "text": 7}),
        doc(attrs={"version": 2}),
        json.dumps({"type": "doc", "content": [{"type": "bulletList", "content": []}]}),
        json.dumps({"type": "doc", "content": ["a"]}),
        json.dumps({"type": "doc", "content": {"type": "paragraph"}}),
        json.dumps({"type": "doc", "content": [{"type": "paragraph", "content": "a"}]}),
    ],
)
def test_what_a_template_cannot_say_stays_a_document(rich: str) -> None:
    document = decode_text(rich, Reading())

    assert isinstance(document, Document)
    assert decode_text(encode_text(document), Reading()) == document


def test_a_document_is_canonical_without_what_the_server_computes() -> None:
    bold = {"type": "text", "text": "é", "marks": [{"type": "bold"}]}

    one = decode_text(doc(variable(missing=True), bold), Reading())
    other = decode_text(doc(variable(label="renamed"), bold).replace(": ", " :  "), Reading())

    assert one == other
    assert isinstance(one, Document)
    assert one.json == (
        '{"content":[{"content":[{"attrs":{"name":"alert.title"},"type":"varSpec"},'
        '{"marks":[{"type":"bold"}],"text":"é","type":"text"}],"type":"paragraph"}],"type":"doc"}'
    )


def test_empty_marks_and_attributes_say_nothing() -> None:
    text = doc({"type": "text", "text": "a", "marks": []}, attrs={}, marks=None)

    assert decode_text(text, Reading()) == TextTemplate((("a",),))


def test_a_document_without_content_is_an_empty_template() -> None:
    assert decode_text('{"type": "doc"}', Reading()) == TextTemplate()
    assert decode_text(doc(), Reading()) == TextTemplate(((),))


@pytest.mark.parametrize(
    "text", ["", "plain", "{", '{"type": "card"}', "{}", "[" * 9, "{" * 99_999]
)
def test_other_texts_are_no_document(text: str) -> None:
    assert decode_document(text, Reading()) is None


def test_deep_nesting_is_a_plain_text() -> None:
    deep = '{"a":' * 200_000

    assert decode_document(deep, Reading()) is None


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("down", TextTemplate((("down",),))),
        ("{{ alert.title }} is down", TextTemplate(((TITLE, " is down"),))),
        ("two\nlines", TextTemplate((("two",), ("lines",)))),
        ("an {{ unfinished\none", TextTemplate((("an {{ unfinished",), ("one",)))),
    ],
)
def test_plain_texts_of_a_text_slot_are_templates(text: str, template: TextTemplate) -> None:
    assert decode_text(text, Reading()) == template


@pytest.mark.parametrize(
    ("content", "literal"),
    [
        (TextTemplate((("two",), ("lines",))), "two\nlines"),
        (TextTemplate(), ""),
        (Document('{"content":[],"type":"doc"}'), ""),
    ],
)
def test_a_field_s_text_without_references_is_written_plain(
    content: TextTemplate | Document, literal: str
) -> None:
    assert encode_field_text(content) == literal


def test_a_field_s_text_that_plain_words_cannot_say_is_written_as_a_document() -> None:
    for segment in (Reference("alert.title"), "{{ alert.title }}"):
        template = TextTemplate(((segment,),))
        assert json.loads(encode_field_text(template))["type"] == "doc"
        assert decode_text(encode_field_text(template), Reading()) == template
