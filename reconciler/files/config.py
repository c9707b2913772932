"""`reconciler.yaml`: text to `Config`, with findings."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath, PurePosixPath
from typing import Any, Literal

import yaml

from reconciler.files.disk import place_of, read_bytes
from reconciler.files.inventory import (
    check_environments,
    read_environments,
    read_inventory,
    withheld,
)
from reconciler.files.owns import check_owns, read_owns
from reconciler.files.read.notification import parse_path
from reconciler.files.reasons import Read, choice, read_approvals, read_assumptions, read_gaps
from reconciler.files.semantics import with_semantics
from reconciler.files.tree import Astray, outside, unreadable
from reconciler.files.yaml.compose import compose, decode, too_large
from reconciler.files.yaml.reading import Reading, in_file_order, warn_of_direction
from reconciler.model import ApiChoice, Config, Finding, Path, Positions, RecordChoice

UndeclaredChoice = Literal["report", "delete"]

_ACCOUNT = re.compile(r"https://[^\s/?#@]+/[^\s/?#]+/?")
_PAGE = re.compile(r"https://[^\s/?#@()<>]+(/[^\s()<>]*)?")  # what Markdown can link
_KEY_VARIABLE = re.compile(r"INCIDENT_API_KEY(_[A-Z0-9_]+)?")
CONFIG_FILE = "reconciler.yaml"
UNREADABLE = Config(unreadable=True)
MAX_BYTES = 1_048_576  # it names all sources and channels of an account


def read_config(root: FilePath) -> tuple[Config, tuple[Finding, ...]]:
    """The config of a folder, with what its semantics.lock.yaml leaves; a folder without either has
    the defaults. Raises nothing.
    """
    config, findings = _read_settings(root)
    config, more = with_semantics(root, config)
    return config, (*findings, *more)


def _read_settings(root: FilePath) -> tuple[Config, tuple[Finding, ...]]:
    try:
        content = read_bytes(place_of(root, CONFIG_FILE), MAX_BYTES)
    except Astray:
        return UNREADABLE, (outside(CONFIG_FILE),)
    except OSError as error:
        link = (root / CONFIG_FILE).is_symlink()
        missing = isinstance(error, FileNotFoundError) and not link
        if missing:
            return Config(), ()
        return UNREADABLE, (unreadable(CONFIG_FILE, error),)
    text = config_text(content)
    return (UNREADABLE, (text,)) if isinstance(text, Finding) else parse_config(text, CONFIG_FILE)


def config_text(content: bytes | None) -> str | Finding:
    """The text of reconciler.yaml; `content` None: it is larger than MAX_BYTES."""
    if content is None:
        return too_large(CONFIG_FILE, MAX_BYTES)
    return decode(content, CONFIG_FILE, MAX_BYTES)


def parse_config(text: str, file: str) -> tuple[Config, tuple[Finding, ...]]:
    """The config and what is wrong with it; an empty file has the defaults. Raises nothing."""
    composed = compose(text, file, MAX_BYTES)
    if composed.root is None:
        wrong = [finding for finding in composed.findings if finding.code != "empty-file"]
        findings = tuple(replace(finding, excerpt=withheld(finding.excerpt)) for finding in wrong)
        return UNREADABLE if wrong else Config(), findings
    reading = Reading(file, tuple(withheld(line) for line in composed.lines))
    config = _config(reading, composed.root)
    warn_of_direction(reading, composed.text, composed.root)
    config = replace(config, positions=Positions(file, reading.places, reading.lines))
    return config, tuple(sorted(reading.findings, key=in_file_order))


def _config(reading: Reading, root: yaml.Node) -> Config:
    entries = reading.mapping(root, (), CONFIG_KEYS) or {}
    values: dict[str, Any] = {}
    for key in entries:
        field, read = _SETTINGS[key]
        value = reading.within(entries, (), key, read)
        if value is not None:
            values |= value if key == "owns" else {field: value}
    if "account" in entries:
        values["account_at"] = reading.position(entries["account"][1])
    config = Config(**values)
    refused = any(finding.code == "owns-nothing" for finding in reading.findings)
    owning = config.owns_teams or config.owns_prefixes or refused
    if config.undeclared == "delete" and not owning:
        message = "`undeclared: delete` needs to know which routes are yours"
        hint = "name your teams: `owns: {teams: [Payments]}`; other teams' routes stay"
        reading.error("owns-missing", message, entries["undeclared"][0], ("undeclared",), hint)
    if config.folders and len(entries) > 1:
        other = next(key for key in entries if key != "folders")
        message = f"`{other}` stands beside `folders`, and a file with `folders` has nothing else"
        hint = "move it to reconciler.yaml of each folder"
        reading.error("folders", message, entries[other][0], (other,), hint)
    check_owns(reading, config)
    check_environments(reading, config)
    return config


def _inner_list(key: str) -> Read:
    """Reads the list of a mapping with this key alone."""

    def read(reading: Reading, node: yaml.Node, path: Path) -> tuple[str, ...]:
        entries = reading.mapping(node, path, (key,))
        if entries == {} and isinstance(node, yaml.MappingNode) and not node.value:
            reading.missing(node, path, key, f"write `{path[0]}: {{{key}: […]}}`")
        if not entries:
            return ()
        return reading.texts(entries[key][1], (*path, key), f"{key}: [Payments]")

    return read


def is_account(text: str) -> bool:
    """Whether it looks like the address of a dashboard, as incident.io gives it."""
    return _ACCOUNT.fullmatch(text) is not None


def _read_account(reading: Reading, node: yaml.Node, path: Path) -> str:
    account = reading.words(node, path)
    if account is None or is_account(account):
        return account or ""
    message = f"`{account}` is not the address of an account's dashboard"
    hint = "write it as `reconciler doctor` prints it: `account: https://app.incident.io/ACCOUNT`"
    reading.error("account", message, node, path, hint)
    return ""


def _read_page(reading: Reading, node: yaml.Node, path: Path) -> str | None:
    page = reading.words(node, path)
    if page is None or _PAGE.fullmatch(page):
        return page
    message = f"`{page}` is not an address that the routing table can link"
    hint = "write the address of the published page: `page: https://acme.github.io/alerts/`"
    reading.error("page", message, node, path, hint)
    return None


def _read_key_variable(reading: Reading, node: yaml.Node, path: Path) -> str | None:
    """The name alone, and only of a key of incident.io: no other secret is ever sent there."""
    name = reading.words(node, path)
    if name is None or _KEY_VARIABLE.fullmatch(name):
        return name
    message = "this is not the name of an environment variable for a key of incident.io"
    hint = "write a name that begins with INCIDENT_API_KEY, such as INCIDENT_API_KEY_SANDBOX"
    reading.error("key-variable", message, node, path, hint)
    return None


def _read_folders(reading: Reading, node: yaml.Node, path: Path) -> tuple[str, ...]:
    found = reading.texts(node, path, "folders: [production, sandbox]")
    kept: list[str] = []
    for folder in found:
        parts = PurePosixPath(folder).parts
        if folder in kept or ".." in parts or folder.startswith("/") or not parts:
            message = f"`{folder}` is not a folder of its own below this file"
            hint = "write each folder once, as a path that begins here: `folders: [production]`"
            reading.error("folders", message, node, path, hint)
        else:
            kept.append(folder)
    return tuple(kept)


def _read_ids(reading: Reading, node: yaml.Node, path: Path) -> dict[str, str]:
    entries = reading.free_mapping(node, path, "a mapping of names to ids") or {}
    read = {name: reading.words(value, (*path, name)) for name, (_, value) in entries.items()}
    return {name: identity for name, identity in read.items() if identity is not None}


def _read_notifications(reading: Reading, node: yaml.Node, path: Path) -> dict[str, dict[str, str]]:
    """By source, where each attribute stands in what Alertmanager sends."""
    sources = reading.free_mapping(node, path, "a mapping of sources to their attributes") or {}
    found: dict[str, dict[str, str]] = {}
    for source, (_, values) in sources.items():
        at = (*path, source)
        entries = reading.free_mapping(values, at, "a mapping of attributes to paths") or {}
        read = {
            name: _read_json_path(reading, value, (*at, name))
            for name, (_, value) in entries.items()
        }
        found[source] = {name: text for name, text in read.items() if text is not None}
    return found


def _read_json_path(reading: Reading, node: yaml.Node, path: Path) -> str | None:
    text = reading.words(node, path)
    if text is None or parse_path(text):
        return text
    hint = "write it as `$.commonLabels.severity` or `$.alerts[0].labels.severity`"
    reading.error("payload-path", f"`{text}` is not a path into the payload", node, path, hint)
    return None


_SETTINGS: Mapping[str, tuple[str, Read]] = {  # key -> field of `Config`, and its reader
    "account": ("account", _read_account),
    "key_variable": ("key_variable", _read_key_variable),
    "folders": ("folders", _read_folders),
    "api": ("api", choice(ApiChoice)),
    "undeclared": ("undeclared", choice(UndeclaredChoice)),
    "owns": ("owns_teams", read_owns),
    "max_deletes": ("max_deletes", Reading.count),
    "approvals": ("approvals", read_approvals),
    "require_reviewed_plan": ("require_reviewed_plan", Reading.flag),
    "record": ("record", choice(RecordChoice)),
    "channels": ("channels", _read_ids),
    "message_templates": ("message_templates", _read_ids),
    "sources": ("sources", read_inventory),
    "environments": ("environments", read_environments),
    "table": ("table_order", _inner_list("order")),
    "page": ("page", _read_page),
    "assume": ("assume", read_assumptions),
    "accepted_gaps": ("accepted_gaps", read_gaps),
    "alertmanager": ("alertmanager", _read_notifications),
}
CONFIG_KEYS = tuple(_SETTINGS)
