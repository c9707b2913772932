"""What routes do to one alert under one reading, worked out by hand as plainly as possible.

It knows no formulas, and shares no code with what it tests. A question that incident.io leaves open
for good (an operation of unknown meaning) is answered by `answers`: any function will do.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.model import (
    Branches,
    Condition,
    ConditionGroups,
    Expression,
    Filter,
    Literal,
    Navigate,
    Plain,
    Reference,
    Route,
    without_team,
)
from reconciler.routing.reading import Reading
from reconciler.routing.who import Cube, Region, Row, Word
from reconciler.routing.world import Alert, Kind, World

Values = tuple[str, ...]
Answers = Callable[[object], bool]


class UndecidedError(Exception):
    """What this oracle cannot work out."""


def fold(text: str) -> str:
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@dataclass(frozen=True)
class Outcome:
    """Routes by what they do: how many page a thing, post to a channel, start an incident."""

    pages: Counter[tuple[str, str]]
    channels: Counter[str]
    incidents: int


@dataclass(frozen=True)
class Oracle:
    world: World
    reading: Reading
    alert: Alert
    answers: Answers

    def outcome(self, routes: Mapping[str, Route]) -> Outcome:
        pages: Counter[tuple[str, str]] = Counter()
        channels: Counter[str] = Counter()
        incidents = 0
        for route in routes.values():
            if not self.takes(route):
                continue
            scope = {one.reference: one for one in route.expressions}
            paged = {
                (target.kind, self.world.paged.get(one, one))
                for target in route.escalate.targets
                for one in self.bound(target.binding.values, scope)
            }
            pages.update(paged)
            posted = {
                without_team(one)
                for place in route.notify
                if self.hold(place.when, scope)
                for told in (place.slack, place.ms_teams)
                if told is not None
                for one in self.bound(told.channel.values, scope)
            }
            channels.update(posted)
            if route.incident is not None:
                incidents += self.hold(route.incident.when, scope)
        return Outcome(pages, channels, incidents)

    def takes(self, route: Route) -> bool:
        scope = {one.reference: one for one in route.expressions}
        return route.enabled and any(
            place.source == self.alert.source
            and self.hold(place.when, scope)
            and self.hold(route.when, scope)
            for place in route.sources
        )

    def bound(self, values: tuple[object, ...], scope: Mapping[str, Expression]) -> Values:
        found: dict[str, None] = {}
        for value in values:
            if isinstance(value, Literal):
                found[value.text] = None
            elif isinstance(value, Reference):
                found.update(dict.fromkeys(self.value(value.path, scope)[1]))
        return tuple(found)

    def hold(
        self, groups: ConditionGroups, scope: Mapping[str, Expression], element: object = None
    ) -> bool:
        return not groups or any(
            all(self.holds(one, scope, element) for one in group)
            if group
            else self.reading.empty_group
            for group in groups
        )

    def value(
        self, path: str, scope: Mapping[str, Expression], element: object = None
    ) -> tuple[Kind, Values]:
        if path.endswith('"]') and ".catalog_attribute" in path:
            root, _, hop = path.rpartition(".catalog_attribute")
            return self.navigated(self.value(root, scope, element), hop[2:-2])
        if path == "input":
            assert isinstance(element, tuple)
            return element[0], element[1]
        if path.startswith("expressions["):
            return self.expression(scope[path[13:-2]], scope)
        return self.world.kind(path), self.alert.values.get(path, ())

    def navigated(self, start: tuple[Kind, Values], attribute: str) -> tuple[Kind, Values]:
        read = self.world.catalog[start[0].type]
        entries = {one.id: one for one in read.entries}
        found: dict[str, None] = {}
        for one in start[1]:
            found.update(dict.fromkeys((entries[one].values or {})[attribute]))
        return read.attributes[attribute], tuple(found)

    def expression(
        self, expression: Expression, scope: Mapping[str, Expression]
    ) -> tuple[Kind, Values]:
        otherwise = self.bound(expression.otherwise.values, scope) if expression.otherwise else ()
        if expression.steps and isinstance(expression.steps[0], Branches):
            branches = expression.steps[0]
            kind = Kind(branches.returns.type, branches.returns.array)
            for case in branches.cases:
                if self.hold(case.when, scope):
                    result = self.bound(case.result.values, scope)
                    if not result and otherwise:
                        raise UndecidedError
                    return kind, result
            return kind, otherwise
        kind, values = self.value(expression.root, scope)
        for step in expression.steps:
            match step:
                case Navigate(reference):
                    kind, values = self.navigated((kind, values), reference.split('"')[1])
                case Filter(when):
                    one = Kind(kind.type)
                    values = tuple(v for v in values if self.hold(when, scope, (one, (v,))))
                case Plain("count"):
                    kind, values = Kind("Number"), (str(len(values)),)
                case Plain("first"):
                    if len(values) > 1:
                        raise UndecidedError
                case _:
                    raise UndecidedError
        return kind, values or otherwise

    def holds(
        self, condition: Condition, scope: Mapping[str, Expression], element: object = None
    ) -> bool:
        kind, values = self.value(condition.subject, scope, element)
        operands = [v.text for p in condition.params for v in p.values if isinstance(v, Literal)]
        if kind.type.startswith("CatalogEntry["):
            return self.entry_holds(condition, kind, values, operands)
        match condition.operation:
            case "is_set" | "is_not_set":
                there = bool(values) if self.reading.empty_text_is_set else any(values)
                return there == (condition.operation == "is_set")
            case "contains":
                return any(self.has(value, one) for value in values for one in operands)
            case "contains_one_of" | "one_of":
                test = self.equals if self.reading.text_one_of else self.has
                return any(test(value, one) for value in values for one in operands)
            case operation:
                return self.answers((operation, tuple(sorted(operands)), values))

    def entry_holds(
        self, condition: Condition, kind: Kind, values: Values, operands: list[str]
    ) -> bool:
        entries = {one.id: one for one in self.world.catalog[kind.type].entries}
        match condition.operation:
            case "is_set" | "is_not_set":
                return bool(values) == (condition.operation == "is_set")
            case "one_of" | "contains_one_of":
                return any(
                    one in (value, entries[value].external_id)
                    for value in values
                    for one in operands
                )
            case "name_contains" | "contains":
                return any(
                    self.has(entries[value].name, one) for value in values for one in operands
                )
            case operation:
                return self.answers((operation, tuple(sorted(operands)), values))

    def has(self, text: str, part: str) -> bool:
        return part in text if self.reading.text_case else fold(part) in fold(text)

    def equals(self, text: str, other: str) -> bool:
        return text == other if self.reading.text_case else fold(text) == fold(other)

    # Rows

    def inside(self, region: Region) -> bool:
        """Whether the alert is in a region."""
        scope = {one.reference: one for one in region.expressions}
        return self.alert.source in region.sources and (
            not region.when or any(self.cube(cube, scope) for cube in region.when)
        )

    def applies(self, row: Row) -> bool:
        """Whether a row is about this alert, under this reading."""
        answers = row.depends_on.items()
        return all(self.reading.answer(q) == a for q, a in answers) and self.inside(row.region)

    def cube(self, cube: Cube, scope: Mapping[str, Expression]) -> bool:
        return all(self.word(word, scope) == word.holds for word in cube)

    def word(self, word: Word, scope: Mapping[str, Expression]) -> bool:
        if isinstance(word.test, Route):
            return self.takes(word.test)
        condition = word.test
        operands = [v.text for p in condition.params for v in p.values if isinstance(v, Literal)]
        values = self.alert.values.get(condition.subject, ())
        match condition.operation:
            case "written":
                return any(value in operands for value in values)
            case "written in any case":
                return any(fold(value) == fold(one) for value in values for one in operands)
            case "has":
                return any(one in value for value in values for one in operands)
            case "has in any case":
                return any(fold(one) in fold(value) for value in values for one in operands)
            case "present":
                return bool(values)
            case "is entry":
                return any(value in operands for value in values)
            case _:
                return self.holds(condition, scope)
