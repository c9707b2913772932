"""`semantics.lock.yaml`: what past alerts show of incident.io where its documentation is silent.

It stands beside `assume:` of reconciler.yaml and counts as it does. `left` is the answer, and
`ruled_out` the proof of it: each reading that is not left must be ruled out by alerts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import get_args

import yaml

from reconciler.files.disk import place_of, read_bytes
from reconciler.files.reasons import ANSWERS, choice, one_of, read_day
from reconciler.files.tree import Astray, outside, unreadable
from reconciler.files.write.nodes import spelled
from reconciler.files.yaml.compose import compose, decode, too_large
from reconciler.files.yaml.reading import Reading, in_file_order
from reconciler.model import (
    QUESTIONS,
    READINGS,
    SEMANTICS_FILE,
    Answers,
    Config,
    Finding,
    Path,
    Question,
    RuledOut,
    Saw,
    Semantics,
    Sighting,
    admissible,
    covering,
    has_errors,
    same_account,
)

VERSION = 1
MAX_BYTES = 1_048_576
KEYS = ("version", "account", "left", "ruled_out")
ROW_KEYS = ("answers", "since", "whole_since", "alerts")
ALERT_KEYS = ("alert", "at", "saw")
ANEW = "take it back from git, or delete it and run `reconciler calibrate` again"
_LEFT = "left: [{text_case: counts}]"
_HEAD = """\
# What past alerts show of incident.io where its documentation is silent. `reconciler calibrate`
# writes this file. Commit it: every verdict that rests on it says so.
"""
_KEYS: Mapping[Question, str] = {question: key for key, (question, _) in ANSWERS.items()}


def with_semantics(root: FilePath, config: Config) -> tuple[Config, tuple[Finding, ...]]:
    """The settings, and what the file beside them leaves; without the file nothing changes. Raises
    nothing.
    """
    semantics, findings = read_semantics(root)
    config, more = joined(config, semantics)
    return config, (*findings, *more)


def read_semantics(root: FilePath) -> tuple[Semantics | None, tuple[Finding, ...]]:
    """The file of a folder; None without one, and where it has an error. Raises nothing."""
    try:
        content = read_bytes(place_of(root, SEMANTICS_FILE), MAX_BYTES)
    except Astray:
        return None, (outside(SEMANTICS_FILE),)
    except OSError as error:
        link = (root / SEMANTICS_FILE).is_symlink()
        missing = isinstance(error, FileNotFoundError) and not link
        return None, () if missing else (unreadable(SEMANTICS_FILE, error),)
    return semantics_of(content)


def semantics_of(content: bytes | None) -> tuple[Semantics | None, tuple[Finding, ...]]:
    """Of the bytes of a file; None: it is larger than MAX_BYTES."""
    if content is None:
        return None, (too_large(SEMANTICS_FILE, MAX_BYTES),)
    text = decode(content, SEMANTICS_FILE, MAX_BYTES)
    return (None, (text,)) if isinstance(text, Finding) else parse_semantics(text)


def parse_semantics(text: str) -> tuple[Semantics | None, tuple[Finding, ...]]:
    """What the text says, and what is wrong with it. Raises nothing."""
    composed = compose(text, SEMANTICS_FILE, MAX_BYTES)
    if composed.root is None:
        return None, composed.findings
    reading = Reading(SEMANTICS_FILE, composed.lines)
    found = _semantics(reading, composed.root)
    findings = tuple(map(_or_newer, sorted(reading.findings, key=in_file_order)))
    return (None if has_errors(findings) else found), findings


def _or_newer(finding: Finding) -> Finding:
    """A program wrote the file, so a word that is unknown is seldom a slip."""
    if finding.code not in ("unknown-key", "unknown-word"):
        return finding
    hint = f"{finding.hint}; if a newer version of reconciler wrote it, update it; else {ANEW}"
    return replace(finding, hint=hint)


def joined(config: Config, semantics: Semantics | None) -> tuple[Config, tuple[Finding, ...]]:
    """The settings with it. Where both contradict each other, or it is of another account, neither
    counts: then every reading is asked.
    """
    if semantics is None or config.unreadable:
        return config, ()
    if not same_account(semantics.account, config.account):
        return config, (_other_account(config, semantics),)
    found = replace(config, semantics=semantics)
    if admissible(found.assumed):
        return found, ()
    return replace(config, assume=()), (_contradiction(found),)


def _other_account(config: Config, semantics: Semantics) -> Finding:
    message = f"the file is of {semantics.account}, and `account` in reconciler.yaml is "
    message += config.account or "missing"
    hint = "what one account was seen to do says nothing of another: "
    hint += ANEW if config.account else "add `account` to reconciler.yaml, or delete this file"
    return Finding("error", "semantics-account", message, hint, semantics.account_at)


def _contradiction(config: Config) -> Finding:
    """With both places: the pins, and what rules them out together."""
    pinned = {(pin.question, pin.answer): pin for pin in config.assume}
    seen = config.semantics.observations if config.semantics else ()
    against = next(item for item in seen if {*item.never} <= {*pinned})
    pins = [pinned[answer] for answer in against.never]
    answers = " and ".join(f"`{words}`" for words in _answers(against.never))
    at = against.position
    place = f"{at.file}:{at.line}:{at.column}" if at else SEMANTICS_FILE
    message = f"`assume` says {answers}, and {place} rules that out, by past alerts"
    hint = (
        f"if the alerts are right, remove the pin; if the pin is right, delete {SEMANTICS_FILE}. "
        "Until then neither counts"
    )
    return Finding("error", "semantics-assume", message, hint, pins[0].position)


def _semantics(reading: Reading, root: yaml.Node) -> Semantics | None:
    entries = reading.mapping(root, (), KEYS)
    if entries is None:
        return None
    version = reading.within(entries, (), "version", _read_version)
    if reading.findings:
        return None  # a newer version may have other keys
    reading.needs(root, (), entries, KEYS[:-1], ANEW)
    account = reading.within(entries, (), "account", Reading.words)
    left = reading.within(entries, (), "left", _read_left) or ()
    ruled_out = reading.within(entries, (), "ruled_out", _read_rows) or ()
    if reading.findings or version is None or account is None:
        return None
    kept = tuple(every for every in READINGS if any(every.gives(answers) for answers in left))
    if not kept:
        reading.error("semantics-left", "no reading is left", entries["left"][1], ("left",), ANEW)
        return None
    found = Semantics(account, kept, ruled_out, reading.position(entries["account"][1]))
    _check(reading, found, entries["left"][1])
    return found


def _read_version(reading: Reading, node: yaml.Node, path: Path) -> int | None:
    version = reading.count(node, path)
    if version in (None, VERSION):
        return version
    hint = f"this version of reconciler reads {VERSION}"
    reading.error("unknown-word", f"unknown version {version}", node, path, hint)
    return None


def _check(reading: Reading, found: Semantics, left: yaml.Node) -> None:
    """Whether the proof is one of the answer."""
    for every in READINGS:
        out = [row for row in found.ruled_out if every.gives(row.answers)]
        if bool(out) != (every not in found.left):
            answers = ", ".join(_answers(tuple((q, every.answer(q)) for q in QUESTIONS)))
            but = "rules it out" if out else "has no alert that rules it out"
            kept = "leaves" if out else "leaves out"
            message = f"`left` {kept} the reading with {answers}, and `ruled_out` {but}"
            reading.error("semantics-evidence", message, left, ("left",), ANEW)
            return


def _read_left(reading: Reading, node: yaml.Node, path: Path) -> tuple[Answers, ...]:
    return reading.each(node, path, _LEFT, _read_answers)


def _read_answers(reading: Reading, node: yaml.Node, path: Path) -> Answers | None:
    entries = reading.mapping(node, path, tuple(ANSWERS))
    if entries is None:
        return None
    found: dict[Question, bool] = {}
    for key in entries:
        question, words = ANSWERS[key]
        word = reading.within(entries, path, key, one_of(words))
        if word is not None:
            found[question] = words[word]
    return tuple((question, found[question]) for question in QUESTIONS if question in found)


def _read_rows(reading: Reading, node: yaml.Node, path: Path) -> tuple[RuledOut, ...]:
    example = "ruled_out: [{answers: {text_case: ignored}, since: 2026-12-31, alerts: […]}]"
    return reading.each(node, path, example, _read_row)


def _read_row(reading: Reading, node: yaml.Node, path: Path) -> RuledOut | None:
    entries = reading.mapping(node, path, ROW_KEYS)
    if entries is None:
        return None
    reading.needs(node, path, entries, ("answers", "since", "alerts"), ANEW)
    answers = reading.within(entries, path, "answers", _read_answers)
    since = reading.within(entries, path, "since", read_day)
    whole = reading.within(entries, path, "whole_since", read_day)
    alerts = reading.within(entries, path, "alerts", _read_alerts)
    if answers is None or since is None or alerts is None:
        return None
    if not alerts and not reading.findings:
        reading.error("semantics-evidence", "no alert rules this out", node, path, ANEW)
    return RuledOut(answers, since, alerts, whole, reading.position(node))


def _read_alerts(reading: Reading, node: yaml.Node, path: Path) -> tuple[Sighting, ...]:
    return reading.each(node, path, "alerts: [{alert: 01…, at: …, saw: paged}]", _read_alert)


def _read_alert(reading: Reading, node: yaml.Node, path: Path) -> Sighting | None:
    entries = reading.mapping(node, path, ALERT_KEYS)
    if entries is None:
        return None
    reading.needs(node, path, entries, ALERT_KEYS, ANEW)
    alert = reading.within(entries, path, "alert", Reading.words)
    at = reading.within(entries, path, "at", _read_time)
    saw = reading.within(entries, path, "saw", choice(Saw))
    if alert is None or at is None or saw is None:
        return None
    return Sighting(alert, at, next(word for word in get_args(Saw) if word == saw))


def _read_time(reading: Reading, node: yaml.Node, path: Path) -> datetime | None:
    text = node.value if isinstance(node, yaml.ScalarNode) else ""
    try:
        found = datetime.fromisoformat(text)
        utc = found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):  # a time of the years 1 or 9999 may have none in UTC
        utc = None
    if utc is None:
        hint = "write a time with its zone, as in 2026-12-31T10:00:00Z"
        reading.error("date", "expected a time", node, path, hint)
    return utc


def emit_semantics(semantics: Semantics) -> str:
    """The text of the file. Equal content has equal text."""
    return _HEAD + "".join(f"{line}\n" for line in _lines(semantics))


def _lines(semantics: Semantics) -> Iterator[str]:
    yield f"version: {VERSION}"
    yield f"account: {spelled(semantics.account)}"
    yield "left:"
    for answers in covering(semantics.left):
        yield from _item(_answers(answers), "")
    yield "ruled_out:"
    for row in semantics.ruled_out:
        yield "- answers:"
        yield from (f"    {line}" for line in _answers(row.answers))
        yield f"  since: {row.since.isoformat()}"
        if row.whole_since:
            yield f"  whole_since: {row.whole_since.isoformat()}"
        yield "  alerts:"
        for alert in row.alerts:
            at = alert.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            lines = [f"alert: {spelled(alert.alert)}", f"at: {at}", f"saw: {alert.saw}"]
            yield from _item(lines, "  ")


def _item(lines: list[str], indent: str) -> Iterator[str]:
    """An item of a list; the first line has its dash."""
    for number, line in enumerate(lines):
        yield f"{indent}{'  ' if number else '- '}{line}"


def _answers(answers: Answers) -> list[str]:
    return [f"{_KEYS[question]}: {_word(question, answer)}" for question, answer in answers]


def _word(question: Question, answer: bool) -> str:
    words = ANSWERS[_KEYS[question]][1]
    return next(word for word, means in words.items() if means == answer)
