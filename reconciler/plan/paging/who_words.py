"""Rows of a proof in words, for a terminal, for Markdown and for a guard's finding."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.model import Condition, Names
from reconciler.plan.compare.words import reference_words
from reconciler.plan.paging.paging import cut_short, some
from reconciler.plan.paging.proof import Proof
from reconciler.plan.paging.region_words import (
    readings_words,
    region_words,
    sources_words,
    with_expressions,
)
from reconciler.routing.who import Region, Row, Thing
from reconciler.routing.world import PRIORITY, TITLE, Alert
from reconciler.text import counted

Kind = Literal["lost", "other", "less", "more", "twice", "once", "posts", "incident"]
KINDS: Mapping[Kind, tuple[str, str]] = {
    "lost": ("stops paging", "stop paging"),
    "other": ("pages another target", "page another target"),
    "less": ("pages fewer targets", "page fewer targets"),
    "more": ("pages more targets", "page more targets"),
    "twice": ("pages twice", "page twice"),
    "once": ("no longer pages twice", "no longer page twice"),
    "posts": ("posts elsewhere", "post elsewhere"),
    "incident": ("starts other incidents", "start other incidents"),
}
"""The worst first; of one kind of alert, and of several."""
PAGING: tuple[Kind, ...] = ("lost", "other", "less", "more", "twice", "once")
LABELS: Mapping[Kind, str] = {
    "lost": "page lost",
    "other": "other target",
    "less": "target removed",
    "more": "page gained",
    "twice": "pages twice",
    "once": "pages once",
    "posts": "posts",
    "incident": "incident",
}
NOBODY = "NOBODY"
NOTHING = "—"
MOST_VALUES = 3  # of an example
_LONGEST_VALUE = 40  # characters


@dataclass(frozen=True, slots=True)
class RowWords:
    """A row in words. `alerts` has one text for each cube. `nobody`: `after` ends with NOBODY, or
    says it of some alerts.
    """

    kind: Kind
    sources: str
    alerts: tuple[str, ...]
    before: str
    after: str
    because: str = ""
    example: str = ""
    only_if: str = ""

    @property
    def label(self) -> str:
        """In two words what happens."""
        return LABELS[self.kind]

    @property
    def where(self) -> str:
        """Sources and conditions."""
        return f"{self.sources}, {'; or '.join(self.alerts)}"

    @property
    def sentence(self) -> str:
        """All of it but the example, on one line."""
        only_if = f", if {self.only_if}" if self.only_if else ""
        return f"{self.where}: {self.before} → {self.after}{only_if}"


def row_words(row: Row, proof: Proof) -> RowWords:
    """The row, with names."""
    names = with_expressions(proof.names, row.region)
    before, after = _sides(row, names)
    return RowWords(
        kind_of(row),
        sources_words(row.region.sources, names),
        tuple(region_words(row, names)),
        before,
        after,
        ", ".join(some(list(proof.named(row)))),
        example(row, names),
        readings_words(row.depends_on) if not row.certain else "",
    )


def kind_of(row: Row) -> Kind:
    """What the row is about; the worst where it says several things."""
    if row.nobody:
        return "lost"
    if row.lost:
        return "other" if row.gained else "less"
    if row.gained:
        return "more"
    if row.doubled or row.undoubled:
        return "twice" if row.doubled else "once"
    return "incident" if row.incident else "posts"


def summary(proof: Proof) -> str:
    """One line: how many kinds of alerts do what, the worst first. Each row is one kind."""
    who, count = proof.who, proof.changed
    routes = f" {counted(count, 'route')} changed." if count else ""
    counts = Counter((kind_of(row), row.certain) for row in who.rows)
    phrases = [*_phrases(counts, PAGING)]
    noun = not phrases or not who.complete
    beside = [*_phrases(counts, ("posts", "incident"), noun=noun)]
    if not who.complete:
        unknown = {source for unproven in who.unknown for source in unproven.region.sources}
        phrases.append(f"unknown for some alerts of {counted(len(unknown), 'source')}")
    elif not phrases:
        also = f" {', '.join(beside)}." if beside else routes
        return f"Nobody is paged differently: proved for every alert.{also}"
    return f"Who is paged: {', '.join([*phrases, *beside])}."


def _phrases(
    counts: Counter[tuple[Kind, bool]], kinds: Sequence[Kind], *, noun: bool = True
) -> Iterator[str]:
    """`1 kind of alert stops paging`, then `2 may page twice`; without `noun` the number alone."""
    for kind in kinds:
        single, several = KINDS[kind]
        for certain in (True, False):
            if count := counts[kind, certain]:
                verb = f"may {several}" if not certain else single if count == 1 else several
                yield f"{_alerts(count) if noun else count} {verb}"
                noun = False


def _alerts(count: int) -> str:
    return "1 kind of alert" if count == 1 else f"{count} kinds of alerts"


def proved(proof: Proof) -> str:
    """`Proved for every alert of 5 sources.`, "" where something is unknown."""
    if not proof.who.complete or not proof.paging:
        return ""
    return f"Proved for every alert of {counted(len(proof.who.sources), 'source')}."


def _sides(row: Row, names: Names) -> tuple[str, str]:
    """Before and after, each about the one aspect of the row."""
    if row.lost or row.gained or row.nobody:
        return _pages(row, names)
    if row.doubled:
        who = things_words(row.doubled, names)
        return f"{who} once", f"{who} by several routes"
    if row.undoubled:
        who = things_words(row.undoubled, names)
        return f"{who} by several routes", f"{who} once"
    if row.incident:
        return _INCIDENT[row.incident]
    return _posting(row.channels_lost, names), _posting(row.channels_gained, names)


def _posting(channels: Sequence[str], names: Names) -> str:
    listed = ", ".join(some([names.get(channel, channel) for channel in channels]))
    return listed or "no post"


_INCIDENT = {
    "lost": ("an incident", "no incident"),
    "gained": ("no incident", "an incident"),
    "doubled": ("one incident", "an incident of several routes"),
    "undoubled": ("an incident of several routes", "one incident"),
}


def _pages(row: Row, names: Names) -> tuple[str, str]:
    lost, gained = things_words(row.lost, names), things_words(row.gained, names)
    if row.nobody == "some":
        return lost or NOTHING, f"{NOBODY} for some of these, for the rest {gained or 'others'}"
    if row.nobody:
        return lost or NOTHING, NOBODY
    if lost and gained:
        return lost, gained
    if lost:
        return lost, f"not {lost} any more; others as before"
    return NOTHING, gained


def things_words(things: Sequence[Thing], names: Names) -> str:
    """Paths and users; whom only the alert names by what names them."""
    return ", ".join(some([_thing(kind, identity, names) for kind, identity in things]))


def _thing(kind: str, identity: str, names: Names) -> str:
    if identity in names and not identity.startswith("alert."):
        return names[identity] if kind == "path" else f"user {names[identity]}"
    if identity.startswith(("alert.", "expressions[")):
        return f"whoever {reference_words(identity, names)} names"
    return identity if kind == "path" else f"user {identity}"


def example(row: Row, names: Names) -> str:
    """`severity: info`: what the witness has of the subjects in the row's words; never a title
    that no word is about.
    """
    alert = row.witness
    tested = list(dict.fromkeys(_subjects(row.region)))
    has = {reference for reference, values in alert.values.items() if values}
    shown = [reference for reference in tested if reference in has] or [
        value for value in alert.values if value in has and value.startswith("alert.attributes.")
    ]
    values = [_value(reference, alert, names) for reference in shown[:MOST_VALUES]]
    lacks = [reference for reference in tested if reference not in has and _is_plain(reference)]
    values += [f"no {reference_words(lack, names)}" for lack in lacks[: MOST_VALUES - len(values)]]
    return ", ".join(values)


def _subjects(region: Region) -> Iterator[str]:
    for cube in region.when:
        for word in cube:
            if isinstance(word.test, Condition):
                yield word.test.subject


def _is_plain(reference: str) -> bool:
    """Whether it names a value of the alert itself: no step behind it, no expression."""
    head = "alert.attributes."
    return reference in (TITLE, PRIORITY) or (
        reference.startswith(head) and not {".", "["} & {*reference.removeprefix(head)}
    )


def _value(reference: str, alert: Alert, names: Names) -> str:
    found = alert.values[reference]
    words = ", ".join(cut_short(names.get(text, text) or '""', _LONGEST_VALUE) for text in found)
    return f"{reference_words(reference, names)}: {words}"


ASSUMED = "every matching route fires, and titles are never missing"
NOT_JUDGED = "grouping, private alerts, maintenance windows"


def way_out(why: str) -> str:
    """What to do about an unknown."""
    if "directory.lock.json" in why:
        return "run `reconciler directory refresh` with a key"
    if "catalog" in why:
        return "run `reconciler plan` with a key that can read the catalog"
    if "not read" in why or "unread" in why:
        return "run `reconciler plan` with a key that can read it"
    if "more than" in why or "too many" in why:
        return "make the change in smaller steps"
    return "review the fields of the change"
