"""Who is paged differently, for a terminal or a pipe."""

from collections.abc import Iterator, Mapping

from reconciler.plan.paging.proof import Proof
from reconciler.plan.paging.region_words import unproven_words
from reconciler.plan.paging.who_words import (
    Kind,
    RowWords,
    proved,
    way_out,
)
from reconciler.report.who_words import (
    DEPENDS,
    UNKNOWN,
    opening,
    rest_words,
    split,
)
from reconciler.text import Line, Span, Style, beside, counted, fitted, line, render

MOST_ROWS = 20  # of one kind; the JSON document has them all
SIGNS: Mapping[Kind, tuple[str, Style]] = {
    "lost": ("✗", "error"),
    "other": ("~", "update"),
    "less": ("-", "delete"),
    "more": ("+", "create"),
    "twice": ("+", "warning"),
    "once": ("-", "create"),
    "posts": ("~", ""),
    "incident": ("~", ""),
}


def who_text(proof: Proof, *, width: int = 80, colour: bool = False, unicode: bool = True) -> str:
    """The answer on its own."""
    return render(who_lines(proof, width), colour=colour, unicode=unicode)


def who_lines(proof: Proof, width: int) -> Iterator[Line]:
    """The summary, the certain rows, those of a reading, what is unknown, and what it rests on."""
    end = proved(proof)
    head = line(Span(opening(proof), "strong"), Span(f" {end}" if end else "", "dim"))
    yield from fitted(head, width, "  ")
    yield from who_rows(proof, width)
    yield from who_rest(proof, width)


def who_rows(proof: Proof, width: int) -> Iterator[Line]:
    """The rows, and what is unknown."""
    certain, depending = split(proof)
    for row in certain[:MOST_ROWS]:
        yield from _row(row, width)
    yield from _more(len(certain), "row", width)
    if depending:
        yield from fitted(line(Span(f"  {DEPENDS}:", "warning")), width, "  ")
    for row in depending[:MOST_ROWS]:
        yield from _row(row, width)
    yield from _more(len(depending), "row", width)
    yield from _unknown(proof, width)


def _row(row: RowWords, width: int) -> Iterator[Line]:
    sign, style = SIGNS[row.kind]
    first = line("  ", Span(f"{sign} ", style), Span(f"{row.label}: ", style), row.where)
    yield from fitted(first, width, "      ")
    effect = line("      ", Span(f"{row.before} → {row.after}", "strong"))
    about = [
        *([f"because of {row.because}"] if row.because else []),
        *([f"only if {row.only_if}"] if row.only_if else []),
        *([f"e.g. {row.example}"] if row.example else []),
    ]
    yield from beside(effect, line(Span("; ".join(about), "dim")) if about else (), width, "      ")


def _more(count: int, thing: str, width: int) -> Iterator[Line]:
    left = count - MOST_ROWS
    if left > 0:
        more = f"… {counted(left, f'more {thing}')} (all in --format json)"
        yield from fitted(line("  ", Span(more, "dim")), width, "    ")


def _unknown(proof: Proof, width: int) -> Iterator[Line]:
    unknown = proof.who.unknown
    if unknown:
        yield from fitted(line(Span(f"  {UNKNOWN}:", "warning")), width, "  ")
    for unproven in unknown[:MOST_ROWS]:
        where = ", ".join(unproven_words(unproven, proof.names))
        yield from fitted(line("  ", Span("? ", "warning"), where), width, "      ")
        why = line("      ", Span(unproven.why, "strong"), f"; {way_out(unproven.why)}")
        yield from fitted(why, width, "      ")
    yield from _more(len(unknown), "region", width)


def who_rest(proof: Proof, width: int) -> Iterator[Line]:
    """What the answer rests on."""
    for sentence in rest_words(proof):
        yield from fitted(line(Span(sentence, "dim")), width, "  ")
