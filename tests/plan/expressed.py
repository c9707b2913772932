"""Expressions that decide whom a route pages, in small."""

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Condition,
    ConditionGroups,
    Expression,
    Reference,
    Returns,
    Route,
    Step,
    Target,
    one,
)
from tests.plan.parts import production

PATH_TYPE = Returns('CatalogEntry["01PATHTYPE"]')
ATTRIBUTE = "alert.attributes.01PATH"


def priority(*values: str) -> ConditionGroups:
    """`priority: [values]`."""
    return ((Condition("alert.priority", "one_of", tuple(one(value) for value in values)),),)


def ref(path: str) -> Binding:
    """A reference."""
    return Binding((Reference(path),))


def named(expression: str) -> Target:
    """A target that an expression fills."""
    return Target("path", ref(f'expressions["{expression}"]'))


def branches(
    *cases: tuple[str | ConditionGroups, Binding], otherwise: Binding | None = None
) -> Expression:
    """`who`: for each priority, or under these conditions, its result."""
    made = tuple(
        Case(priority(when) if isinstance(when, str) else when, result) for when, result in cases
    )
    return Expression("who", "who", ".", (Branches(PATH_TYPE, made),), otherwise)


def computed(
    root: str, *steps: Step, name: str = "who", otherwise: Binding | None = None
) -> Expression:
    """An expression of steps."""
    return Expression(name, name, root, steps, otherwise)


def deciding(*expressions: Expression, targets: tuple[Target, ...] = (named("who"),)) -> Route:
    """A route whose targets are `who`, unless others are given."""
    from dataclasses import replace

    return replace(production(targets=targets), expressions=expressions)
