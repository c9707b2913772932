"""An alert in YAML: its source, and what it has.

source: Alertmanager (Production)
title: PodNotRunning
attributes: {severity: critical, team: Platform, runbook: null}
unknown: [service]
"""

from collections.abc import Mapping
from dataclasses import replace

import yaml

from reconciler.files.yaml.compose import compose
from reconciler.files.yaml.reading import Entry, Reading, in_file_order, near, warn_of_direction
from reconciler.files.yaml.strict import is_integer
from reconciler.model import Finding, Path, Positions
from reconciler.routing.case import By, Described, Given, Part, Word

ALERT_KEYS = ("source", "title", "description", "priority", "attributes", "unknown")
PLAIN_PARTS = ("title", "description", "priority")
ATTRIBUTE = "attributes."
_WAYS: Mapping[str, By] = {"catalog": "", "id": "id", "external_id": "external_id"}


def parse_alert(text: str, file: str) -> tuple[Described, Positions, tuple[Finding, ...]]:
    """The alert, where its parts stand, and what is wrong. Raises nothing."""
    composed = compose(text, file)
    if composed.root is None:
        findings = tuple(
            replace(finding, hint="a file of an alert starts with `source:`")
            if finding.code == "empty-file"
            else finding
            for finding in composed.findings
        )
        return Described(), Positions(file, {}, composed.lines), findings
    reading = Reading(file, composed.lines)
    entries = reading.mapping(composed.root, (), ALERT_KEYS) or {}
    described = read_described(reading, entries, ())
    warn_of_direction(reading, composed.text, composed.root)
    findings = tuple(sorted(reading.findings, key=in_file_order))
    return described, Positions(file, reading.places, composed.lines), findings


def read_described(reading: Reading, entries: Mapping[str, Entry], path: Path) -> Described:
    """The alert that the keys of ALERT_KEYS among a mapping's entries describe."""
    given: dict[Part, Given] = {}
    source, source_at = "", path
    for key in PLAIN_PARTS:
        if key in entries:
            given[key,] = read_given(reading, entries[key][1], (*path, key))
    if "source" in entries:
        source_at = (*path, "source")
        source = reading.words(entries["source"][1], source_at) or ""
    if "attributes" in entries:
        at = (*path, "attributes")
        attributes = reading.free_mapping(entries["attributes"][1], at, "attributes with values")
        for name, (key_node, node) in (attributes or {}).items():
            reading.place((*at, name), key_node)
            given["attributes", name] = read_given(reading, node, (*at, name))
    if "unknown" in entries:
        given.update(_read_unknown(reading, entries["unknown"][1], (*path, "unknown"), given))
    return Described(source, given, source_at)


def _read_unknown(
    reading: Reading, node: yaml.Node, path: Path, given: Mapping[Part, Given]
) -> dict[Part, Given]:
    found: dict[Part, Given] = {}
    for place, name in enumerate(reading.texts(node, path, "unknown: [service]")):
        part: Part = (name,) if name in PLAIN_PARTS else ("attributes", name)
        if part in given:
            message = f"`{name}` has a value and is unknown"
            reading.error("unknown-and-given", message, node, (*path, place), "keep one of them")
        found[part] = Given(None, (*path, place))
    return found


def read_part(reading: Reading, key: yaml.Node, path: Path) -> Part | None:
    """What `source`, `title`, `attributes.NAME` stand for as a key; ("source",) is one, too."""
    name = reading.key(key, path)
    if name is None:
        return None
    if name in ("source", *PLAIN_PARTS):
        return (name,)
    if name.startswith(ATTRIBUTE) and name != ATTRIBUTE:
        return ("attributes", name.removeprefix(ATTRIBUTE))
    known = ("source", *PLAIN_PARTS, f"{ATTRIBUTE}NAME")
    hint = near(name, known) or f"an attribute is written `{ATTRIBUTE}{name}`"
    reading.error("unknown-key", f"unknown key `{name}`", key, path, hint)
    return None


def read_given(reading: Reading, node: yaml.Node, path: Path) -> Given:
    """A value; `null` where the alert lacks it. A text, an entry's name, or a list of them."""
    if _is_null(node):
        reading.place(path, node)
        return Given((), path)
    if isinstance(node, yaml.SequenceNode):
        read = [_read_word(reading, item, (*path, place)) for place, item in enumerate(node.value)]
        return Given(tuple(word for word in read if word is not None), path)
    word = _read_word(reading, node, path)
    return Given((word,) if word is not None else None, path)


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("null", "~")


def _read_word(reading: Reading, node: yaml.Node, path: Path) -> Word | None:
    if isinstance(node, yaml.MappingNode):
        return _read_entry(reading, node, path)
    if isinstance(node, yaml.ScalarNode) and not node.style and _is_plain(node.value):
        reading.place(path, node)
        return Word(node.value)
    text = reading.text(node, path)
    return None if text is None else Word(text)


def _is_plain(text: str) -> bool:
    """A flag or a number, which attributes may be: no reader takes it for anything else."""
    return text in ("true", "false") or is_integer(text)


def _read_entry(reading: Reading, node: yaml.MappingNode, path: Path) -> Word | None:
    entries = reading.mapping(node, path, tuple(_WAYS))
    if entries is None or len(node.value) != 1 or len(entries) != 1:
        if entries is not None and len(entries) == len(node.value):
            hint = "write {catalog: NAME}, {id: ID} or {external_id: ID}"
            reading.error("wrong-kind", "expected one entry of the catalog", node, path, hint)
        return None
    ((way, (_, value)),) = entries.items()
    text = reading.words(value, path)
    return None if text is None else Word(text, _WAYS[way])
