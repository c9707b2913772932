"""Who is paged differently, as JSON: conditions in the API's own shape, each with `holds`.

Whoever reads it needs nothing beside it: a region has its expressions, "taken by a route" its
conditions, and a row the names of the ids in it. The form is part of the plan file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.model import (
    ONE_OF_OPERATIONS,
    Branches,
    Condition,
    ConditionGroups,
    Expression,
    Filter,
    Json,
    Names,
    Observation,
    Route,
    Step,
)
from reconciler.routing.reading import Assumption
from reconciler.routing.who import EMPTY_GROUP, PLAIN, READING, Cube, Region, Row, Thing, Who, Word
from reconciler.routing.world import DESCRIPTION, PRIORITY, TITLE, Alert
from reconciler.wire.common import encode_source
from reconciler.wire.conditions import encode_condition, encode_groups
from reconciler.wire.expressions import encode_expression

JsonObject = dict[str, Json]
ATTRIBUTE = "alert.attributes."
_PARTS = re.compile(r"[^.\[\]\"]+")  # of a reference


def who_document(who: Who, names: Names) -> JsonObject:
    """Keys stand in the order of reading. `names`: of everything, routes too, by id."""
    unknown: list[JsonObject] = [
        {**_region(unproven.region), "why": unproven.why} for unproven in who.unknown
    ]
    return {
        "complete": who.complete,
        "rows": [_named(_row(row, names), names) for row in who.rows],
        "unknown": [_named(alert, names) for alert in unknown],
        "assumed": [_assumption(pin) for pin in who.assumed if isinstance(pin, Assumption)],
        "observed": [_observation(seen) for seen in who.assumed if isinstance(seen, Observation)],
    }


def _named(document: JsonObject, names: Names) -> JsonObject:
    """With the names of the ids that stand in it."""
    ids = {part for text in _texts(document) for part in _PARTS.findall(text)}
    known = {
        identity: names.get(identity) or names.get(f"{ATTRIBUTE}{identity}")
        for identity in sorted(ids)
    }
    found: JsonObject = {
        identity: name for identity, name in known.items() if name and name != identity
    }
    return {**document, "names": found}


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inside in value.items():
            yield key
            yield from _texts(inside)
    elif isinstance(value, Sequence):
        for inside in value:
            yield from _texts(inside)


def _assumption(assumed: Assumption) -> JsonObject:
    return {
        "question": assumed.question,
        "answer": assumed.answer,
        "reason": assumed.reason,
        "since": assumed.since.isoformat(),
    }


def _observation(observed: Observation) -> JsonObject:
    never: JsonObject = {**dict(observed.never)}
    since = observed.since.isoformat()
    return {"never": never, "alerts": observed.alerts, "since": since}


def _region(region: Region) -> JsonObject:
    """One cube must hold, so a region of every alert has one cube, which is empty."""
    cubes: list[Json] = [_cube(cube) for cube in region.when or ((),)]
    document: JsonObject = {"sources": list(region.sources), "when": cubes}
    if region.expressions:
        document["expressions"] = [_expression(expression) for expression in region.expressions]
    return document


def _cube(cube: Cube) -> list[Json]:
    return [_word(word) for word in cube]


def _word(word: Word) -> JsonObject:
    if isinstance(word.test, Route):
        return {"operation": "matches", "body": _body(word.test), "holds": word.holds}
    return {**_condition(word.test), "holds": word.holds}


def _condition(condition: Condition) -> JsonObject:
    if condition.operation == EMPTY_GROUP:
        return {"operation": EMPTY_GROUP}
    if condition.operation == READING:
        return {"operation": READING, "subject": condition.subject}
    return encode_condition(_listed(condition))


def _listed(condition: Condition) -> Condition:
    """Operands of lists in an `array_value`, however few they are: the canonical form forgets it.
    Our own operations have theirs there, too.
    """
    if condition.operation not in PLAIN | ONE_OF_OPERATIONS:
        return condition
    listed = tuple(replace(binding, many=True) for binding in condition.params)
    return replace(condition, params=listed)


def _groups(groups: ConditionGroups) -> ConditionGroups:
    return tuple(tuple(map(_listed, group)) for group in groups)


def _expression(expression: Expression) -> JsonObject:
    return encode_expression(replace(expression, steps=tuple(map(_step, expression.steps))))


def _step(step: Step) -> Step:
    match step:
        case Filter(when):
            return Filter(_groups(when))
        case Branches(returns, cases):
            listed = tuple(replace(case, when=_groups(case.when)) for case in cases)
            return Branches(returns, listed)
        case _:
            return step


def _body(route: Route) -> JsonObject:
    """What decides whether the route takes an alert; both versions of the API spell it alike."""
    return {
        "alert_sources": [
            encode_source(replace(source, when=_groups(source.when))) for source in route.sources
        ],
        "condition_groups": encode_groups(_groups(route.when)),
        "expressions": [_expression(expression) for expression in route.expressions],
        "enabled": route.enabled,
    }


def _row(row: Row, names: Names) -> JsonObject:
    effects: JsonObject = {
        "lost": _things(row.lost),
        "gained": _things(row.gained),
        "nobody": row.nobody or None,
        "doubled": _things(row.doubled),
        "undoubled": _things(row.undoubled),
        "channels_lost": list(row.channels_lost),
        "channels_gained": list(row.channels_gained),
        "incident": row.incident,
        "unless": row.unless or None,
        "depends_on": None if row.certain else _readings(row),
        "caused_by": [names.get(route, route) for route in row.caused_by],
    }
    return {
        **_region(row.region),
        "certain": row.certain,
        **{key: value for key, value in effects.items() if value not in (None, [])},
        "witness": _witness(row.witness),
    }


def _readings(row: Row) -> JsonObject:
    return {question: answer for question, answer in row.depends_on.items()}  # noqa: C416


def _things(things: Sequence[Thing]) -> list[Json]:
    return [[kind, identity] for kind, identity in things]


def _witness(alert: Alert) -> JsonObject:
    """A value of one is a text, of several a list; what the alert lacks is left out."""
    values: dict[str, Json] = {
        reference: found[0] if len(found) == 1 else list(found)
        for reference, found in alert.values.items()
        if found
    }
    document: JsonObject = {"source": alert.source, "title": values.get(TITLE, "")}
    for key, reference in (("description", DESCRIPTION), ("priority", PRIORITY)):
        if reference in values:
            document[key] = values[reference]
    document["attributes"] = {
        reference.removeprefix(ATTRIBUTE): value
        for reference, value in values.items()
        if reference.startswith(ATTRIBUTE)
    }
    return document
