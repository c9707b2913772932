"""What a route tests and computes on an alert: bindings, conditions and expressions."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written.

    With names: what the dashboard shows ("Engineering On-Call"), or text. With ids: what the API
    stores. `exact` marks a literal that no directory may translate (`{literal: …}` in a file, an
    external id in incident.io); it means nothing once names are resolved. `stored` is how the API
    has it where that is another id of the same thing: no meaning, but what is written back.
    """

    text: str
    exact: bool = False
    stored: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """A value taken from the alert.

    With names: the file's grammar ("service", "attribute:Escalation path"). With ids: the API's
    ("alert.title", "alert.attributes.<id>", 'expressions["ref"]').
    """

    path: str


Value = Literal | Reference


@dataclass(frozen=True, slots=True)
class Binding:
    """The content of a slot. `many` is the API's `array_value`, otherwise it is `value`.

    `Binding((), many=True)` is an empty array; `Binding(())` has neither (fact 3.4).
    """

    values: tuple[Value, ...] = ()
    many: bool = False


def one(text: str) -> Binding:
    """A single literal, as `value`."""
    return Binding((Literal(text),))


def many(*texts: str) -> Binding:
    """Literals as `array_value`."""
    return Binding(tuple(Literal(text) for text in texts), many=True)


def reference(path: str) -> Binding:
    """A single reference, as `value`."""
    return Binding((Reference(path),))


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
    """A test: subject, operation, operands.

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
"""One of them must hold; no groups at all: no condition. `((),)` holds one empty group."""


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
    """A branch: the first whose groups hold gives the result."""

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
