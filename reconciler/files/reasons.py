"""What reconciler.yaml states with a reason and a day: `approvals`, `assume`, `accepted_gaps`."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, get_args

import yaml

from reconciler.files.read.settings import read_conditions
from reconciler.files.yaml.reading import Reading, near
from reconciler.model import (
    AcceptedGap,
    Approval,
    ApprovedRisk,
    Assumption,
    Finding,
    GapKind,
    Path,
    Question,
)

Read = Callable[[Reading, yaml.Node, Path], Any]
_UNWRITTEN = re.compile(r".*(…|\.\.\.)|(todo|tbd|fixme)\b.*", re.IGNORECASE | re.DOTALL)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def choice(words: object) -> Read:
    """Reads a word of a Literal type."""
    return one_of(get_args(words))


def one_of(choices: Collection[str]) -> Read:
    """Reads one of these words."""

    def read(reading: Reading, node: yaml.Node, path: Path) -> str | None:
        word = reading.text(node, path)
        if word is None or word in choices:
            return word
        hint = near(word, choices) or f"one of {', '.join(choices)}"
        reading.error("unknown-word", f"unknown value `{word}`", node, path, hint)
        return None

    return read


def read_reason(reading: Reading, node: yaml.Node, path: Path) -> str | None:
    """Why something is meant, for later readers: not the `…` of a line that was pasted."""
    reason = reading.words(node, path)
    if reason is None or not _UNWRITTEN.fullmatch(reason):
        return reason
    hint = "write why this is meant; a line from a message ends with `…` for you to complete it"
    reading.error("reason-not-written", "the reason is not written yet", node, path, hint)
    return None


def read_day(reading: Reading, node: yaml.Node, path: Path) -> date | None:
    """A date is meant here, so one that is not quoted is as good as one that is."""
    if isinstance(node, yaml.ScalarNode) and _DAY.fullmatch(node.value):
        reading.place(path, node)
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            reading.error("date", f"{node.value} is not a date", node, path)
            return None
    hint = "write a day as in 2026-12-31"
    reading.error("date", "expected a date", node, path, hint)
    return None


ANSWERS: Mapping[str, tuple[Question, Mapping[str, bool]]] = {
    "text_case": ("text_case", {"counts": True, "ignored": False}),
    "text_one_of": ("text_one_of", {"equals": True, "contains": False}),
    "empty_text": ("empty_text_is_set", {"set": True, "not set": False}),
    "empty_group": ("empty_group", {"every alert": True, "no alert": False}),
}
"""By key: the question, and the words that answer it with yes and no."""
APPROVAL_KEYS = ("route", "allow", "reason", "expires")
PIN_KEYS = ("answer", "because", "since")
GAP_KEYS = ("source", "gap", "when", "unless", "reason", "expires")
_GAP_NEEDS = ("source", "gap", "reason", "expires")


def read_assumptions(reading: Reading, node: yaml.Node, path: Path) -> tuple[Assumption, ...]:
    """Every pin of the mapping; one with a mistake pins nothing."""
    entries = reading.mapping(node, path, tuple(ANSWERS)) or {}
    read = [_read_pin(reading, key, value, (*path, key)) for key, (_, value) in entries.items()]
    return tuple(pin for pin in read if pin is not None)


def not_yet(pins: Sequence[Assumption], today: date) -> Iterator[Finding]:
    """Pins of a day to come: what was observed has a date. A day more, for clocks ahead of UTC."""
    for pin in pins:
        if pin.since > today + timedelta(days=1):
            message = f"`since: {pin.since}` is in the future"
            hint = "write the day on which you observed the answer"
            yield Finding("error", "date", message, hint, position=pin.position)


def _read_pin(reading: Reading, key: str, node: yaml.Node, path: Path) -> Assumption | None:
    question, answers = ANSWERS[key]
    entries = reading.mapping(node, path, PIN_KEYS)
    if entries is None:
        return None
    known = " or ".join(answers)
    hint = f"an assumption needs an answer ({known}), a reason, and since when it counts"
    reading.needs(node, path, entries, PIN_KEYS, hint)
    reason = reading.within(entries, path, "because", read_reason)
    answer = reading.within(entries, path, "answer", one_of(answers))
    since = reading.within(entries, path, "since", read_day)
    if reason is None or answer is None or since is None:
        return None
    return Assumption(question, answers[answer], reason, since, reading.position(node))


def read_gaps(reading: Reading, node: yaml.Node, path: Path) -> tuple[AcceptedGap, ...]:
    """Every accepted gap of the list; one with a mistake accepts nothing."""
    example = "accepted_gaps: [{source: …, gap: dropped, reason: …, expires: 2026-12-31}]"
    return reading.each(node, path, example, _read_gap)


def _read_gap(reading: Reading, node: yaml.Node, path: Path) -> AcceptedGap | None:
    entries = reading.mapping(node, path, GAP_KEYS)
    if entries is None:
        return None
    before = len(reading.findings)
    hint = "an accepted gap needs the source, its kind, a reason and its last day"
    reading.needs(node, path, entries, _GAP_NEEDS, hint)
    source = reading.within(entries, path, "source", Reading.words)
    kind = reading.within(entries, path, "gap", choice(GapKind))
    reason = reading.within(entries, path, "reason", read_reason)
    expires = reading.within(entries, path, "expires", read_day)
    when = reading.within(entries, path, "when", read_conditions) or ()
    unless = reading.within(entries, path, "unless", read_conditions) or ()
    if len(reading.findings) > before or not (source and kind and reason and expires):
        return None
    return AcceptedGap(source, kind, reason, expires, when, unless, reading.position(node))


def read_approvals(reading: Reading, node: yaml.Node, path: Path) -> tuple[Approval, ...]:
    """Every exception to a guard; one with a mistake allows nothing."""
    example = "approvals: [{route: …, allow: delete, reason: …, expires: 2026-12-31}]"
    return reading.each(node, path, example, _read_approval)


def _read_approval(reading: Reading, node: yaml.Node, path: Path) -> Approval | None:
    entries = reading.mapping(node, path, APPROVAL_KEYS)
    if entries is None:
        return None
    hint = "an approval needs the route, the risk, a reason and its last day"
    reading.needs(node, path, entries, APPROVAL_KEYS, hint)
    route = reading.within(entries, path, "route", Reading.words)
    reason = reading.within(entries, path, "reason", read_reason)
    allow = reading.within(entries, path, "allow", choice(ApprovedRisk))
    expires = reading.within(entries, path, "expires", read_day)
    if route is None or reason is None or allow is None or expires is None:
        return None
    return Approval(route, allow, reason, expires, reading.position(node))
