"""Conditions: tests of one value of an alert, in groups."""

from dataclasses import dataclass, field

from reconciler.model.binding import Binding

ONE_OF_OPERATIONS = frozenset(
    {
        "one_of",
        "not_one_of",
        "contains_one_of",
        "not_contains_one_of",
        "all_of",
        "not_all_of",
    }
)
"""Operations whose operand the API takes as `array_value`."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One test: subject, operation, operands.

    `subject` is a reference (its two spellings: see `Reference`), `params` are positional and
    none for is_set and its kin. `subject_type` is the API's type of the subject ("String",
    'CatalogEntry["01…"]'), "" while unknown; it serves the canonical form and is no meaning, so
    two conditions that differ in it alone are equal.
    """

    subject: str
    operation: str
    params: tuple[Binding, ...] = ()
    subject_type: str = field(default="", compare=False, repr=False)


ConditionGroup = tuple[Condition, ...]
"""All must hold."""

ConditionGroups = tuple[ConditionGroup, ...]
"""One must hold; no groups at all: no condition. `((),)` holds one empty group."""
