"""Sentences about a proof that its text and its Markdown share."""

from collections.abc import Collection, Iterator, Sequence

from reconciler.model import SEMANTICS_FILE, Assumed, Assumption, Observation, admissible
from reconciler.plan.paging.paging import some
from reconciler.plan.paging.proof import Proof
from reconciler.plan.paging.region_words import assumed_words, rests_words
from reconciler.plan.paging.who_words import (
    ASSUMED,
    KINDS,
    NOT_JUDGED,
    RowWords,
    row_words,
    summary,
)

DEPENDS = "Depends on how incident.io compares text (not documented)"
UNKNOWN = "Unknown who is paged"


def opening(proof: Proof) -> str:
    """The summary, with a sign where a reader may stop."""
    return f"{'✅ ' if proof.nobody_paged_differently else ''}{summary(proof)}"


def split(proof: Proof) -> tuple[list[RowWords], list[RowWords]]:
    """The certain rows and those that hold in some readings only, the worst first."""
    order = list(KINDS)
    rows = sorted(
        ((row.certain, row_words(row, proof)) for row in proof.who.rows),
        key=lambda row: order.index(row[1].kind),
    )
    certain = [words for sure, words in rows if sure]
    return certain, [words for sure, words in rows if not sure]


def rest_words(proof: Proof) -> Iterator[str]:
    """What is known of all that no row is about, and what that rests on."""
    yield from _other_alerts(proof)
    for assumption in proof.who.assumed:
        yield rests_words(assumption)
    if proof.by_file:
        listed = ", ".join(some(sorted(proof.by_file)))
        yield f"Judged by their files, because the live routes were not read: {listed}."
    if proof.beyond:
        listed = ", ".join(some(sorted(proof.beyond)))
        yield f"Assumed to decide nothing: unknown fields of {listed}."
    if proof.who.sources:
        yield f"Assumed: {ASSUMED}. Not judged: {NOT_JUDGED}."


def uncounted_words(now: Sequence[Assumed], counting: Collection[Assumed], commit: str) -> str:
    """What the commit does not have: a change cannot pin away what it does itself."""
    left = admissible(counting)
    new = [item for item in now if not all(map(item.admits, left))]
    pins = [assumed_words(item) for item in new if isinstance(item, Assumption)]
    seen = [assumed_words(item) for item in new if isinstance(item, Observation)]
    this = "this pin" if len(pins) == 1 else "these pins"
    lacking = ((pins, f"{this} of `assume`"), (seen, f"it in `{SEMANTICS_FILE}`"))
    return " ".join(
        f"Not counted yet: {' and '.join(words)}. {commit[:12]} does not have {lacks}."
        for words, lacks in lacking
        if words
    )


def _other_alerts(proof: Proof) -> Iterator[str]:
    who = proof.who
    if not who.rows:
        return
    but = "" if who.complete else ", except those that are unknown"
    seen = any(isinstance(item, Observation) for item in who.assumed)
    admits = f"reconciler.yaml and {SEMANTICS_FILE} admit" if seen else "reconciler.yaml admits"
    reading = f"every reading that {admits}" if who.assumed else "every reading"
    yield f"Every other alert is routed as before{but}, under {reading}."
