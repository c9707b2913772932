"""Names to ids: the only step of a plan that can fail on a name."""

from collections.abc import Sequence
from dataclasses import replace

from reconciler.directory.directory import (
    CATALOG_TYPE,
    TEAM,
    Directory,
    Person,
    Slot,
    current_name,
    looks_like_id,
)
from reconciler.directory.findings import renamed, unchecked, unresolved, unresolved_reference
from reconciler.directory.lookup import NAMED_BY_CONFIG, Known, Lookup, Unchecked, Use
from reconciler.directory.references import (
    MISSED,
    Scope,
    Typed,
    read_navigation,
    read_reference,
    returns_type,
)
from reconciler.directory.translate import Translated, once, translate
from reconciler.directory.walk import FieldValue, Translation, only_text, plain_template
from reconciler.model import (
    Binding,
    Condition,
    Config,
    Declaration,
    Finding,
    Literal,
    Path,
    Returns,
    Route,
    TemplateMistake,
    TextTemplate,
    canonical_template,
    parse_template,
)


def resolve(
    declaration: Declaration, directory: Directory, config: Config
) -> tuple[Declaration, tuple[Finding, ...]]:
    """The declaration with ids for names, and all findings on the way, with their places.

    A name without an id stays, and there is an error for it; raises nothing.
    """
    found = names_in(declaration.route, directory, config)
    findings = tuple(
        declaration.positions.locate(replace(finding, route=declaration.route.name))
        for finding in found.findings
    )
    return replace(declaration, route=found.route), findings


def names_in(route: Route, directory: Directory, config: Config) -> Translated:
    """The same of a route alone, with the look-ups; findings have no positions."""

    def translation() -> Translated:
        names = Resolution(Lookup(directory, config))
        with_ids = translate(route, names)
        return Translated(with_ids, tuple(names.lookup.uses), tuple(names.findings))

    return once(directory, (names_in, route, config), translation)


def resolve_teams(
    names: tuple[str, ...], directory: Directory, config: Config
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Ids for the teams of `owns` in `reconciler.yaml`; findings have no place."""
    translation = Resolution(Lookup(directory, config))
    ids = tuple(translation.name(TEAM, name, ("owns", "teams", i)) for i, name in enumerate(names))
    return ids, tuple(translation.findings)


class Resolution(Translation):
    """The translation from names to ids; `findings` collects the mistakes."""

    def __init__(self, lookup: Lookup) -> None:
        super().__init__(lookup)
        self.findings: list[Finding] = []
        self._unchecked: set[str] = set()

    def name(self, slot: Slot, text: str, path: Path) -> str:
        answer = self.lookup.find(slot, text, path)
        self._note_renamed(self.lookup.uses[-1:])
        match answer:
            case Known(found, row):
                if isinstance(row, Person) and not row.active:
                    self.findings.append(_inactive(row, path))
                return found
            case Unchecked(found):
                # Once for each kind. Channels and templates cannot be checked at all.
                if slot.kind not in NAMED_BY_CONFIG and slot.kind not in self._unchecked:
                    self._unchecked.add(slot.kind)
                    self.findings.append(unchecked(slot, self.lookup, path))
                return found
        self.findings.append(unresolved(slot, text, answer, self.lookup, path))
        return text

    def _note_renamed(self, uses: Sequence[Use], path: Path | None = None) -> None:
        """Of what was looked up at the path; an expression on the way has one of its own."""
        for use in uses:
            row = self.lookup.renamed(use) if path in (None, use.path) else None
            if row is not None:
                self.findings.append(renamed(use, current_name(row)))

    def literal(self, slot: Slot, literal: Literal, path: Path) -> Literal:
        if literal.exact:
            entry = self.lookup.entry_of(slot, literal.text)
            return Literal(entry, stored=literal.text) if entry else Literal(literal.text)
        if slot.kind == "text":
            return Literal(literal.text)
        if slot.kind == "opaque":
            if not looks_like_id(literal.text):
                self.findings.append(_untyped(literal.text, path))
            return Literal(literal.text)
        teams = self.lookup.directory.teams.rows if slot == TEAM else ()
        if any(literal.text == team.entry for team in teams):  # an entry of the Team type
            return Literal(literal.text)
        return Literal(self.name(slot, literal.text, path))

    def reference(self, text: str, scope: Scope, path: Path) -> tuple[str, Typed]:
        before = len(self.lookup.uses)
        read = read_reference(text, self.lookup, scope, path)
        self._note_renamed(self.lookup.uses[before:], path)
        if read.miss is not None:
            self.findings.append(unresolved_reference(read.miss, scope, self.lookup, path))
        return read.text, read.typed

    def navigation(self, text: str, start: Typed, path: Path) -> tuple[str, Typed]:
        before = len(self.lookup.uses)
        read = read_navigation(text, start, self.lookup, path)
        self._note_renamed(self.lookup.uses[before:], path)
        if read.miss is not None:
            scope = Scope(lambda _: None)
            self.findings.append(unresolved_reference(read.miss, scope, self.lookup, path))
        return read.text, read.typed

    def returns(self, returns: Returns, path: Path) -> tuple[Returns, Typed]:
        if not returns.catalog:
            return returns, returns_type(returns)
        found = self.name(CATALOG_TYPE, returns.type, path)
        kind = self.lookup.directory.catalog_types.by_id.get(found)
        if kind is not None:
            given = Returns(kind.engine_type, returns.array)
        elif looks_like_id(found):
            given = Returns(f'CatalogEntry["{found}"]', returns.array)
        else:
            return returns, MISSED
        return given, returns_type(given)

    def text_field(self, value: FieldValue, _scope: Scope, path: Path, /) -> FieldValue:
        text = only_text(value)
        if text is None or not isinstance(value, Binding):
            return canonical_template(value) if isinstance(value, TextTemplate) else value
        (only,) = value.values
        if isinstance(only, Literal) and only.exact:
            return plain_template(text)
        template = parse_template(text)
        if isinstance(template, TemplateMistake):
            hint = "a literal `{{` is written `\\{{`"
            self.findings.append(
                Finding("error", "bad-template", template.message, hint, path=path)
            )
            return value
        return template

    def subject_type(self, condition: Condition, typed: Typed, path: Path, /) -> str:
        flag = condition.operation in ("is_true", "is_false")
        if flag and typed.type not in ("", "Bool"):
            word = condition.operation.removeprefix("is_")
            message = (
                f"`{condition.subject}` is of type {typed.type}, and only booleans can be {word}"
            )
            hint = f'write "{word}" in quotes to compare with that text'
            self.findings.append(Finding("error", "not-a-flag", message, hint, path=path))
        return typed.type


def _inactive(person: Person, path: Path) -> Finding:
    who = person.email or person.name
    message = f"incident.io does not page {who}: the user left, or is not active yet"
    hint = "name another user, or an escalation path"
    return Finding("warning", "inactive-user", message, hint, path=path)


def _untyped(text: str, path: Path) -> Finding:
    message = f'"{text}" is sent unchanged, because its type is unknown'
    hint = "for a catalog entry, use the entry's id; for plain text, write `{literal: …}`"
    return Finding("warning", "untyped-operand", message, hint, path=path)
