"""A file of routing tests, written: one line for each alert and what is expected of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.files.write.layout import lay_out
from reconciler.files.write.nodes import Entries, Items, Node, Text
from reconciler.routing.case import Case, Given, Word

_FLAGS = {True: Text("true", bare=True), False: Text("false", bare=True)}
_NULL = Text("null", bare=True)


@dataclass(frozen=True, slots=True)
class Section:
    """Cases below a comment."""

    comment: str
    cases: Sequence[Case]


def emit_cases(sections: Iterable[Section]) -> str:
    """The whole file; it reads back as it was given. Names of cases are kept."""
    lines = ["version: 1", "tests:"]
    for section in sections:
        lines += ["", f"  # {section.comment}"]
        for case in section.cases:
            text = lay_out(Items((_case(case),), inline=False), {})
            lines += [f"  {line}" if line else "" for line in text.splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _case(case: Case) -> Node:
    alert: list[tuple[str, Node]] = [("source", Text(case.alert.source))]
    attributes: list[tuple[str, Node]] = []
    unknown: list[Node] = []
    for part, given in case.alert.given.items():
        if given.words is None:
            unknown.append(Text(part[-1]))
        else:
            (attributes if len(part) > 1 else alert).append((part[-1], _given(given)))
    if attributes:
        alert.append(("attributes", Entries(tuple(attributes))))
    if unknown:
        alert.append(("unknown", Items(tuple(unknown))))
    entries = (
        ("name", Text(case.name)),
        ("alert", Entries(tuple(alert))),
        ("expect", Entries(tuple(_expected(case)))),
    )
    return Entries(entries, inline=False)


def _given(given: Given) -> Node:
    words = given.words or ()
    if not words:
        return _NULL
    nodes = tuple(map(_word, words))
    return nodes[0] if len(nodes) == 1 else Items(nodes)


def _word(word: Word) -> Node:
    return Entries(((word.by, Text(word.text)),)) if word.by else Text(word.text)


def _expected(case: Case) -> list[tuple[str, Node]]:
    expected = case.expected
    found: list[tuple[str, Node]] = []
    if expected.routes is not None:
        found.append(("routes", _names(expected.routes)))
    if expected.verdicts:
        verdicts = tuple((route, Text(word)) for route, word in expected.verdicts.items())
        found.append(("routes", Entries(verdicts)))
    if expected.pages is not None:
        found.append(("pages", _names(expected.pages)))
    if expected.channels is not None:
        found.append(("channels", _names(expected.channels)))
    if expected.incident is not None:
        found.append(("incident", _FLAGS[expected.incident]))
    if expected.unrouted is not None:
        found.append(("unrouted", _FLAGS[expected.unrouted]))
    return found


def _names(names: Sequence[str]) -> Node:
    return Items(tuple(map(Text, names)))
