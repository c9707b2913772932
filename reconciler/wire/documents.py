"""Text settings: templates ⇄ the documents that the server stores (fact 3.7).

    {"type": "doc", "content": [{"type": "paragraph", "content": [
        {"type": "text", "text": "Latency of "},
        {"type": "varSpec", "attrs": {"name": "alert.title", "label": …, "missing": false}}]}]}

`label` and `missing` of a variable are the server's: it computes both anew.
"""

import json

from reconciler.model.binding import Reference
from reconciler.model.json import Json, JsonObject
from reconciler.model.text import Document, Segment, TextTemplate, parse_template
from reconciler.wire.reading import Reading

NOTHING: tuple[Json, ...] = (None, [], {})
SERVER_OWNED = ("label", "missing")


def compact(node: Json) -> str:
    """The canonical JSON text: keys sorted, no spaces."""
    return json.dumps(node, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def encode_text(content: TextTemplate | Document) -> str:
    """The document's JSON text, as it goes into a literal."""
    if isinstance(content, Document):
        return compact(_labelled(json.loads(content.json)))
    paragraphs: list[Json] = [_encode_paragraph(line) for line in content.paragraphs]
    return compact({"type": "doc", "content": paragraphs})


def _encode_paragraph(line: tuple[Segment, ...]) -> dict[str, Json]:
    nodes: list[Json] = [_encode_segment(segment) for segment in line if segment != ""]
    return {"type": "paragraph", "content": nodes} if nodes else {"type": "paragraph"}


def _encode_segment(segment: Segment) -> dict[str, Json]:
    if isinstance(segment, str):
        return {"type": "text", "text": segment}
    attrs: dict[str, Json] = {"name": segment.path, "label": segment.path, "missing": False}
    return {"type": "varSpec", "attrs": attrs}


def _labelled(node: Json) -> Json:
    if isinstance(node, list):
        return [_labelled(child) for child in node]
    if not isinstance(node, dict):
        return node
    inner = {name: _labelled(child) for name, child in node.items()}
    attrs = inner.get("attrs")
    if node.get("type") == "varSpec" and isinstance(attrs, dict):
        inner["attrs"] = {"label": attrs.get("name"), "missing": False, **attrs}
    return inner


def decode_text(literal: str, reading: Reading) -> TextTemplate | Document:
    """Any literal of a text slot: a document, a `{{ … }}` template, or plain text."""
    content = decode_document(literal, reading)
    if content is not None:
        return content
    template = parse_template(literal)
    if isinstance(template, TextTemplate):
        return template
    return TextTemplate(tuple((line,) for line in literal.split("\n")))


def decode_document(literal: str, reading: Reading) -> TextTemplate | Document | None:
    """None when the literal is no document. What a template cannot say stays a `Document`."""
    if not literal.lstrip().startswith("{"):
        return None
    try:
        node: Json = json.loads(literal)
    except (ValueError, RecursionError):
        return None
    if not isinstance(node, dict) or node.get("type") != "doc":
        return None
    _remember_labels(node, reading)
    template = _template(node)
    return template if template is not None else Document(compact(_unlabelled(node)))


def _template(doc: JsonObject) -> TextTemplate | None:
    content = _children(doc)
    if content is None:
        return None
    paragraphs: list[tuple[Segment, ...]] = []
    for node in content:
        line = _paragraph(node)
        if line is None:
            return None
        paragraphs.append(line)
    return TextTemplate(tuple(paragraphs))


def _paragraph(node: Json) -> tuple[Segment, ...] | None:
    if not isinstance(node, dict) or node.get("type") != "paragraph":
        return None
    content = _children(node)
    if content is None:
        return None
    segments: list[Segment] = []
    for child in content:
        segment = _segment(child)
        if segment is None:
            return None
        segments.append(segment)
    return tuple(segments)


def _segment(node: Json) -> Segment | None:
    if not isinstance(node, dict):
        return None
    text, attrs = node.get("text"), node.get("attrs")
    if node.get("type") == "text" and isinstance(text, str) and "\n" not in text:
        return text if _only(node, "type", "text") else None
    if (
        node.get("type") != "varSpec"
        or not isinstance(attrs, dict)
        or not _only(node, "type", "attrs")
    ):
        return None
    name = attrs.get("name")
    if not isinstance(name, str) or not _nameable(name) or not _only(attrs, "name", *SERVER_OWNED):
        return None
    return Reference(name)


def _nameable(name: str) -> bool:
    """Whether `{{ name }}` in a file is read back as this name."""
    return bool(name) and name == name.strip() and "}}" not in name and "\n" not in name


def _children(node: JsonObject) -> list[Json] | None:
    """The content of a node that has nothing else to say; None when it has."""
    content = node.get("content")
    if content is None:
        content = []
    return content if isinstance(content, list) and _only(node, "type", "content") else None


def _only(node: JsonObject, *names: str) -> bool:
    return all(name in names or value in NOTHING for name, value in node.items())


def _unlabelled(node: Json) -> Json:
    if isinstance(node, list):
        return [_unlabelled(child) for child in node]
    if not isinstance(node, dict):
        return node
    inner = {name: _unlabelled(child) for name, child in node.items()}
    attrs = inner.get("attrs")
    if node.get("type") == "varSpec" and isinstance(attrs, dict):
        inner["attrs"] = {k: v for k, v in attrs.items() if k not in SERVER_OWNED}
    return inner


def _remember_labels(node: Json, reading: Reading) -> None:
    if isinstance(node, list):
        for child in node:
            _remember_labels(child, reading)
    elif isinstance(node, dict):
        attrs = node.get("attrs")
        if isinstance(attrs, dict) and isinstance(attrs.get("name"), str):
            reading.label(str(attrs["name"]), attrs.get("label"))
        _remember_labels(node.get("content"), reading)
