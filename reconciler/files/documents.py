"""YAML nodes to JSON text, for the parts that are passed on as they are."""

import json
import math
import re

import yaml

from reconciler.files.reading import Reading
from reconciler.model.finding import Path
from reconciler.model.json import Json

_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def canonical_json(value: Json) -> str:
    """JSON text with sorted keys and no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read_json(reading: Reading, node: yaml.Node, path: Path) -> str | None:
    """The canonical JSON text of a mapping; None, and a finding, where it is no JSON."""
    if not isinstance(node, yaml.MappingNode):
        reading.error("wrong-kind", "expected a mapping", node, path)
        return None
    errors = len(reading.findings)
    value = _value(reading, node, path)
    return canonical_json(value) if len(reading.findings) == errors else None


def _value(reading: Reading, node: yaml.Node, path: Path) -> Json:
    if isinstance(node, yaml.SequenceNode):
        return [_value(reading, item, path) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        entries = reading.json_mapping(node, path)
        return {name: _value(reading, value, path) for name, value in entries.items()}
    text: str = node.value
    if not isinstance(node, yaml.ScalarNode) or node.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text) and len(text) < 40:
        number: int | float = json.loads(text)
        if math.isfinite(number):
            return number
    return reading.text(node, path)
