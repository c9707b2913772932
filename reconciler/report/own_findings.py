"""Which findings are a change's own: GitHub shows ten of a level, which old ones may not fill."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from reconciler.model.finding import Finding
from reconciler.report.plural import counted


def own_first(
    now: Sequence[Finding], before: Iterable[Finding], untouched: Collection[str]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings to show: new ones, then those that were there before; and those to count: what
    was there before in `untouched` files. An error is shown wherever it is, since it refuses all.
    """
    left = Counter(map(_what, before))
    new: list[Finding] = []
    old: list[Finding] = []
    elsewhere: list[Finding] = []
    for one in now:
        if not left[_what(one)]:
            new.append(one)
            continue
        left[_what(one)] -= 1
        there = one.position is not None and one.position.file in untouched
        (elsewhere if there and one.level != "error" else old).append(one)
    return (*new, *old), tuple(elsewhere)


def elsewhere_words(findings: Sequence[Finding]) -> str:
    """`12 warnings and 1 note in files that this change does not touch`; "" for none."""
    counts = Counter(one.level for one in findings)
    said = [counted(counts[level], level) for level in ("warning", "note") if level in counts]
    return f"{' and '.join(said)} in files that this change does not touch" if said else ""


def _what(finding: Finding) -> tuple[str, ...]:
    """All but the line, which moves with the lines above it."""
    file = finding.position.file if finding.position else ""
    return (finding.level, finding.code, finding.message, finding.route, file)
