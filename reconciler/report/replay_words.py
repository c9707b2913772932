"""A replay in sentences that its text, its Markdown and its JSON share. No title of an alert."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.model import Names
from reconciler.past.replayed import Replay
from reconciler.plan.compare.words import reference_words
from reconciler.plan.paging.paging import cut_short
from reconciler.plan.paging.region_words import readings_words, rests_words
from reconciler.plan.paging.who_words import things_words
from reconciler.report.explain_words import whether
from reconciler.routing.replay import AlertValues, Difference, Judged, Kind, ReplayRow
from reconciler.routing.world import PRIORITY
from reconciler.text import counted

LABELS: Mapping[Kind, str] = {
    "lost": "paging lost",
    "moved": "other target",
    "doubled": "pages twice",
    "unrouted": "no route takes it",
    "gained": "paging gained",
    "undoubled": "pages once",
    "unknown": "unknown",
}
MOST_VALUES = 3
_LONGEST = 40
LIMITS = (
    "priorities (no past alert has one)",
    "alerts that a maintenance window held",
    "grouping",
    "channels and incidents",
    "changes of a source's template: attributes are as incident.io has them today",
)
NOTHING_CHANGES = "No route treats alerts differently, so no past alert was read."


@dataclass(frozen=True, slots=True)
class RowWords:
    """A row in words. `values`: the most frequent, each with its count. `only_if` and `why`: on
    what it hangs, or why it is unknown.
    """

    kind: Kind
    count: int
    source: str
    effect: str
    values: str
    links: tuple[str, ...]
    only_if: str = ""

    @property
    def label(self) -> str:
        """In two words what happens."""
        return LABELS[self.kind]


def row_words(row: ReplayRow, names: Names) -> RowWords:
    """The row, with names."""
    return RowWords(
        row.judged.difference.kind,
        row.count,
        names.get(row.source, row.source),
        _effect(row.judged, names),
        _values(row, names),
        row.links,
        depends_words(row.judged),
    )


def summary(replay: Replay) -> str:
    """`9 of 562 alerts in 14 days would have paged differently.`"""
    found, days = replay.replayed, counted(replay.days, "day")
    if replay.failed:
        return f"the alerts could not be read: {replay.failed}"
    if not replay.sides.changed:
        return NOTHING_CHANGES
    if not found.total:
        return f"There was no alert to replay in {days}."
    alerts = f"{found.total:,} {'alert' if found.total == 1 else 'alerts'} in {days}"
    unknown = f", and for {found.undecided:,} that is unknown" if found.undecided else ""
    if not found.different:
        none = "None of" if found.total > 1 else "Not the"
        return f"{none} {alerts} would have paged differently{unknown}."
    return f"{found.different:,} of {alerts} would have paged differently{unknown}."


def depends_words(judged: Judged) -> str:
    """On which answer of incident.io it depends; "" where it is certain."""
    answers = {question: answer for question, answer in judged.depends_on if answer is not None}
    if not judged.depends_on:
        return ""
    if len(answers) == len(judged.depends_on):
        return f"only if {readings_words(answers)}"
    return f"depends on {whether({question for question, _ in judged.depends_on})}"


def rest_words(replay: Replay) -> Iterator[str]:
    """What the counts rest on, and what was not replayed."""
    found, sides = replay.replayed, replay.sides
    if not sides.changed or replay.failed:
        return
    for assumption in sides.assumed:
        yield rests_words(assumption)
    for why in sides.unsure:
        yield f"Not counted: {why}."
    if found.deleted:
        count = sum(found.deleted.values())
        yield f"Left out: {counted(count, 'alert')} of sources that were deleted."
    if found.redacted:
        yield f"{counted(found.redacted, 'alert')} are private: their titles are not read."
    yield f"Not replayed: {'; '.join(LIMITS)}."


def _effect(judged: Judged, names: Names) -> str:
    difference = judged.difference
    if difference.kind == "unknown":
        return _why(judged, names)
    if difference.kind == "unrouted":
        return "taken by a route that pages nobody → taken by none"
    return "; ".join(_effects(difference, names))


def _effects(difference: Difference, names: Names) -> Iterator[str]:
    lost, gained = (things_words(things, names) for things in (difference.lost, difference.gained))
    if lost and gained:
        yield f"{lost} → {gained}"
    elif lost:
        yield f"{lost} → {'NOBODY' if difference.nobody else 'not paged any more'}"
    elif gained:
        yield f"not paged → {gained}"
    if difference.doubled:
        yield f"{things_words(difference.doubled, names)} → twice"
    if difference.undoubled:
        yield f"{things_words(difference.undoubled, names)} twice → once"


def _why(judged: Judged, names: Names) -> str:
    if judged.unknown:
        those = ", ".join(_unknown(reference, names) for reference in judged.unknown)
        return f"routes use what past alerts do not show: {those}"
    return "a condition or a target that reconciler cannot judge, or a catalog that was not read"


def _unknown(reference: str, names: Names) -> str:
    words = reference_words(reference, names)
    return words if reference == PRIORITY else f"{words} (the alert is private)"


def _values(row: ReplayRow, names: Names) -> str:
    shown = [
        f"{held_words(held, names) or 'every value'} ({count:,})"
        for held, count in row.values[:MOST_VALUES]
    ]
    left = row.count - sum(count for _, count in row.values[:MOST_VALUES])
    return "; ".join([*shown, *([f"others ({left:,})"] if left else [])])


def held_words(held: AlertValues, names: Names) -> str:
    """`severity: critical, no branch`."""
    return ", ".join(_held(reference, values, names) for reference, values in held)


def _held(reference: str, values: tuple[str, ...] | None, names: Names) -> str:
    subject = reference_words(reference, names)
    if values is None:
        return f"{subject} unknown"
    if not values:
        return f"no {subject}"
    shown = ", ".join(cut_short(names.get(value, value) or '""', _LONGEST) for value in values)
    return f"{subject}: {shown}"
