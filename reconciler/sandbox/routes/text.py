"""Rich text: the document that the server makes of every text setting (fact 3.7).

A plain or `{{ … }}` text and a document that a client sent are both stored as
doc → paragraph → text | varSpec, and come back with the server's own order of keys.
"""

import json
import re

from reconciler.sandbox.jsontype import Body, Node
from reconciler.sandbox.routes.references import References

VARIABLE = re.compile(r"\{\{\s*(?P<name>.+?)\s*\}\}")


def stored(text: str, references: References) -> str:
    """The document, as the JSON that reads return: its order of keys and its labels."""
    document = _document(text)
    if document is None:
        lines = text.split("\n")
        content = [_paragraph(line, references) for line in lines]
        document = {"type": "doc", "content": content}
    for node in _walk(document):
        if node.get("type") == "varSpec":
            found = references.find(_name(node))
            label = found.label if found else _name(node)
            node["attrs"] = {**node["attrs"], "label": label, "missing": found is None}
    return json.dumps(_ordered(document), separators=(",", ":"), ensure_ascii=False)


def _ordered(node: Node) -> Node:
    """Keys from z to a: an order that no writer is likely to have sent."""
    if isinstance(node, list):
        return [_ordered(child) for child in node]
    if not isinstance(node, dict):
        return node
    return {key: _ordered(node[key]) for key in sorted(node, reverse=True)}


def _name(node: Body) -> str:
    """The reference of a variable; "" when the document does not say."""
    attributes = node.get("attrs")
    return str(attributes.get("name", "")) if isinstance(attributes, dict) else ""


def label(document: str) -> str:
    """A stored document in one line, as v2 labels it."""
    lines = []
    for paragraph in json.loads(document).get("content", []):
        nodes = _walk(paragraph) if isinstance(paragraph, dict) else []
        lines.append("".join(_shown(node) for node in nodes))
    return " ".join(lines)


def _shown(node: Body) -> str:
    if node.get("type") == "varSpec":
        return str(node["attrs"]["label"])
    return str(node.get("text", ""))


def _document(text: str) -> Body | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return document if isinstance(document, dict) and document.get("type") == "doc" else None


def _paragraph(line: str, references: References) -> Body:
    """Braces that name nothing of the alert are text (fact 3.11)."""
    content: list[Body] = []
    end = 0
    for match in VARIABLE.finditer(line):
        if references.find(match["name"]) is None:
            continue
        content += _plain(line[end : match.start()])
        content.append({"type": "varSpec", "attrs": {"name": match["name"]}})
        end = match.end()
    content += _plain(line[end:])
    return {"type": "paragraph", "content": content} if content else {"type": "paragraph"}


def _plain(text: str) -> list[Body]:
    return [{"type": "text", "text": text}] if text else []


def _walk(node: Body) -> list[Body]:
    found = [node]
    content = node.get("content")
    for child in content if isinstance(content, list) else []:
        if isinstance(child, dict):
            found += _walk(child)
    return found
