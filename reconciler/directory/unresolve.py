"""Ids to names, for import and for reports: the inverse of resolve.

A name is written only where resolving it gives the very same id again; everything else stays an
id. So resolving the result is the identity, whatever names an account has.
"""

from collections.abc import Iterator

from reconciler.directory.directory import (
    BUILT_INS,
    CATALOG_TYPE,
    Directory,
    Slot,
    current_name,
    looks_like_id,
)
from reconciler.directory.lookup import Known, Lookup, Missing, Unchecked
from reconciler.directory.references import (
    Hop,
    Root,
    Scope,
    Typed,
    api_hop,
    api_root,
    carried,
    named_hop,
    parse_reference,
    raw_navigation,
    read_navigation,
    read_reference,
    returns_type,
    spellable,
)
from reconciler.directory.translate import translate
from reconciler.directory.walk import FieldValue, Translation, as_template
from reconciler.model import (
    Condition,
    Config,
    Document,
    Literal,
    Path,
    Returns,
    Route,
    TextTemplate,
    document_of,
    format_template,
    has_references,
    one,
    stored_template,
)


def unresolve(route: Route, directory: Directory, config: Config) -> Route:
    """The route with names for ids, as a file says it. Ids that are unknown, or whose names are
    not unique, stay; an unknown literal of a catalog type (an external id) becomes exact.
    """
    return translate(route, Unresolution(Lookup(directory, config)))


class Unresolution(Translation):
    def name(self, slot: Slot, text: str, path: Path) -> str:
        for candidate in self._names(slot, text, path):
            if carried(candidate) and self._means(slot, candidate, text):
                return candidate
        return text

    def _names(self, slot: Slot, text: str, path: Path) -> Iterator[str]:
        """Names that could stand for an id, the best first."""
        for name, given in self.lookup.configured(slot.kind).items():
            if given == text:
                yield name
        row = self.lookup.listing(slot).by_id.get(text)
        self.lookup.find(slot, text, path)
        if row is not None:
            yield current_name(row)
            yield row.name

    def _means(self, slot: Slot, candidate: str, text: str) -> bool:
        answer = self.lookup.find(slot, candidate)
        return isinstance(answer, Known) and answer.id == text

    def literal(self, slot: Slot, literal: Literal, path: Path) -> Literal:
        text = self.lookup.entry_of(slot, literal.text) or literal.text
        if slot.kind in ("text", "opaque"):
            # Where it is a text field, which is unknown here, braces would be a reference.
            plain = slot.kind == "opaque" and "{{" in text
            return Literal(text, exact=plain and not has_references(stored_template(text)))
        name = self.name(slot, text, path)
        if name != text:
            return Literal(name)
        answer = self.lookup.find(slot, text)
        if isinstance(answer, Known | Unchecked) and answer.id == text:
            return Literal(text)
        clear = looks_like_id(text) and slot.kind != "entry" and isinstance(answer, Missing)
        return Literal(text, exact=not clear)

    def reference(self, text: str, scope: Scope, path: Path) -> tuple[str, Typed]:
        read = read_reference(text, self.lookup, scope, path)
        if read.miss is not None or read.text != text:
            return text, read.typed
        spelled = parse_reference(text)
        api = api_root(spelled.root)
        written = self._first(self._roots(spelled.root), api, scope)
        for hop in spelled.hops:
            start = read_reference(api, self.lookup, scope).typed
            api += api_hop(hop.text)
            written = self._first(self._hopped(written, hop, start), api, scope)
        return written, read.typed

    def _first(self, spellings: Iterator[str], api: str, scope: Scope) -> str:
        """The first that reads as what the API says; failing that, the API's own words."""
        for spelling in spellings:
            read = read_reference(spelling, self.lookup, scope)
            if read.miss is None and read.text == api:
                return spelling
        return api

    def _roots(self, root: Root) -> Iterator[str]:
        if root.kind == "attribute":
            row = self.lookup.directory.attributes.by_id.get(root.text)
            if row is not None and spellable(row.name):
                yield row.name
                yield f"attribute:{row.name}"
        for name, built_in in BUILT_INS.items():
            if built_in.path == root.text:
                yield name

    def _hopped(self, written: str, hop: Hop, start: Typed) -> Iterator[str]:
        """Spellings of a reference with one more hop."""
        found, _ = self.lookup.catalog_attribute(start.type, hop.text)
        if found is not None and spellable(found.name):
            yield written + named_hop(found.name)
        yield written + api_hop(hop.text)

    def navigation(self, text: str, start: Typed, path: Path) -> tuple[str, Typed]:
        read = read_navigation(text, start, self.lookup, path)
        attribute_id = raw_navigation(text)
        if attribute_id is None:
            return text, read.typed
        found, _ = self.lookup.catalog_attribute(start.type, attribute_id)
        name = found.name if found is not None and spellable(found.name) else text
        named = read_navigation(name, start, self.lookup)
        exact = named.miss is None and named.text == text
        return (name if exact else text), read.typed

    def returns(self, returns: Returns, path: Path) -> tuple[Returns, Typed]:
        kind = self.lookup.catalog_type(returns.type, path)
        if kind is not None and kind.engine_type == returns.type:
            name = self.name(CATALOG_TYPE, kind.id, path)
            if name != kind.id:
                return Returns(name, returns.array, catalog=True), returns_type(returns)
        return returns, returns_type(returns)

    def text(self, value: TextTemplate, scope: Scope, /) -> TextTemplate | Document:
        """A text that uses what is gone stays a document: a file cannot name it."""
        return value if self._all_there(value, scope) else document_of(value)

    def text_field(self, value: FieldValue, scope: Scope, _path: Path, /) -> FieldValue:
        template = as_template(value, self.lookup, scope)
        return self.text(template, scope) if isinstance(template, TextTemplate) else template

    def _all_there(self, value: TextTemplate, scope: Scope) -> bool:
        references = (part for line in value.paragraphs for part in line)
        return all(
            isinstance(part, str) or read_reference(part.path, self.lookup, scope).miss is None
            for part in references
        )

    def subject_type(self, _condition: Condition, _typed: Typed, _path: Path, /) -> str:
        return ""  # a file says nothing about types

    def written(self, value: FieldValue) -> FieldValue:
        return one(format_template(value)) if isinstance(value, TextTemplate) else value
