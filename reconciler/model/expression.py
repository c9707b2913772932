"""Expressions: named computations on an alert."""

from dataclasses import dataclass

from reconciler.model.condition import Binding, ConditionGroups

ROOT_OF_ALERT = "."
PLAIN_STEPS = ("first", "count", "min", "max", "sum", "random")


@dataclass(frozen=True, slots=True)
class Returns:
    """A type. With names a catalog type has its name and `catalog`; with ids the API's spelling
    ('CatalogEntry["01…"]') and no `catalog`. Everything else is the API's own word.
    """

    type: str
    array: bool = False
    catalog: bool = False


@dataclass(frozen=True, slots=True)
class Plain:
    """An operation without a body, one of PLAIN_STEPS."""

    operation: str


@dataclass(frozen=True, slots=True)
class Navigate:
    """Follow an attribute of a catalog entry.

    With names: the attribute's name, or the raw API form; with ids: the API's.
    """

    reference: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Keep the elements for which the groups hold; the element is `input`."""

    when: ConditionGroups


@dataclass(frozen=True, slots=True)
class Concatenate:
    """Unite with another value; None when the read hides it (part 2 of the API facts)."""

    reference: str | None


@dataclass(frozen=True, slots=True)
class Cast:
    """Convert to a type."""

    returns: Returns


@dataclass(frozen=True, slots=True)
class Parse:
    """Compute with JavaScript; the value is `$`."""

    source: str
    returns: Returns


@dataclass(frozen=True, slots=True)
class Case:
    """One branch: the first whose groups hold gives the result."""

    when: ConditionGroups
    result: Binding


@dataclass(frozen=True, slots=True)
class Branches:
    """If, else if, …; the expression's `otherwise` is the else."""

    returns: Returns
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class RawStep:
    """An operation that we do not know, as its JSON text (keys sorted, no spaces)."""

    json: str


Step = Plain | Navigate | Filter | Concatenate | Cast | Parse | Branches | RawStep


@dataclass(frozen=True, slots=True)
class Expression:
    """`reference` is its name in the route; its label is meaning and is compared."""

    reference: str
    label: str
    root: str  # a reference, or ROOT_OF_ALERT
    steps: tuple[Step, ...] = ()
    otherwise: Binding | None = None
