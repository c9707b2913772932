"""The risks of a plan as lines: one for each thing that happens, to however many routes."""

from dataclasses import dataclass

from reconciler.plan.change import Change, Risk
from reconciler.plan.plan import Plan

MOST_NAMED = 3  # routes of one line
_FIRST = ("deletes", "pages nobody", "may page nobody", "paging removed")


@dataclass(frozen=True, slots=True)
class RiskLine:
    """One risk and the routes that have it. `said` fits their number."""

    names: tuple[str, ...]
    label: str  # of two labels with one sentence both: "widened, narrowed"
    said: str

    @property
    def after_label(self) -> str:
        """What stands behind the label; a sentence that begins with it does not say it again."""
        if self.said.startswith(self.label):
            return self.said.removeprefix(self.label)
        return f": {self.said}"

    @property
    def who(self) -> str:
        """`12 routes`, or "" where one route's name says it."""
        return "" if len(self.names) == 1 else f"{len(self.names)} routes"

    @property
    def first(self) -> tuple[tuple[str, ...], int]:
        """The names to be shown, and how many there are beside them."""
        kept = self.names if len(self.names) <= MOST_NAMED + 1 else self.names[:MOST_NAMED]
        return kept, len(self.names) - len(kept)


def risk_lines(plan: Plan) -> list[RiskLine]:
    """Those after which somebody is not paged first, otherwise in the order of the routes."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for change in plan.changes:
        for label, risk in _merged(change):
            key = (label, risk.sentence, risk.of_many or risk.sentence)
            grouped.setdefault(key, []).append(change.name)
    lines = [
        RiskLine(tuple(names), label, one if len(names) == 1 else many)
        for (label, one, many), names in grouped.items()
    ]
    return sorted(lines, key=lambda line: line.label not in _FIRST)


def told_below(lines: list[RiskLine]) -> frozenset[str]:
    """Routes of a line that only counts some of its own: each says what it risks where it is
    shown. Those that the line names do so too, as a row without it looks like one without a risk.
    """
    return frozenset(name for line in lines if line.first[1] for name in line.names)


def _merged(change: Change) -> list[tuple[str, Risk]]:
    """Labels of one sentence are one risk to a reader."""
    by_sentence: dict[str, list[Risk]] = {}
    for risk in change.risks:
        by_sentence.setdefault(risk.sentence, []).append(risk)
    return [(", ".join(risk.label for risk in risks), risks[0]) for risks in by_sentence.values()]
