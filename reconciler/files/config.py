"""`reconciler.yaml`: text to `Config`, with findings."""

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path as FilePath
from typing import Literal, TypeVar

import yaml

from reconciler.files.disk import place_of, read_bytes
from reconciler.files.inventory import (
    check_environments,
    read_environments,
    read_inventory,
    withheld,
)
from reconciler.files.read.route import warn_of_direction
from reconciler.files.tree import Astray, outside, unreadable
from reconciler.files.yaml.compose import compose, decode, too_large
from reconciler.files.yaml.reading import Entry, Reading, near
from reconciler.model import ApiChoice, Approval, ApprovedRisk, Config, Finding, Path, RecordChoice

Choice = TypeVar("Choice", bound=str)
UndeclaredChoice = Literal["report", "delete"]

_ACCOUNT = re.compile(r"https://[^\s/?#@]+/[^\s/?#]+/?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
CONFIG_FILE = "reconciler.yaml"
UNREADABLE = Config(unreadable=True)
MAX_BYTES = 1_048_576  # it names all sources and channels of an account
CONFIG_KEYS = (
    "account",
    "api",
    "undeclared",
    "owns",
    "max_deletes",
    "approvals",
    "require_reviewed_plan",
    "record",
    "channels",
    "message_templates",
    "sources",
    "environments",
    "table",
)
APPROVAL_KEYS = ("route", "allow", "reason", "expires")
_APIS: dict[str, ApiChoice] = {"auto": "auto", "v2": "v2", "v3": "v3"}
_UNDECLARED: dict[str, UndeclaredChoice] = {"report": "report", "delete": "delete"}
_RECORDS: dict[str, RecordChoice] = {"remote": "remote", "local": "local"}
_RISKS: dict[str, ApprovedRisk] = {
    "pages-nobody": "pages-nobody",
    "delete": "delete",
    "second-route": "second-route",
}


def read_config(root: FilePath) -> tuple[Config, tuple[Finding, ...]]:
    """The config of a folder; a folder without one has the defaults. Raises nothing."""
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
        wrong = [one for one in composed.findings if one.code != "empty-file"]
        findings = tuple(replace(one, excerpt=withheld(one.excerpt)) for one in wrong)
        return UNREADABLE if wrong else Config(), findings
    reading = Reading(file, tuple(withheld(line) for line in composed.lines))
    config = _Settings(reading, composed.root).config()
    warn_of_direction(reading, composed.text, composed.root)
    return config, tuple(sorted(reading.findings, key=_in_file_order))


def _in_file_order(finding: Finding) -> tuple[int, int]:
    at = finding.position
    return (at.line, at.column) if at else (0, 0)


@dataclass(slots=True)
class _Settings:
    """The root mapping, read key by key."""

    reading: Reading
    root: yaml.Node

    def config(self) -> Config:
        entries = self.reading.mapping(self.root, (), CONFIG_KEYS) or {}
        config = Config()
        for key, (_, node) in entries.items():
            config = self._with(config, key, node)
        if config.undeclared == "delete" and not config.owns_teams:
            message = "`undeclared: delete` needs the teams that own your routes"
            hint = "name your teams: `owns: {teams: [Payments]}`; other teams' routes stay"
            key_node = entries["undeclared"][0]
            self.reading.error("owns-missing", message, key_node, ("undeclared",), hint)
        check_environments(self.reading, config)
        return config

    def _with(self, config: Config, key: str, node: yaml.Node) -> Config:
        reading, path = self.reading, (key,)
        match key:
            case "account":
                account = _read_account(reading, node, path)
                return replace(config, account=account, account_at=reading.position(node))
            case "api":
                return replace(config, api=_choice(reading, node, path, _APIS) or config.api)
            case "undeclared":
                chosen = _choice(reading, node, path, _UNDECLARED)
                return replace(config, undeclared=chosen or config.undeclared)
            case "owns":
                return replace(config, owns_teams=self._inner_list(node, path, "teams"))
            case "max_deletes":
                return replace(config, max_deletes=reading.count(node, path) or 0)
            case "approvals":
                return replace(config, approvals=_read_approvals(reading, node, path))
            case "require_reviewed_plan":
                required = reading.flag(node, path) is not False
                return replace(config, require_reviewed_plan=required)
            case "record":
                kept = _choice(reading, node, path, _RECORDS)
                return replace(config, record=kept or config.record)
            case "channels":
                return replace(config, channels=_read_ids(reading, node, path))
            case "message_templates":
                return replace(config, message_templates=_read_ids(reading, node, path))
            case "sources":
                return replace(config, sources=read_inventory(reading, node, path))
            case "environments":
                return replace(config, environments=read_environments(reading, node, path))
            case _:
                return replace(config, table_order=self._inner_list(node, path, "order"))

    def _inner_list(self, node: yaml.Node, path: Path, key: str) -> tuple[str, ...]:
        """The list of a mapping with one key."""
        entries = self.reading.mapping(node, path, (key,))
        if entries is None or key not in entries:
            if entries == {} and isinstance(node, yaml.MappingNode) and not node.value:
                self.reading.missing(node, path, key, f"write `{path[0]}: {{{key}: […]}}`")
            return ()
        return self.reading.texts(entries[key][1], (*path, key), f"{key}: [Payments]")


def _choice(
    reading: Reading, node: yaml.Node, path: Path, choices: dict[str, Choice]
) -> Choice | None:
    word = reading.text(node, path)
    if word is None or word in choices:
        return choices[word] if word is not None else None
    hint = near(word, choices) or f"one of {', '.join(choices)}"
    reading.error("unknown-word", f"unknown value `{word}`", node, path, hint)
    return None


def is_account(text: str) -> bool:
    """Whether it looks like the address of a dashboard, as incident.io tells it."""
    return _ACCOUNT.fullmatch(text) is not None


def _read_account(reading: Reading, node: yaml.Node, path: Path) -> str:
    account = reading.words(node, path)
    if account is None or is_account(account):
        return account or ""
    message = f"`{account}` is not the address of an account's dashboard"
    hint = "write it as `reconciler doctor` prints it: `account: https://app.incident.io/ACCOUNT`"
    reading.error("account", message, node, path, hint)
    return ""


def _read_approvals(reading: Reading, node: yaml.Node, path: Path) -> tuple[Approval, ...]:
    example = "approvals: [{route: …, allow: delete, reason: …, expires: 2026-12-31}]"
    nodes = reading.sequence(node, path, example) or []
    read = [_read_approval(reading, item, (*path, place)) for place, item in enumerate(nodes)]
    return tuple(approval for approval in read if approval is not None)


def _read_approval(reading: Reading, node: yaml.Node, path: Path) -> Approval | None:
    entries = reading.mapping(node, path, APPROVAL_KEYS)
    if entries is None:
        return None
    for key in APPROVAL_KEYS:
        if key not in entries:
            hint = "an approval needs the route, the risk, a reason and its last day"
            reading.missing(node, path, key, hint)
    route = _words(reading, entries, path, "route")
    reason = _words(reading, entries, path, "reason")
    allow, expires = None, None
    if "allow" in entries:
        allow = _choice(reading, entries["allow"][1], (*path, "allow"), _RISKS)
    if "expires" in entries:
        expires = _read_day(reading, entries["expires"][1], (*path, "expires"))
    if route is None or reason is None or allow is None or expires is None:
        return None
    return Approval(route, allow, reason, expires, reading.position(node))


def _words(reading: Reading, entries: dict[str, Entry], path: Path, key: str) -> str | None:
    return reading.words(entries[key][1], (*path, key)) if key in entries else None


def _read_day(reading: Reading, node: yaml.Node, path: Path) -> date | None:
    """A date is meant here, so one that is not quoted is as good as one that is."""
    if isinstance(node, yaml.ScalarNode) and _DAY.fullmatch(node.value):
        reading.place(path, node)
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            reading.error("date", f"{node.value} is not a date", node, path)
            return None
    hint = "write its last day, as in 2026-12-31"
    reading.error("date", "expected a date", node, path, hint)
    return None


def _read_ids(reading: Reading, node: yaml.Node, path: Path) -> dict[str, str]:
    """Names for ids."""
    entries = reading.free_mapping(node, path, "a mapping of names to ids") or {}
    read = {name: reading.words(value, (*path, name)) for name, (_, value) in entries.items()}
    return {name: identity for name, identity in read.items() if identity is not None}
