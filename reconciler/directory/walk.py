"""Conditions, bindings, texts and expressions: the parts of a route in which types flow.

One walk serves all directions (names to ids, ids to names, types only). A `Translation` translates
the content of a slot; the walk knows which slot it is and of what type its subject is.
"""

from collections.abc import Iterable
from dataclasses import replace

from reconciler.directory.directory import TEXT, Slot
from reconciler.directory.lookup import Lookup
from reconciler.directory.references import (
    MISSED,
    SCOPE,
    UNKNOWN,
    Scope,
    Typed,
    operand_slot,
    read_navigation,
    read_reference,
    returns_type,
    type_after,
)
from reconciler.model import (
    Binding,
    Branches,
    Case,
    Cast,
    Concatenate,
    Condition,
    ConditionGroups,
    Document,
    Expression,
    Filter,
    Literal,
    Navigate,
    Parse,
    Path,
    Reference,
    Returns,
    Segment,
    Step,
    TextTemplate,
    Value,
    canonical_template,
    is_api_reference,
    stored_template,
)

FieldValue = Binding | TextTemplate | Document


class Translation:
    """One direction; this one changes no meaning. It looks up each id, to find out which lists have
    to be read, fills in the types of subjects, and makes templates of the literals of text fields.

    Each method gets the place it works at. Types come in the API's spelling.
    """

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup

    def name(self, slot: Slot, text: str, path: Path, /) -> str:
        """A name or id that stands alone: a source, an owner, a custom field."""
        self.lookup.find(slot, text, path)
        return text

    def literal(self, slot: Slot, literal: Literal, path: Path, /) -> Literal:
        """A literal of a binding. The entry stands for a path or a user, as in files."""
        entry = self.lookup.entry_of(slot, literal.text)
        if slot.kind not in ("text", "opaque"):
            self.lookup.find(slot, entry or literal.text, path)
        return Literal(entry, stored=literal.text) if entry else literal

    def reference(self, text: str, scope: Scope, path: Path, /) -> tuple[str, Typed]:
        """A reference, and the type of what it points at."""
        return text, read_reference(text, self.lookup, scope, path).typed

    def navigation(self, text: str, start: Typed, path: Path, /) -> tuple[str, Typed]:
        """The attribute that a navigate step follows from a value of type `start`."""
        return text, read_navigation(text, start, self.lookup, path).typed

    def returns(self, returns: Returns, path: Path, /) -> tuple[Returns, Typed]:
        """A type that an expression declares."""
        self.lookup.catalog_type(returns.type, path)
        return returns, returns_type(returns)

    def text(self, value: TextTemplate, _scope: Scope, /) -> TextTemplate | Document:
        """A name or a summary, before its references are translated."""
        return value

    def text_field(self, value: FieldValue, scope: Scope, _path: Path, /) -> FieldValue:
        """The value of a text custom field, before its references are translated."""
        return as_template(value, self.lookup, scope)

    def written(self, value: FieldValue, /) -> FieldValue:
        """The value of a text custom field, after that."""
        return value

    def subject_type(self, _condition: Condition, typed: Typed, _path: Path, /) -> str:
        """The type that the condition states for its subject, whose type is `typed`."""
        return typed.type


class Walk:
    """The walk through one route. Each expression is translated once, when first needed."""

    def __init__(self, expressions: Iterable[Expression], translation: Translation) -> None:
        self._translation = translation
        self._expressions = tuple(expressions)
        self._done: dict[int, tuple[Expression, Typed]] = {}
        self._open: set[int] = set()
        self._places: dict[str, int] = {}
        for place, expression in enumerate(self._expressions):
            self._places.setdefault(expression.reference, place)
        self._scope = Scope(self._type_of, tuple(self._places))

    def scope(self, element: Typed | None = None) -> Scope:
        """The scope of references; `element` inside filters."""
        return self._scope if element is None else replace(self._scope, element=element)

    def _type_of(self, reference: str) -> Typed | None:
        place = self._places.get(reference)
        if place is None:
            return None
        if place in self._open:  # a cycle, which the API refuses
            return MISSED
        return self._translated(place)[1]

    def expressions(self) -> tuple[Expression, ...]:
        return tuple(self._translated(place)[0] for place in range(len(self._expressions)))

    def _translated(self, place: int) -> tuple[Expression, Typed]:
        if place not in self._done:
            self._open.add(place)
            self._done[place] = self._expression(self._expressions[place])
            self._open.discard(place)
        return self._done[place]

    def _expression(self, expression: Expression) -> tuple[Expression, Typed]:
        path: Path = ("expressions", expression.reference)
        root, current = self._translation.reference(expression.root, self.scope(), (*path, "from"))
        alone = len(expression.steps) == 1 and current == SCOPE
        steps: list[Step] = []
        for number, step in enumerate(expression.steps):
            at = path if alone and isinstance(step, Branches) else (*path, "steps", number)
            translated, current = self._step(step, current, at)
            steps.append(translated)
        otherwise = expression.otherwise
        if otherwise is not None:
            slot = operand_slot(current, "", self._translation.lookup, (*path, "else"))
            otherwise = self.binding(otherwise, slot, (*path, "else"))
        changed = replace(expression, root=root, steps=tuple(steps), otherwise=otherwise)
        return changed, current

    def _step(self, step: Step, start: Typed, path: Path) -> tuple[Step, Typed]:
        navigated = returned = UNKNOWN
        match step:
            case Navigate(reference) if start == SCOPE:
                at = (*path, "navigate")
                text, navigated = self._translation.reference(reference, self.scope(), at)
                step = Navigate(text)
            case Navigate(reference):
                at = (*path, "navigate")
                text, navigated = self._translation.navigation(reference, start, at)
                step = Navigate(text)
            case Filter(when):
                step = Filter(self.groups(when, (*path, "filter"), element=start))
            case Concatenate(str(reference)):
                at = (*path, "concatenate")
                step = Concatenate(self._translation.reference(reference, self.scope(), at)[0])
            case Cast(returns):
                given, returned = self._translation.returns(returns, (*path, "cast"))
                step = Cast(given)
            case Parse(source, returns):
                at = (*path, "parse", "returns")
                given, returned = self._translation.returns(returns, at)
                step = Parse(source, given)
            case Branches():
                step, returned = self._branches(step, (*path, "branches"))
            case _:
                pass
        return step, type_after(start, step, navigated, returned)

    def _branches(self, step: Branches, path: Path) -> tuple[Branches, Typed]:
        returns, typed = self._translation.returns(step.returns, (*path, "returns"))
        slot = operand_slot(typed, "", self._translation.lookup, (*path, "returns"))
        cases = []
        for number, case in enumerate(step.cases):
            at = (*path, "cases", number)
            when = self.groups(case.when, (*at, "when"))
            cases.append(Case(when, self.binding(case.result, slot, (*at, "then"))))
        return Branches(returns, tuple(cases)), typed

    def groups(
        self, groups: ConditionGroups, path: Path, element: Typed | None = None
    ) -> ConditionGroups:
        """Condition groups; paths count groups, then conditions."""
        if not groups:
            return groups
        scope = self.scope(element)
        return tuple(
            tuple(
                self._condition(condition, scope, (*path, number, place))
                for place, condition in enumerate(group)
            )
            for number, group in enumerate(groups)
        )

    def _condition(self, condition: Condition, scope: Scope, path: Path) -> Condition:
        lookup = self._translation.lookup
        subject, typed = self._translation.reference(condition.subject, scope, (*path, "subject"))
        subject_type = self._translation.subject_type(condition, typed, path)
        slot = TEXT
        if condition.params:  # without operands the type's entries are not needed
            slot = operand_slot(typed, condition.operation, lookup, (*path, "subject"))
        params = tuple(
            self._binding(binding, slot, scope, (*path, "params", number))
            for number, binding in enumerate(condition.params)
        )
        return Condition(subject, condition.operation, params, subject_type)

    def binding(self, binding: Binding, slot: Slot, path: Path) -> Binding:
        """A binding; several values add their number to the path."""
        return self._binding(binding, slot, self.scope(), path)

    def _binding(self, binding: Binding, slot: Slot, scope: Scope, path: Path) -> Binding:
        several = len(binding.values) > 1
        values: list[Value] = []
        for number, value in enumerate(binding.values):
            at = (*path, number) if several else path
            if isinstance(value, Literal):
                values.append(self._translation.literal(slot, value, at))
            else:
                values.append(Reference(self._translation.reference(value.path, scope, at)[0]))
        return Binding(tuple(values), binding.many)

    def template(self, template: TextTemplate, path: Path) -> TextTemplate:
        scope = self.scope()

        def translated(segment: Segment) -> Segment:
            if isinstance(segment, str):
                return segment
            return Reference(self._translation.reference(segment.path, scope, path)[0])

        return TextTemplate(tuple(tuple(map(translated, line)) for line in template.paragraphs))


def as_template(value: FieldValue, lookup: Lookup, scope: Scope) -> FieldValue:
    """The only literal as a template; braces that name nothing known are text (fact 3.11)."""
    text = only_text(value)
    if text is None:
        return canonical_template(value) if isinstance(value, TextTemplate) else value

    def is_value(name: str) -> bool:  # also where it cannot be looked up
        return is_api_reference(name) and read_reference(name, lookup, scope).miss is None

    return stored_template(text, is_value)


def only_text(value: FieldValue) -> str | None:
    """The text of a binding that holds one literal and nothing else."""
    if isinstance(value, Binding) and len(value.values) == 1:
        (only,) = value.values
        return only.text if isinstance(only, Literal) else None
    return None


def plain_template(text: str) -> TextTemplate:
    """A text without references, braces and all."""
    lines = tuple((line,) if line else () for line in text.split("\n"))
    return canonical_template(TextTemplate(lines))
