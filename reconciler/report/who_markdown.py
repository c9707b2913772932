"""Who is paged differently, as GitHub's Markdown: the first lines of a pull request's comment."""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.plan.paging.proof import Proof
from reconciler.plan.paging.region_words import EVERY_ALERT, unproven_words
from reconciler.plan.paging.who_words import (
    NOBODY,
    NOTHING,
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
from reconciler.text import code, counted, prose, sentence

SIGNS: Mapping[Kind, str] = {
    "lost": "🔴",
    "other": "🟠",
    "less": "🟠",
    "more": "🟢",
    "twice": "🟠",
    "once": "🟢",
    "posts": "⚪",
    "incident": "⚪",
}
DEPENDING = "🟡"
_HEAD = ("| | Alerts | Before | After | Because of | Example |", "|---|---|---|---|---|---|")
_HEAD_DEPENDING = (
    "| | Alerts | Before | After | Because of | Example | |",
    "|---|---|---|---|---|---|---|",
)


def who_markdown(proof: Proof, most: int = 40) -> str:
    """The answer on its own; ends with a newline."""
    return "\n".join([summary_line(proof), *who_blocks(proof, most)]) + "\n"


def summary_line(proof: Proof) -> str:
    """The one line that everybody reads."""
    end = proved(proof)
    return f"**{prose(opening(proof))}**{f' {end}' if end else ''}"


def who_blocks(proof: Proof, most: int) -> Iterator[str]:
    """Tables of at most `most` rows each, what is unknown, and what it rests on. Begins with an
    empty line.
    """
    certain, depending = split(proof)
    if certain:
        yield from ("", *_HEAD, *(_row(row, SIGNS[row.kind]) for row in certain[:most]))
    yield from _more(len(certain) - most)
    if depending:
        yield from ("", f"### {DEPENDING} {DEPENDS}", "", *_HEAD_DEPENDING)
        for row in depending[:most]:
            yield f"{_row(row, DEPENDING)} only if {sentence(row.only_if)} |"
    yield from _more(len(depending) - most)
    yield from _unknown(proof, most)
    rests = [*rest_words(proof)]
    if rests:
        yield from ("", f"<sub>{' '.join(map(sentence, rests))}</sub>")


def _row(row: RowWords, sign: str) -> str:
    after = prose(row.after).replace(NOBODY, f"**{NOBODY.lower()}**")
    where = f"{prose(row.sources)}, {'; or '.join(_condition(alert) for alert in row.alerts)}"
    shown = example_cell(row.example, row.alerts)
    cells = (f"{sign} {row.label}", where, prose(row.before), after, prose(row.because), shown)
    return f"| {' | '.join(cells)} |"


def example_cell(example: str, alerts: Sequence[str]) -> str:
    """The cell of an example. Any alert is one only where the row is about every alert: what a
    route takes, by its name, has no value to show.
    """
    if example:
        return code(example, in_table=True)
    return "any" if list(alerts) == [EVERY_ALERT] else NOTHING


def _condition(words: str, *, in_table: bool = True) -> str:
    return words if words == EVERY_ALERT else code(words, in_table=in_table)


def _more(left: int) -> Iterator[str]:
    if left > 0:
        yield from ("", f"and {counted(left, 'more row')}: `reconciler who` lists them all.")


def _unknown(proof: Proof, most: int) -> Iterator[str]:
    unknown = proof.who.unknown
    if not unknown:
        return
    yield from ("", f"### ❓ {UNKNOWN}", "")
    for unproven in unknown[:most]:
        sources, when = unproven_words(unproven, proof.names)
        where = f"{prose(sources)}, {_condition(when, in_table=False)}"
        yield f"- {where}: **{sentence(unproven.why)}**; {sentence(way_out(unproven.why))}"
    if len(unknown) > most:
        yield f"- and {len(unknown) - most} more"
