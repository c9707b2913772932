"""What becomes of one alert: which routes take it, who is paged, where it is posted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from reconciler.model import Condition, Path
from reconciler.routing.conditions import Unclear
from reconciler.routing.reading import QUESTIONS, READINGS, Question, Truth, turns
from reconciler.routing.values import Value
from reconciler.routing.who import Thing

Answer = Literal["yes", "no", "unknown"]
Stop = Literal["", "disabled", "no source", "other source"]
"""Why a route takes no alert, or not this one, whatever its conditions are."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer in every reading that was asked for; "unknown" where they differ. `depends_on`:
    the questions whose answer alone changes it. `rests_on`: those that have one answer in all of
    these readings, and would change it with the other.
    """

    answer: Answer
    depends_on: frozenset[Question] = frozenset()
    rests_on: frozenset[Question] = frozenset()

    def __bool__(self) -> bool:
        """Whether the answer is yes: what is unknown is not."""
        return self.answer == "yes"


@dataclass(frozen=True, slots=True)
class Effect:
    """Somebody paged, a channel, or the incident. `via`: each route that does it for this alert, or
    may. `twice`: whether two routes or more do it.
    """

    verdict: Verdict
    twice: Verdict
    via: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def routes(self) -> tuple[str, ...]:
        """The routes that do it for sure."""
        return tuple(route for route, verdict in self.via.items() if verdict.answer == "yes")


@dataclass(frozen=True, slots=True)
class Tested:
    """One condition and its answer for this alert. `path`: where it stands in its route. `value`:
    what the alert has. `unclear` says why a condition is unknown whose value is known.
    """

    path: Path
    condition: Condition
    value: Value
    verdict: Verdict
    unclear: Unclear = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a route takes an alert or not. `groups`: the deciding conditions alone, by group: of a
    route that takes it the first group that holds; of another the false ones of every group; where
    it is unknown, the unknown ones. An empty group that decides has no conditions.
    """

    verdict: Verdict
    stop: Stop = ""
    groups: tuple[tuple[Tested, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """By the key of the route; who is paged by `Thing`, channels by id without the team. What is
    not there is not paged and not posted to, for sure. `anybody`: routes that page for this alert,
    but whom is unknown, with what is unknown; `anywhere` the same for channels.
    """

    routes: Mapping[str, Verdict]
    pages: Mapping[Thing, Effect] = field(default_factory=dict)
    channels: Mapping[str, Effect] = field(default_factory=dict)
    incident: Effect | None = None
    anybody: Mapping[str, Value] = field(default_factory=dict)
    anywhere: Mapping[str, Value] = field(default_factory=dict)
    why: Callable[[str], Why] = field(
        default=lambda _: Why(Verdict("unknown")), compare=False, repr=False
    )

    @property
    def nobody(self) -> Answer:
        """Whether the alert pages nobody at all."""
        if any(effect.verdict.answer == "yes" for effect in self.pages.values()):
            return "no"
        return "unknown" if self.pages or self.anybody else "yes"

    @property
    def unrouted(self) -> Answer:
        """Whether no route takes the alert."""
        answers = {verdict.answer for verdict in self.routes.values()}
        if "yes" in answers:
            return "no"
        return "unknown" if "unknown" in answers else "yes"


def verdicts(outcome: Outcome) -> Iterator[Verdict]:
    """All that are in it."""
    yield from outcome.routes.values()
    incident = (outcome.incident,) if outcome.incident else ()
    for effect in (*outcome.pages.values(), *outcome.channels.values(), *incident):
        yield from (effect.verdict, effect.twice, *effect.via.values())


Judgement = Outcome
"""An outcome over several readings: what is the same in all of them is certain."""


@lru_cache(maxsize=4096)
def verdict(truth: Truth, asked: int) -> Verdict:
    """A truth as seen from some readings (bits)."""
    holds, fails = truth
    if holds & asked == asked:
        answer: Answer = "yes"
    elif fails & asked == asked:
        answer = "no"
    else:
        answer = "unknown"
    depends: set[Question] = set()
    rests: set[Question] = set()
    for number in _numbers(asked):
        for question in QUESTIONS:
            other = number ^ turns(question)
            if _in(truth, number) != _in(truth, other):
                (depends if asked >> other & 1 else rests).add(question)
    if not depends | rests and len({_in(truth, number) for number in range(len(READINGS))}) > 1:
        rests |= _by_two(truth)
    return Verdict(answer, frozenset(depends), frozenset(rests - depends))


def _by_two(truth: Truth) -> set[Question]:
    """Questions that change it somewhere, where none does alone from what was asked for."""
    return {
        question
        for number in range(len(READINGS))
        for question in QUESTIONS
        if _in(truth, number) != _in(truth, number ^ turns(question))
    }


def _numbers(readings: int) -> list[int]:
    return [number for number in range(len(READINGS)) if readings >> number & 1]


def _in(truth: Truth, number: int) -> int:
    return (truth[0] >> number & 1) - (truth[1] >> number & 1)
