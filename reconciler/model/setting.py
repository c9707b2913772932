"""One row of the table of settings: what can be said of a setting."""

from dataclasses import dataclass
from typing import Literal

from reconciler.model.declaration import ApiVersion

Kind = Literal[
    "flag",  # true or false
    "word",  # a word of incident.io, `words` are those that we know
    "duration",  # whole seconds
    "text",  # a text, taken as it is
    "name",  # one thing by its name or id
    "names",  # a set of things by their names or ids
    "references",  # a set of values of the alert
    "conditions",  # groups of conditions, `model.condition`
    "value",  # a binding; the order of several values is meaning
    "values",  # a binding whose values are a set
    "flag or value",  # a binding that a file may say with true or false
    "template",  # a text with values of the alert in it, `model.text`
    "section",  # settings of their own, which have a table of their own below
    # Sets of parts, each known by something that it has:
    "sources",  # its source
    "targets",  # its kind and who is paged
    "destinations",  # its channels
    "fields",  # its custom field
    "expressions",  # its reference
    # With rules of their own:
    "again",
    "severity",
]
BINDINGS = frozenset({"value", "values", "flag or value"})
"""Kinds that are a binding."""
SETS = frozenset({"names", "references", "sources", "targets", "destinations"})
"""Kinds that are lists in a file and in the API."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row. Places are steps into a body joined by `/`, from the body itself, or from the list
    element that the table is about; "" where that version of the API has no such field, and None
    where it is the same as in v2.
    """

    field: str  # of the model
    kind: Kind
    v2: str
    v3: str | None = None
    about: str = ""  # what it does, in the words of the reference page
    also_v2: tuple[str, ...] = ()  # further places of v2 that say it
    key: str = ""  # in a file; "" is the field's name
    names: str = ""  # what kind of thing a name in it is, of `directory.kinds`
    words: tuple[str, ...] = ()  # the known ones
    is_key: bool = False  # what the part that holds it is known by
    is_always_written: bool = False  # in a file, even at its default
    pages: bool = True  # it may decide who is paged
    shown: str = ""  # in words: a section that comes or goes, a flag of channels that is unusual
    of: type | None = None  # of a section: whose table has its settings
    lacks: str = ""  # in words, what a version without it has no field for; `{}` is the value
    default: object = None  # what a file means that leaves it out; the model's, if it has one

    def place(self, api: ApiVersion) -> tuple[str, ...]:
        """The steps into a body of this version; () where it has no such field."""
        steps = self.v2 if api == "v2" or self.v3 is None else self.v3
        return tuple(steps.split("/")) if steps else ()
