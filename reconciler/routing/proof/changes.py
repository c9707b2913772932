"""What changes for the alerts of one source: for each effect a formula, under each reading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from reconciler.routing.proof.effects import INCIDENT, Deeds, Effect
from reconciler.routing.proof.formula import FALSE, Formula, Formulas

Aspect = Literal["pages", "twice", "channels", "incident"]
Kind = Literal["lost", "gained", "doubled", "undoubled"]
COMPUTED = "an expression computes it for each alert"
Vector = tuple[Formula, ...]
"""A formula for each reading."""


@dataclass(frozen=True, slots=True)
class Side:
    """The routes before, or after, by their identity; each under every reading."""

    routes: Mapping[str, Sequence[Deeds]]

    def contributions(self, effect: Effect, source: str, reading: int) -> dict[str, Formula]:
        """When each route has the effect."""
        found = ((key, deeds[reading].does(effect, source)) for key, deeds in self.routes.items())
        return {key: formula for key, formula in found if formula != FALSE}


@dataclass(slots=True)
class Group:
    """Effects that change for the same alerts."""

    aspect: Aspect
    vector: Vector
    effects: dict[tuple[Kind, Effect], None] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """Why it can only be told that something changes; "" where it is known what."""
        for _, effect in self.effects:
            if effect.how == "unclear":
                return effect.why or COMPUTED
        return ""


def groups_of(
    formulas: Formulas,
    sides: tuple[Side, Side],
    effects: Iterable[Effect],
    source: str,
    readings: int,
) -> list[Group]:
    """Everything that may change; nothing at all where all formulas are equal."""
    found: dict[tuple[Aspect, Vector, bool], Group] = {}
    for effect in effects:
        states = [_states(formulas, sides, effect, source, at) for at in range(readings)]
        for kind in ("lost", "gained", "doubled", "undoubled"):
            aspect = _aspect(effect, kind)
            if aspect is None:
                continue
            vector = tuple(state[kind] for state in states)
            if all(formula == FALSE for formula in vector):
                continue
            key = (aspect, vector, effect.how == "unclear")
            group = found.setdefault(key, Group(aspect, vector))
            group.effects[kind, effect] = None
    return list(found.values())


def _aspect(effect: Effect, kind: str) -> Aspect | None:
    if effect == INCIDENT:
        return "incident"
    if kind in ("lost", "gained"):
        return "channels" if effect.sort == "channel" else "pages"
    return None if effect.sort == "channel" else "twice"


def _states(
    formulas: Formulas, sides: tuple[Side, Side], effect: Effect, source: str, reading: int
) -> dict[str, Formula]:
    (once, twice), (once_now, twice_now) = (
        _counted(formulas, side.contributions(effect, source, reading).values()) for side in sides
    )
    if once == once_now and twice == twice_now:
        return dict.fromkeys(("lost", "gained", "doubled", "undoubled"), FALSE)
    return {
        "lost": FALSE if once == once_now else formulas.all((once, -once_now)),
        "gained": FALSE if once == once_now else formulas.all((-once, once_now)),
        "doubled": FALSE if twice == twice_now else formulas.all((once, -twice, twice_now)),
        "undoubled": FALSE if twice == twice_now else formulas.all((twice, once_now, -twice_now)),
    }


def _counted(formulas: Formulas, parts: Iterable[Formula]) -> tuple[Formula, Formula]:
    """Whether one of these holds, and whether two do; in no order."""
    once = twice = FALSE
    listed = sorted(parts)
    for part in listed:
        twice = formulas.any((twice, formulas.all((once, part))))
        once = formulas.any((once, part))
    return once, twice
