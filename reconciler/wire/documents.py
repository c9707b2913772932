"""Text settings: templates ⇄ the documents that the server stores (fact 3.7), and plain texts."""

import json

from reconciler.model.document import (
    SERVER_OWNED,
    compact,
    document_of,
    template_of,
    template_of_node,
)
from reconciler.model.json import Json
from reconciler.model.text import Document, TextTemplate, plain_text, stored_template
from reconciler.wire.reading import Reading


def encode_text(content: TextTemplate | Document) -> str:
    """The document's JSON text, as it goes into a literal."""
    document = document_of(content) if isinstance(content, TextTemplate) else content
    return compact(_labelled(json.loads(document.json)))


def encode_field_text(content: TextTemplate | Document) -> str:
    """The literal of a text custom field. One without references is a plain text (fact 3.11); a
    plain text that would be read as a reference can only be said by a document.
    """
    template = template_of(content) if isinstance(content, Document) else content
    plain = None if template is None else plain_text(template)
    return encode_text(content) if plain is None else plain


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
    """Any literal of a name or a summary: a document, or a text with `{{ … }}`. Braces that name
    nothing of the alert are text (fact 3.11).
    """
    content = decode_document(literal, reading)
    return stored_template(literal) if content is None else content


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
    template = template_of_node(node)
    return template if template is not None else Document(compact(_unlabelled(node)))


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
