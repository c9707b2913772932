"""What a page says of a change: its proof first, then a mark on each route that it concerns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.plan.paging.region_words import unproven_words
from reconciler.plan.paging.who_words import Kind, RowWords, summary
from reconciler.planning.explained import Routes
from reconciler.planning.pictured import Compared
from reconciler.report.page.model import AlertRow, Changes, Sign
from reconciler.report.who_words import rest_words, split

BAD: tuple[Kind, ...] = ("lost", "twice")
TITLE = "What changes"


@dataclass(frozen=True, slots=True)
class Marks:
    """`signs` and `before` have the keys of the page's routes; `before` the routes as they were,
    where that is known, those that are gone too.
    """

    changes: Sequence[Changes] = ()
    signs: Mapping[str, Sign] = field(default_factory=dict)
    before: Routes = field(default_factory=dict)


def marks_of(compared: Compared, routes: Routes) -> Marks:
    """`routes`: today's."""
    proof = compared.proof
    certain, depending = split(proof)
    unknown = [
        f"{', '.join(unproven_words(part, proof.names))}: {part.why}" for part in proof.who.unknown
    ]
    changes = Changes(
        "changes",
        TITLE,
        compared.since,
        summary(proof),
        tuple(map(_row, (*certain, *depending))),
        tuple(unknown),
        tuple(rest_words(proof)),
    )
    signs = {key: _sign(key, compared.before, routes) for key in compared.changed}
    return Marks((changes,), signs, compared.before)


def _sign(key: str, before: Routes, after: Routes) -> Sign:
    if key not in after:
        return "removed"
    return "changed" if key in before else "new"


def _row(words: RowWords) -> AlertRow:
    return AlertRow(
        words.label,
        words.where,
        words.before,
        words.after,
        words.because,
        words.example,
        words.only_if,
        words.kind in BAD,
    )
