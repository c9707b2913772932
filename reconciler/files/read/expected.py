"""What a routing test expects, in YAML: routes, pages, channels, an incident."""

from collections.abc import Mapping
from dataclasses import replace

import yaml

from reconciler.files.yaml.reading import Reading, near
from reconciler.model import Path
from reconciler.routing.case import Expected, Verdict

EXPECT_KEYS = (
    "routes",
    "pages",
    "not_pages",
    "channels",
    "incident",
    "unrouted",
    "same_as",
)
_VERDICTS: Mapping[str, Verdict] = {
    "matched": "matched",
    "not_matched": "not_matched",
    "unknown": "unknown",
}


def read_expected(reading: Reading, node: yaml.Node, path: Path) -> Expected:
    """The mapping below `expect:`."""
    entries = reading.mapping(node, path, EXPECT_KEYS) or {}
    if not entries and isinstance(node, yaml.MappingNode) and not node.value:
        hint = "write what is expected, as in `expect: {pages: []}`"
        reading.error("missing-key", "nothing is expected", node, path, hint)
    expected = Expected(paths={key: (*path, key) for key in entries})
    for key, (key_node, value) in entries.items():
        reading.place((*path, key), key_node)
        expected = _with(reading, expected, key, value, (*path, key))
    return expected


def _with(reading: Reading, expected: Expected, key: str, node: yaml.Node, path: Path) -> Expected:
    match key:
        case "routes" if isinstance(node, yaml.MappingNode):
            return replace(expected, verdicts=_verdicts(reading, node, path))
        case "incident" | "unrouted":
            flag = reading.flag(node, path)
            return (
                replace(expected, incident=flag)
                if key == "incident"
                else replace(expected, unrouted=flag)
            )
        case "same_as":
            return replace(expected, same_as=reading.words(node, path) or "")
    names = reading.texts(node, path, f"{key}: […]")
    match key:
        case "routes":
            return replace(expected, routes=names)
        case "pages":
            return replace(expected, pages=names)
        case "not_pages":
            if not names and isinstance(node, yaml.SequenceNode) and not node.value:
                hint = "`pages: []` says that nobody is paged"
                reading.error("empty-value", "`not_pages` names nobody", node, path, hint)
            return replace(expected, not_pages=names)
        case _:
            return replace(expected, channels=names)


def _verdicts(reading: Reading, node: yaml.Node, path: Path) -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    entries = reading.free_mapping(node, path, "routes with their verdicts") or {}
    for route, (key, value) in entries.items():
        reading.place((*path, route), key)
        word = reading.text(value, (*path, route))
        if word is None:
            continue
        if word in _VERDICTS:
            found[route] = _VERDICTS[word]
        else:
            hint = near(word, _VERDICTS) or f"one of {', '.join(_VERDICTS)}"
            reading.error("unknown-word", f"unknown value `{word}`", value, (*path, route), hint)
    return found
