"""What is passed on as it is becomes the same JSON."""

import pytest

from reconciler.model import Document
from tests.files.reading_routes import route, the_finding


def document(text: str) -> str:
    incident = route(f"incident: {{name: {{document: {text}}}}}\n").incident
    assert incident is not None
    assert incident.name is not None
    assert isinstance(incident.name.content, Document)
    return incident.name.content.json


@pytest.mark.parametrize(
    ("text", "json"),
    [
        ("{}", "{}"),
        ("{b: 1, a: [x, true, false, null]}", '{"a":["x",true,false,null],"b":1}'),
        ('{a: "1", b: "true", c: "null"}', '{"a":"1","b":"true","c":"null"}'),
        ("{a: 1.5, b: -2, c: 1e3}", '{"a":1.5,"b":-2,"c":1000.0}'),
        ("{a: {'': é}}", '{"a":{"":"é"}}'),
    ],
)
def test_a_mapping_is_a_json_object(text: str, json: str) -> None:
    assert document(text) == json


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("text", "wrong-kind"),
        ("[a]", "wrong-kind"),
        ("{a: 1, a: 2}", "duplicate-key"),
        ("{[a]: 1}", "key-is-no-text"),
        ("{a: yes}", "quote-it"),
        ("{a: 08}", "quote-it"),
        ("{a: 1e999}", "quote-it"),
        ("{a: }", "empty-value"),
    ],
)
def test_what_is_no_json_is_told(text: str, code: str) -> None:
    assert the_finding(f"incident: {{name: {{document: {text}}}}}\n").code == code
