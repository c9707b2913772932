"""Rows and regions of `who` from what the search found."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.model import (
    Binding,
    Condition,
    Expression,
    Reference,
    Route,
)
from reconciler.routing.proof.effects import Deeds, Effect
from reconciler.routing.proof.formula import Formulas
from reconciler.routing.proof.rows import Found, Scope
from reconciler.routing.proof.words import Saying
from reconciler.routing.who import Region, Row, Thing, Unproven, Word
from reconciler.routing.world import Alert

Sides = Sequence[Mapping[str, Sequence[Deeds]]]
"""The changed routes before and after, each under every reading."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Of one source and aspect."""

    rows: tuple[Row, ...] = ()
    unknown: tuple[Unproven, ...] = ()

    @classmethod
    def of(cls, scope: Scope, found: Sequence[Found], sides: Sides, formulas: Formulas) -> "Answer":
        """Rows that have a witness; regions for the others."""
        rows, unknown = [], []
        for row in found:
            region = region_of(scope, row)
            if row.why or row.witness is None:
                unknown.append(Unproven(region, row.why))
                continue
            causes = _causes(row, sides, scope.source, formulas)
            rows.append(_row(row, region, row.witness, causes))
        return cls(tuple(rows), tuple(dict.fromkeys(unknown)))


def region_of(scope: Scope, found: Found) -> Region:
    """What a row says of its alerts."""
    sayings = [(scope.sayings[place], holds) for place, holds in found.cube]
    sayings.sort(key=lambda word: (isinstance(word[0].test, Route), not word[1]))
    words, expressions = _words_of(sayings)
    return Region((scope.source,), (words,) if words else (), expressions)


def _words_of(
    sayings: Iterable[tuple[Saying, bool]],
) -> tuple[tuple[Word, ...], tuple[Expression, ...]]:
    """Words, with expressions that have names of their own in the row."""
    words: list[Word] = []
    known: dict[str, Expression] = {}
    for saying, holds in sayings:
        names: dict[str, str] = {}
        for expression in saying.expressions:
            name = expression.reference
            while name in known and replace(known[name], reference="") != replace(
                expression, reference=""
            ):
                name += "-other"
            names[expression.reference] = name
            known.setdefault(name, replace(expression, reference=name))
        test = saying.test
        if isinstance(test, Condition):
            test = _renamed_condition(test, names)
        if test is not None:
            words.append(Word(test, holds))
    return tuple(words), tuple(known.values())


_NAME = re.compile(r'expressions\["([^"]*)"\]')


def _renamed(path: str, names: Mapping[str, str]) -> str:
    return _NAME.sub(lambda m: f'expressions["{names.get(m[1], m[1])}"]', path)


def _renamed_condition(condition: Condition, names: Mapping[str, str]) -> Condition:
    if all(old == new for old, new in names.items()):
        return condition
    params = tuple(
        Binding(
            tuple(
                Reference(_renamed(value.path, names)) if isinstance(value, Reference) else value
                for value in param.values
            ),
            param.many,
        )
        for param in condition.params
    )
    return replace(condition, subject=_renamed(condition.subject, names), params=params)


def _causes(found: Found, sides: Sides, source: str, formulas: Formulas) -> tuple[str, ...]:
    """The changed routes that do something else to the witness."""
    reading = found.readings[0]
    effects = {effect for group in found.groups for _, effect in group.effects}

    def does(side: Mapping[str, Sequence[Deeds]], key: str, effect: Effect) -> bool:
        if key not in side:
            return False
        return formulas.value(side[key][reading].does(effect, source), found.model)

    before, after = sides
    return tuple(
        key
        for key in sorted({*before, *after})
        if any(does(before, key, effect) != does(after, key, effect) for effect in effects)
    )


def _row(found: Found, region: Region, witness: Alert, causes: tuple[str, ...]) -> Row:
    by_kind: dict[str, list[Effect]] = {}
    for group in found.groups:
        for kind, effect in group.effects:
            by_kind.setdefault(kind, []).append(effect)
    row = Row(
        region,
        witness,
        certain=not found.depends_on,
        nobody=found.nobody,
        depends_on=found.depends_on,
        caused_by=causes,
    )
    match found.groups[0].aspect:
        case "pages":
            return replace(row, lost=_things(by_kind, "lost"), gained=_things(by_kind, "gained"))
        case "twice":
            doubled, undoubled = _things(by_kind, "doubled"), _things(by_kind, "undoubled")
            return replace(row, doubled=doubled, undoubled=undoubled)
        case "channels":
            lost = tuple(str(effect.of) for effect in by_kind.get("lost", ()))
            gained = tuple(str(effect.of) for effect in by_kind.get("gained", ()))
            return replace(row, channels_lost=lost, channels_gained=gained)
        case "incident":
            return replace(row, incident=next(iter(by_kind)))  # type: ignore[arg-type]


def _things(by_kind: Mapping[str, Sequence[Effect]], kind: str) -> tuple[Thing, ...]:
    return tuple(
        (effect.sort, str(effect.of))
        for effect in by_kind.get(kind, ())
        if effect.sort in ("path", "user")
    )


def widest(unknown: Sequence[Unproven]) -> tuple[Unproven, ...]:
    """Without regions of a source of which nothing at all is known."""
    whole = {unproven.region.sources for unproven in unknown if not unproven.region.when}
    left = (
        unproven
        for unproven in unknown
        if not unproven.region.when or unproven.region.sources not in whole
    )
    return tuple(dict.fromkeys(left))


def merged(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows of several sources that say the same, as one."""
    found: dict[str, Row] = {}
    for row in rows:
        bare = replace(row, region=replace(row.region, sources=()), witness=None)  # type: ignore
        known = found.get(repr(bare))
        if known is None:
            found[repr(bare)] = row
            continue
        sources = (*known.region.sources, *row.region.sources)
        found[repr(bare)] = replace(known, region=replace(known.region, sources=sources))
    return tuple(found.values())
