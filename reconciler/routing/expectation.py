"""Whether the outcome of an alert is what a test expects. Names are ids by now.

What cannot be decided is no pass: the difference says so, and on which question it depends.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from reconciler.model import Names, Question
from reconciler.routing.case import Verdict as Word
from reconciler.routing.outcome import Answer, Effect, Outcome, Verdict
from reconciler.routing.who import Thing

T = TypeVar("T")
WORDS: Mapping[Answer, Word] = {"yes": "matched", "no": "not_matched", "unknown": "unknown"}
Key = Literal["routes", "pages", "not_pages", "channels", "incident", "unrouted", "same_as"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is expected, by ids; None and empty mappings are not checked."""

    routes: tuple[str, ...] | None = None
    verdicts: Mapping[str, Word] = field(default_factory=dict)
    pages: tuple[Thing, ...] | None = None
    not_pages: tuple[Thing, ...] = ()
    channels: tuple[str, ...] | None = None
    incident: bool | None = None
    unrouted: bool | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that does not hold; `unknown`: or cannot be decided, with the open questions
    that would decide it.
    """

    key: str
    message: str
    unknown: bool = False
    depends_on: frozenset[Question] = frozenset()


Clause = tuple[str, str]
"""What is expected, and what is so where it is not."""
TAKES: Clause = ("takes it", "it does not")
PAGED: Clause = ("is paged", "it is not")
POSTED: Clause = ("is posted to", "it is not")
STARTED: Clause = ("an incident is started", "none is")
UNROUTED: Clause = ("no route takes it", "a route does")


def differences(wanted: Wanted, outcome: Outcome, names: Names) -> tuple[Difference, ...]:
    """Every expectation that does not hold, in the order in which files have them."""
    return tuple(_differences(wanted, outcome, names))


def _differences(wanted: Wanted, outcome: Outcome, names: Names) -> Iterator[Difference]:
    def route(key: str) -> str:
        return key

    def thing(target: Thing) -> str:
        return names.get(target[1], target[1])

    def channel(name: str) -> str:
        return names.get(name, name)

    if wanted.routes is not None:
        yield from _exactly("routes", wanted.routes, outcome.routes, {}, route, TAKES)
    yield from _verdict_differences(wanted.verdicts, outcome)
    if wanted.pages is not None:
        pages = _verdicts(outcome.pages)
        yield from _exactly("pages", wanted.pages, pages, outcome.anybody, thing, PAGED)
    for unwanted in wanted.not_pages:
        yield from _never(unwanted, outcome, thing(unwanted))
    if wanted.channels is not None:
        posts = _verdicts(outcome.channels)
        anywhere = outcome.anywhere
        yield from _exactly("channels", wanted.channels, posts, anywhere, channel, POSTED)
    if wanted.incident is not None:
        started = outcome.incident.verdict if outcome.incident else Verdict("no")
        yield from _flag("incident", wanted.incident, started, STARTED)
    if wanted.unrouted is not None:
        unrouted = _unrouted(outcome)
        yield from _flag("unrouted", wanted.unrouted, unrouted, UNROUTED)


def _verdicts(effects: Mapping[T, Effect]) -> Mapping[T, Verdict]:
    return {item: effect.verdict for item, effect in effects.items()}


def _exactly(
    key: Key,
    wanted: Iterable[T],
    found: Mapping[T, Verdict],
    opaque: Mapping[str, object],
    name: Callable[[T], str],
    clause: Clause,
) -> Iterator[Difference]:
    """These and no others. `opaque`: routes that do it to whom nobody knows."""
    does, but = clause
    asked = dict.fromkeys(wanted)
    for item in asked:
        verdict = found.get(item, Verdict("no"))
        if verdict.answer == "no":
            yield Difference(key, f"expected that {name(item)} {does}, but {but}")
        elif verdict.answer == "unknown":
            yield _open(key, f"it is unknown whether {name(item)} {does}", verdict)
    for item, verdict in found.items():
        if item in asked or verdict.answer == "no":
            continue
        if verdict.answer == "yes":
            yield Difference(key, f"{name(item)} {does}, which was not expected")
        else:
            yield _open(key, f"it is unknown whether {name(item)} {does}, too", verdict)
    for route in opaque:
        yield Difference(key, f"it is unknown who or what else {does}, through {route}", True)


def _verdict_differences(wanted: Mapping[str, Word], outcome: Outcome) -> Iterator[Difference]:
    for route, word in wanted.items():
        verdict = outcome.routes[route]
        found = WORDS[verdict.answer]
        if found != word and verdict.answer == "unknown":
            yield _open("routes", f"{route}: expected {word}, and it is unknown", verdict)
        elif found != word:
            yield Difference("routes", f"{route}: expected {word}, found {found}")


def _never(thing: Thing, outcome: Outcome, name: str) -> Iterator[Difference]:
    effect = outcome.pages.get(thing)
    if effect is not None and effect.verdict.answer == "yes":
        through = f", through {', '.join(effect.routes)}" if effect.routes else ""
        yield Difference("not_pages", f"{name} is paged{through}")
    elif effect is not None:
        yield _open("not_pages", f"it is unknown whether {name} is paged", effect.verdict)
    elif outcome.anybody:
        by = ", ".join(outcome.anybody)
        message = f"it is unknown whether {name} is paged, through {by}"
        yield Difference("not_pages", message, unknown=True)


def _unrouted(outcome: Outcome) -> Verdict:
    """On what it depends, as far as the routes tell."""
    depends = [
        verdict.depends_on for verdict in outcome.routes.values() if verdict.answer == "unknown"
    ]
    return Verdict(outcome.unrouted, frozenset().union(*depends))


def _flag(key: Key, wanted: bool, verdict: Verdict, clause: Clause) -> Iterator[Difference]:
    words, but = clause
    if verdict.answer == "unknown":
        yield _open(key, f"it is unknown whether {words}", verdict)
    elif wanted and verdict.answer == "no":
        yield Difference(key, f"expected that {words}, but {but}")
    elif not wanted and verdict.answer == "yes":
        yield Difference(key, f"{words}, which was not expected")


def _open(key: str, words: str, verdict: Verdict) -> Difference:
    return Difference(key, words, True, verdict.depends_on)


def alike(outcomes: Iterable[Outcome], other: Iterable[Outcome]) -> Answer:
    """Whether two alerts fare the same; the outcomes are in the same order of single readings."""
    answers = [_alike(first, second) for first, second in zip(outcomes, other, strict=True)]
    return "no" if "no" in answers else "unknown" if "unknown" in answers else "yes"


def _alike(outcome: Outcome, other: Outcome) -> Answer:
    here, there = _all(outcome), _all(other)
    pairs = [(here.get(key, "no"), there.get(key, "no")) for key in here.keys() | there.keys()]
    if any({first, second} == {"yes", "no"} for first, second in pairs):
        return "no"
    opaque = outcome.anybody or other.anybody or outcome.anywhere or other.anywhere
    return "unknown" if opaque or any("unknown" in pair for pair in pairs) else "yes"


def _all(outcome: Outcome) -> Mapping[object, Answer]:
    """Everything that an outcome says, by what it is said of."""
    answers: dict[object, Answer] = {
        ("route", key): verdict.answer for key, verdict in outcome.routes.items()
    }
    answers |= {thing: effect.verdict.answer for thing, effect in outcome.pages.items()}
    answers |= {
        ("channel", channel): effect.verdict.answer for channel, effect in outcome.channels.items()
    }
    if outcome.incident is not None:
        answers["incident"] = outcome.incident.verdict.answer
    return answers


def footprint(outcome: Outcome) -> frozenset[object]:
    """What is done or may be, to compare outcomes by."""
    doubtful = (*outcome.anybody, *outcome.anywhere)
    return frozenset(
        [*((key, answer) for key, answer in _all(outcome).items() if answer != "no"), *doubtful]
    )
