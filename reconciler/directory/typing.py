"""The types of what a live route tests, and templates where text fields hold them."""

from reconciler.directory.directory import Directory
from reconciler.directory.kinds import Slot
from reconciler.directory.lookup import Lookup
from reconciler.directory.references import (
    Scope,
    Typed,
    read_navigation,
    read_reference,
    returns_type,
)
from reconciler.directory.slots import translate
from reconciler.directory.walk import FieldValue, Translation
from reconciler.model.binding import Binding, Literal
from reconciler.model.condition import Condition
from reconciler.model.config import Config
from reconciler.model.expression import Returns
from reconciler.model.finding import Path
from reconciler.model.route import Route
from reconciler.model.text import (
    TemplateMistake,
    TextTemplate,
    canonical_template,
    parse_template,
)


def type_subjects(route: Route, directory: Directory) -> Route:
    """A route with ids, each condition's `subject_type` filled in as far as the directory knows;
    the literals of text custom fields, which their API spelling does not tell from others, made
    templates; paths and users among the results of expressions by their entries. Everything else
    is unchanged.
    """
    return translate(route, Typing(Lookup(directory, Config())))


class Typing(Translation):
    """The translation that changes no meaning."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup

    def name(self, _slot: Slot, text: str, _path: Path, /) -> str:
        return text

    def literal(self, slot: Slot, literal: Literal, _path: Path, /) -> Literal:
        """A path or a user as files name it: by the entry, where the API has its own id."""
        entry = self.lookup.entry_of(slot, literal.text)
        return Literal(entry, stored=literal.text) if entry else literal

    def reference(self, text: str, scope: Scope, path: Path) -> tuple[str, Typed]:
        return text, read_reference(text, self.lookup, scope, path).typed

    def navigation(self, text: str, start: Typed, path: Path) -> tuple[str, Typed]:
        return text, read_navigation(text, start, self.lookup, path).typed

    def returns(self, returns: Returns, _path: Path, /) -> tuple[Returns, Typed]:
        return returns, returns_type(returns)

    def text_field(self, value: FieldValue, _path: Path, /) -> FieldValue:
        return as_template(value)

    def subject_type(self, _condition: Condition, typed: Typed, _path: Path, /) -> str:
        return typed.type

    def written(self, value: FieldValue) -> FieldValue:
        return value


def as_template(value: FieldValue) -> FieldValue:
    """The one literal of a text field as the template that the API makes of it."""
    text = only_text(value)
    if text is None:
        return canonical_template(value) if isinstance(value, TextTemplate) else value
    template = parse_template(text)
    return plain_template(text) if isinstance(template, TemplateMistake) else template


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
