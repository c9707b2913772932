"""Every text setting is stored as one document, however it was written (fact 3.7)."""

import json

from reconciler.sandbox.account import seed
from reconciler.sandbox.routes import text
from reconciler.sandbox.routes.references import References

REFERENCES = References(seed.account(), [])


def stored(written: str) -> object:
    return json.loads(text.stored(written, REFERENCES))


def variable(name: str, label: str, *, missing: bool = False) -> dict[str, object]:
    return {"type": "varSpec", "attrs": {"name": name, "label": label, "missing": missing}}


def test_plain_text_becomes_a_document() -> None:
    line = {"type": "paragraph", "content": [{"type": "text", "text": "Disk full"}]}

    assert stored("Disk full") == {"type": "doc", "content": [line]}


def test_a_template_becomes_variables_with_labels() -> None:
    content = [
        {"type": "text", "text": "On "},
        variable("alert.title", "Alert → Title"),
        {"type": "text", "text": "!"},
    ]

    assert stored("On {{ alert.title }}!") == {
        "type": "doc",
        "content": [{"type": "paragraph", "content": content}],
    }


def test_lines_are_paragraphs_and_an_empty_one_has_no_content() -> None:
    document = stored("a\n\nb")

    assert isinstance(document, dict)
    assert [list(paragraph) for paragraph in document["content"]] == [
        ["type", "content"],
        ["type"],
        ["type", "content"],
    ]


def test_storing_a_document_again_changes_nothing_but_labels() -> None:
    once = text.stored("{{alert.title}} x", REFERENCES)

    assert text.stored(once, REFERENCES) == once
    assert text.stored(once.replace("Alert → Title", "stale"), REFERENCES) == once


def test_keys_come_back_in_the_servers_order() -> None:
    sent = '{"content": [{"content": [], "type": "paragraph"}], "type": "doc"}'
    kept = '{"type":"doc","content":[{"type":"paragraph","content":[]}]}'

    assert text.stored(sent, REFERENCES) == kept


def test_a_variable_of_nothing_is_marked_missing() -> None:
    document = json.dumps(
        {"type": "doc", "content": [{"type": "varSpec", "attrs": {"name": "gone"}}, "odd"]}
    )

    assert stored(document) == {
        "type": "doc",
        "content": [variable("gone", "gone", missing=True), "odd"],
    }


def test_braces_that_name_nothing_are_text() -> None:
    document = stored("see {{ .Labels.runbook }} of {{ alert.title }}")

    assert isinstance(document, dict)
    plain, variable_ = document["content"][0]["content"]
    assert plain == {"type": "text", "text": "see {{ .Labels.runbook }} of "}
    assert variable_["attrs"]["name"] == "alert.title"


def test_json_that_is_no_document_is_text() -> None:
    for written in ('{"a": 1}', "{{ x", "{not json"):
        document = stored(written)
        assert isinstance(document, dict)
        assert document["content"][0]["content"][0]["text"] == written


def test_the_label_of_a_document_is_its_text() -> None:
    document = text.stored("Disk of {{ alert.title }}\nis full", REFERENCES)

    assert text.label(document) == "Disk of Alert → Title is full"
    assert text.label('{"content":["odd"],"type":"doc"}') == ""
