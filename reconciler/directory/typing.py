"""The types of what a live route tests, and templates where text fields hold them."""

from reconciler.directory.directory import Directory, Slot
from reconciler.directory.lookup import Lookup, Translated, once
from reconciler.directory.references import (
    Scope,
    Typed,
    read_navigation,
    read_reference,
    returns_type,
)
from reconciler.directory.slots import translate
from reconciler.directory.walk import FieldValue, Translation
from reconciler.model import (
    Binding,
    Condition,
    Config,
    Literal,
    Path,
    Returns,
    Route,
    TextTemplate,
    canonical_template,
    is_api_reference,
    stored_template,
)


def type_subjects(route: Route, directory: Directory) -> Route:
    """A route with ids, each condition's `subject_type` filled in as far as the directory knows;
    the literals of text custom fields, which their API spelling does not tell from others, made
    templates; paths and users among the results of expressions by their entries. Everything else
    is unchanged.
    """
    return ids_in(route, directory).route


def ids_in(route: Route, directory: Directory) -> Translated:
    """The same, with every look-up of an id."""

    def translation() -> Translated:
        lookup = Lookup(directory, Config())
        return Translated(translate(route, Typing(lookup)), tuple(lookup.uses))

    return once(directory, (ids_in, route), translation)


class Typing(Translation):
    """The translation that changes no meaning. It looks up each id, to tell what has to be read."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup

    def name(self, slot: Slot, text: str, path: Path, /) -> str:
        self.lookup.find(slot, text, path)
        return text

    def literal(self, slot: Slot, literal: Literal, path: Path, /) -> Literal:
        """A path or a user as files name it: by the entry, where the API has its own id."""
        entry = self.lookup.entry_of(slot, literal.text)
        if slot.kind not in ("text", "opaque"):
            self.lookup.find(slot, entry or literal.text, path)
        return Literal(entry, stored=literal.text) if entry else literal

    def reference(self, text: str, scope: Scope, path: Path) -> tuple[str, Typed]:
        return text, read_reference(text, self.lookup, scope, path).typed

    def navigation(self, text: str, start: Typed, path: Path) -> tuple[str, Typed]:
        return text, read_navigation(text, start, self.lookup, path).typed

    def returns(self, returns: Returns, path: Path, /) -> tuple[Returns, Typed]:
        self.lookup.catalog_type(returns.type, path)
        return returns, returns_type(returns)

    def text(self, value: TextTemplate, _scope: Scope, /) -> TextTemplate:
        return value

    def text_field(self, value: FieldValue, scope: Scope, _path: Path, /) -> FieldValue:
        return as_template(value, self.lookup, scope)

    def subject_type(self, _condition: Condition, typed: Typed, _path: Path, /) -> str:
        return typed.type

    def written(self, value: FieldValue) -> FieldValue:
        return value


def as_template(value: FieldValue, lookup: Lookup, scope: Scope) -> FieldValue:
    """The one literal of a text field as a template. Braces that name nothing of this account or
    this route are text (fact 3.11).
    """
    text = only_text(value)
    if text is None:
        return canonical_template(value) if isinstance(value, TextTemplate) else value
    return stored_template(text, lambda name: names_something(name, lookup, scope))


def names_something(name: str, lookup: Lookup, scope: Scope) -> bool:
    """Whether a name in a stored text is one of a value; true where nobody can look it up."""
    return is_api_reference(name) and read_reference(name, lookup, scope).miss is None


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
