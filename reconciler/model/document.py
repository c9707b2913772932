"""Rich text documents as JSON, and the templates that say the same (fact 3.7).

    {"type": "doc", "content": [{"type": "paragraph", "content": [
        {"type": "text", "text": "Latency of "},
        {"type": "varSpec", "attrs": {"name": "alert.title", "label": …, "missing": false}}]}]}

`label` and `missing` of a variable are the server's: it computes both anew.

Also here: the shape of parsed JSON, for the places where a payload is still a payload.
"""

import json
from collections.abc import Mapping, Sequence

from reconciler.model.condition import Reference
from reconciler.model.text import Document, Segment, TextTemplate, is_api_reference

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
JsonObject = Mapping[str, Json]


NOTHING: tuple[Json, ...] = (None, [], {})
SERVER_OWNED = ("label", "missing")


def compact(node: Json) -> str:
    """The canonical JSON text: keys sorted, no spaces."""
    return json.dumps(node, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def document_of(template: TextTemplate) -> Document:
    """The document that says the same as a template with ids."""
    paragraphs: list[Json] = [_written_paragraph(line) for line in template.paragraphs]
    return Document(compact({"type": "doc", "content": paragraphs}))


def _written_paragraph(line: tuple[Segment, ...]) -> dict[str, Json]:
    nodes: list[Json] = [_written_segment(segment) for segment in line if segment != ""]
    return {"type": "paragraph", "content": nodes} if nodes else {"type": "paragraph"}


def _written_segment(segment: Segment) -> dict[str, Json]:
    if isinstance(segment, str):
        return {"type": "text", "text": segment}
    return {"type": "varSpec", "attrs": {"name": segment.path}}


def template_of(document: Document) -> TextTemplate | None:
    """The template that says the same; None for what a template cannot say."""
    try:
        node: Json = json.loads(document.json)
    except (ValueError, RecursionError):
        return None
    return template_of_node(node) if isinstance(node, dict) else None


def template_of_node(doc: JsonObject) -> TextTemplate | None:
    """The same for a document that is parsed already."""
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
    if not isinstance(name, str) or not _only(attrs, "name", *SERVER_OWNED):
        return None
    # A file would read any other name as one of the file's grammar, not as what stands here.
    return Reference(name) if is_api_reference(name) else None


def _children(node: JsonObject) -> list[Json] | None:
    """The content of a node that has nothing else to say; None when it has."""
    content = node.get("content")
    if content is None:
        content = []
    return content if isinstance(content, list) and _only(node, "type", "content") else None


def _only(node: JsonObject, *names: str) -> bool:
    return all(name in names or value in NOTHING for name, value in node.items())
