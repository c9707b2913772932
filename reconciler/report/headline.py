"""The first sentences of a plan, who is paged differently, and a line for each risk."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.plan.change import Change, Create, Delete, FieldChange, Risk, Update
from reconciler.plan.paging.paging import cut_short
from reconciler.plan.paging.proof import Proof
from reconciler.plan.paging.silence import unsure_keys
from reconciler.plan.paging.who_words import proved
from reconciler.plan.plan import Plan
from reconciler.plan.settings import allowing
from reconciler.report.plan_words import conflicts, nothing_to_do
from reconciler.report.who_words import opening
from reconciler.text import counted

MOST_SENTENCES = 2
_LONGEST = 60  # characters of a name
_WORST = ("will page nobody", "may page nobody", "will no longer page")
_ALERTS = {
    ("widened",): "for more alerts",
    ("narrowed",): "for fewer alerts",
    ("widened", "narrowed"): "for other alerts",
}


@dataclass(frozen=True, slots=True)
class Headline:
    """`strong` is to be seen first; `rest` is what else changes, perhaps ""."""

    strong: str
    rest: str = ""

    @property
    def words(self) -> str:
        return f"{self.strong} {self.rest}".rstrip()


def headline(plan: Plan) -> Headline:
    """Nobody is paged differently only where that is known of every change."""
    first = _of_routes(plan)
    if not plan.loosened:
        return first
    words = f"{first.rest} {allowing(plan.loosened)} more than before."
    return Headline(first.strong, words.strip())


def _of_routes(plan: Plan) -> Headline:
    paging = _paging(plan.changes)
    if plan.who is not None and plan.changes:
        return Headline(opening(plan.who), _beside_the_proof(plan.who, plan.changes))
    if plan.blocking:
        errors = counted(len(plan.blocking), "error")
        return Headline(f"Whom this pages is unknown: {errors}, see below.", " ".join(paging))
    if not plan.changes:
        if count := conflicts(plan):
            routes = "1 route is" if count == 1 else f"{count} routes are"
            return Headline(f"Nothing to write: {routes} in conflict, see below.")
        return Headline(
            nothing_to_do(plan) if plan.applyable and not plan.waiting else "Nothing to write."
        )
    if paging:
        return Headline(" ".join(paging))
    return Headline("Nobody is paged differently.", _others(plan.changes))


def _beside_the_proof(proof: Proof, changes: Sequence[Change]) -> str:
    """How far the proof goes; where no alert is routed otherwise, what changes instead."""
    if proof.who.rows or not proof.who.complete:
        return proved(proof)
    return _others(changes)


def _paging(changes: Sequence[Change]) -> list[str]:
    """The first sentences, and the number of further routes."""
    known: dict[str, list[str]] = {}
    unknown: dict[str, list[str]] = {}
    for change in changes:
        keys = unsure_keys(change)
        if not keys:
            continue
        if predicate := _predicate(change.risks):
            known.setdefault(predicate, []).append(change.name)
        else:
            unknown.setdefault(", ".join(keys), []).append(change.name)
    worst_first = sorted(known.items(), key=lambda item: _rank(item[0]))
    sentences = [f"{_names(names)} {predicate}." for predicate, names in worst_first]
    for keys_touched, names in unknown.items():
        pages = "pages" if len(names) == 1 else "page"
        sentences.append(
            f"It is unknown whether {_names(names)} {pages} as before ({keys_touched})."
        )
    if len(sentences) <= MOST_SENTENCES:
        return sentences
    every = [*(names for _, names in worst_first), *unknown.values()]
    left = sum(map(len, every[MOST_SENTENCES:]))
    more = f"{counted(left, 'more route')} may page differently, see the risks."
    return [*sentences[:MOST_SENTENCES], more]


def _rank(predicate: str) -> int:
    """Lost paging comes first."""
    found = (place for place, start in enumerate(_WORST) if predicate.startswith(start))
    return next(found, len(_WORST) + (" instead of " not in predicate))


def _predicate(risks: Sequence[Risk]) -> str:
    """The effect on paging: `will page A instead of B`, "" where no risk says it."""
    by_label = {risk.label: risk for risk in risks}
    if "pages nobody" in by_label:
        return "will page nobody any more"
    for label in ("target changed", "paging removed", "paging added"):
        if label in by_label:
            return f"will {by_label[label].of_many}"
    if "may page nobody" in by_label:
        return by_label["may page nobody"].sentence
    sources = [
        by_label[kind].of_many for kind in ("source removed", "source added") if kind in by_label
    ]
    filters = tuple(kind for kind in ("widened", "narrowed") if kind in by_label)
    if sources:
        taken = " and ".join(sources)
        return f"will {taken}{' and other conditions' if filters else ''}"
    return f"may page {_ALERTS[filters]}" if filters else ""


def _names(names: Sequence[str]) -> str:
    if len(names) <= MOST_SENTENCES:
        return " and ".join(cut_short(name, _LONGEST) for name in names)
    return f"{len(names)} routes"


def _others(changes: Sequence[Change]) -> str:
    """The changes of the first routes that concern no paging."""
    sentences = [
        f"{cut_short(edited.name, _LONGEST)} {_other(edited)}."
        for edited in changes[:MOST_SENTENCES]
    ]
    left = len(changes) - len(sentences)
    change = "changes" if left == 1 else "change"
    return " ".join([*sentences, *([f"{counted(left, 'more route')} {change}."] if left else [])])


def _other(change: Change) -> str:
    match change:
        case Create():
            return "is new"
        case Delete():
            return "is deleted"
        case Update():
            return ", ".join(_what_changes(change))


def _what_changes(change: Update) -> Iterator[str]:
    lost, won = _channels(change.fields, gone=True), _channels(change.fields, gone=False)
    if lost and won:
        yield f"posts to {won} instead of {lost}"
    elif lost:
        yield f"no longer posts to {lost}"
    elif won:
        yield f"posts to {won}, too"
    if change.live.route.name != change.name:
        yield f"was named {cut_short(change.live.route.name, _LONGEST)}"
    shown = {"name"} if change.live.route.name != change.name else set()
    shown |= {"notify"} if lost or won else set()
    keys = dict.fromkeys(str(field.path[0]) for field in change.fields)
    if other := [key for key in keys if key not in shown]:
        left = len(other) - MOST_SENTENCES
        more = f", {counted(left, 'more key')}" if left > 0 else ""
        yield f"changes ({', '.join(other[:MOST_SENTENCES])}{more})"


def _channels(fields: Sequence[FieldChange], *, gone: bool) -> str:
    """Channels of the destinations that came or went as a whole."""
    found = [
        json.loads(field.title.removeprefix("notify"))[0]
        for field in fields
        if field.path[0] == "notify" and len(field.path) == 2 and (field.to is None) is gone
    ]
    return " and ".join(found)


MOST_NAMED = 3  # routes of one line
BESIDE_PAGING = ("deletes", "disabled", "enabled", "private to public", "public to private")
_FIRST = ("deletes", "pages nobody", "may page nobody", "paging removed")


@dataclass(frozen=True, slots=True)
class RiskLine:
    """One risk and the routes that have it. `words` agree with their number."""

    names: tuple[str, ...]
    label: str  # of two labels with one sentence both, or what they mean together
    words: str

    @property
    def after_label(self) -> str:
        """The words behind the label, which are not repeated."""
        if self.words.startswith(self.label):
            return self.words.removeprefix(self.label)
        return f": {self.words}"

    @property
    def who(self) -> str:
        """`12 routes`, or "" where one route's name says it."""
        return "" if len(self.names) == 1 else f"{len(self.names)} routes"

    @property
    def first(self) -> tuple[tuple[str, ...], int]:
        """The names to be shown, and how many there are beside them."""
        kept = self.names if len(self.names) <= MOST_NAMED + 1 else self.names[:MOST_NAMED]
        return kept, len(self.names) - len(kept)

    def listed(self, spell: Callable[[str], str] = str) -> str:
        """`A, B, C and 9 more`."""
        kept, more = self.first
        return ", ".join(map(spell, kept)) + (f" and {more} more" if more else "")


def risks_of(change: Change, plan: Plan) -> tuple[Risk, ...]:
    """Those that the proof does not say better, or all where it does not know everything."""
    if plan.who is None or not plan.who.who.complete:
        return change.risks
    return tuple(risk for risk in change.risks if risk.label in BESIDE_PAGING)


def risk_lines(plan: Plan) -> list[RiskLine]:
    """Lost paging first, otherwise in the order of the routes."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for change in plan.changes:
        for label, risk in _merged(risks_of(change, plan)):
            key = (label, risk.sentence, risk.of_many or risk.sentence)
            grouped.setdefault(key, []).append(change.name)
    lines = [
        RiskLine(tuple(names), label, single if len(names) == 1 else many)
        for (label, single, many), names in grouped.items()
    ]
    return sorted(lines, key=lambda line: line.label not in _FIRST)


def explained_below(lines: list[RiskLine]) -> frozenset[str]:
    """Routes of a line that counts some of them: each shows its risks, also those that the line
    names, as a row without risks looks like one that has none.
    """
    return frozenset(name for line in lines if line.first[1] for name in line.names)


def _merged(found: Sequence[Risk]) -> list[tuple[str, Risk]]:
    """Labels of one sentence are one risk to a reader."""
    by_sentence: dict[str, list[Risk]] = {}
    for risk in found:
        by_sentence.setdefault(risk.sentence, []).append(risk)
    return [(_label(risks), risks[0]) for risks in by_sentence.values()]


def _label(risks: Sequence[Risk]) -> str:
    both = ", ".join(risk.label for risk in risks)
    return "other alerts" if both == "widened, narrowed" else both
