"""Words and days of reconciler.yaml, where only some are right."""

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any, get_args

import yaml

from reconciler.files.yaml.reading import Reading, near
from reconciler.model import Path

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
