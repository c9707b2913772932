"""Whom a route pages, in words."""

from collections.abc import Collection, Sequence

from reconciler.model.names import Names
from reconciler.model.route import Route, Target
from reconciler.plan.paging import chosen, doubts, paged
from reconciler.plan.possible import Doubt
from reconciler.plan.words import reference_words, target_words

MOST_NAMED = 3  # of many; the fields of the change name them all
LONGEST = 48  # characters of one name


def who(targets: Collection[Target], names: Names) -> str:
    """`A, B`, sorted; of many the first."""
    return ", ".join(_named(targets, names)) or "nobody"


def whom(route: Route, names: Names, first: Collection[Target] = ()) -> str:
    """`A, B` where it pages both, `A, B or nobody` where the alert decides. Those of `first` are
    named first.
    """
    found = paged(route, names)
    listed = _named(found, names, first)
    if doubts(route):
        listed.append("nobody")
    if not listed:
        return "nobody"
    if not chosen(route):
        return ", ".join(listed)
    return " or ".join(filter(None, (", ".join(listed[:-1]), listed[-1])))


def _named(targets: Collection[Target], names: Names, first: Collection[Target] = ()) -> list[str]:
    ordered = sorted(targets, key=lambda one: (one not in first, target_words(one, names)))
    return some([target_words(one, names) for one in ordered])


def some(listed: Sequence[str]) -> list[str]:
    """All of a few, of many the first and how many more; long ones are cut."""
    kept = listed if len(listed) <= MOST_NAMED + 1 else listed[:MOST_NAMED]
    said = [cut_short(one, LONGEST) for one in kept]
    more = len(listed) - len(kept)
    return [*said, f"{more} more"] if more else said


def cut_short(text: str, most: int) -> str:
    """The text, or as much as fits and a sign that there is more."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip(' ,')}…"


def why(found: Collection[Doubt], names: Names) -> str:
    """Reasons for which a route may page nobody, sorted; of many the first."""
    reasons = sorted({_why(doubt, names) for doubt in found})
    more = f", and {len(reasons) - 2} more reasons" if len(reasons) > 3 else ""
    return ", and ".join(reasons[:2] if more else reasons) + more


def _why(doubt: Doubt, names: Names) -> str:
    what = cut_short(reference_words(doubt.reference, names), LONGEST)
    match doubt.reason:
        case "no else":
            return f"{what} has no else"
        case "empty":
            return f"{what} may be empty" if what else "a target may be empty"
        case "filtered":
            return f"the filter of {what} may leave nothing"
        case "computed":
            return f"what {what} gives cannot be known"
        case "loop":
            return f"{what} refers to itself"
        case "missing":
            return f"there is no {what}"
