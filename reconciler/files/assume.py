"""`assume:` of reconciler.yaml: answers to what incident.io does not document."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import yaml

from reconciler.files.choices import one_of, read_day, read_reason
from reconciler.files.yaml.reading import Reading
from reconciler.model import Assumption, Finding, Path, Question

ANSWERS: Mapping[str, tuple[Question, Mapping[str, bool]]] = {
    "text_case": ("text_case", {"counts": True, "ignored": False}),
    "text_one_of": ("text_one_of", {"equals": True, "contains": False}),
    "empty_text": ("empty_text_is_set", {"set": True, "not set": False}),
    "empty_group": ("empty_group", {"every alert": True, "no alert": False}),
}
"""By key: the question, and the words that answer it with yes and no."""
PIN_KEYS = ("answer", "because", "since")


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
    for needed in PIN_KEYS:
        if needed not in entries:
            known = " or ".join(answers)
            hint = f"an assumption needs an answer ({known}), a reason, and since when it counts"
            reading.missing(node, path, needed, hint)
    reason = reading.within(entries, path, "because", read_reason)
    answer = reading.within(entries, path, "answer", one_of(answers))
    since = reading.within(entries, path, "since", read_day)
    if reason is None or answer is None or since is None:
        return None
    return Assumption(question, answers[answer], reason, since, reading.position(node))
