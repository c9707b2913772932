"""Names to ids: the only step of a plan that can fail on a name."""

from collections.abc import Iterator, Sequence
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
from reconciler.directory.findings import (
    inactive,
    no_entry,
    renamed,
    unchecked,
    unresolved,
    unresolved_reference,
    untyped,
)
from reconciler.directory.lookup import (
    NAMED_BY_CONFIG,
    Known,
    Lookup,
    Unchecked,
    Use,
)
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
    Elsewhere,
    Finding,
    Literal,
    Path,
    Position,
    Returns,
    Route,
    TemplateMistake,
    TextTemplate,
    canonical_template,
    has_errors,
    overlaps,
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
        findings = (*names.findings, *_listed_twice(route, with_ids))
        return Translated(with_ids, tuple(names.lookup.uses), findings)

    return once(directory, (names_in, route, config), translation)


def _listed_twice(named: Route, with_ids: Route) -> Iterator[Finding]:
    """Two spellings of one source or custom field, such as its name and its id."""
    first: dict[str, str] = {}
    for place, (spelled, found) in enumerate(zip(named.sources, with_ids.sources, strict=True)):
        before = first.setdefault(found.source, spelled.source)
        if before != spelled.source:
            message = f"`{before}` and `{spelled.source}` are the same alert source"
            hint = "keep one entry; alternatives go under `when: {any: […]}`"
            at = ("sources", place)
            yield Finding("error", "duplicate-source", message, hint, path=at)
    if named.incident is None or with_ids.incident is None:
        return
    fields: dict[str, str] = {}
    both = zip(named.incident.custom_fields, with_ids.incident.custom_fields, strict=True)
    for written, field in both:
        before = fields.setdefault(field.field, written.field)
        if before != written.field:
            message = f"`{before}` and `{written.field}` are the same custom field"
            path = ("incident", "custom_fields", written.field)
            yield Finding("error", "duplicate-field", message, "keep one of them", path=path)


def resolve_teams(
    names: tuple[str, ...], directory: Directory, config: Config
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Ids for the teams of `owns` in `reconciler.yaml`; findings have no place."""
    translation = Resolution(Lookup(directory, config))
    ids = tuple(translation.name(TEAM, name, ("owns", "teams", i)) for i, name in enumerate(names))
    return ids, tuple(translation.findings)


def resolve_owns(config: Config, directory: Directory) -> tuple[Config, tuple[Finding, ...]]:
    """`owns` with ids of teams; findings have their places, and paths that begin with `owns`."""
    teams, findings = resolve_teams(config.owns_teams, directory, config)
    found = [*_placed(findings, config.owns_teams_at)]
    elsewhere: list[Elsewhere] = []
    for other in config.elsewhere:
        ids, more = resolve_teams(other.teams, directory, config)
        found += _placed(more, other.teams_at)
        elsewhere.append(replace(other, teams=ids))
    resolved = replace(config, owns_teams=teams, elsewhere=tuple(elsewhere))
    if not has_errors(found):  # two names for one team; the file itself told of one name
        known = {clash.position for clash in overlaps(config)}
        found += (clash for clash in overlaps(resolved) if clash.position not in known)
    return resolved, tuple(found)


def _placed(findings: Sequence[Finding], places: Sequence[Position]) -> Iterator[Finding]:
    for finding in findings:
        place = finding.path[-1] if finding.path else None
        known = isinstance(place, int) and place < len(places)
        yield (
            replace(finding, position=places[place])
            if known and isinstance(place, int)
            else finding
        )


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
                    self.findings.append(inactive(row, path))
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
            if self._is_no_entry(slot, literal.text):
                self.findings.append(no_entry(slot, literal.text, self.lookup, path))
            entry = self.lookup.entry_of(slot, literal.text)
            return Literal(entry, stored=literal.text) if entry else Literal(literal.text)
        if slot.kind == "text":
            return Literal(literal.text)
        if slot.kind == "opaque":
            if not looks_like_id(literal.text):
                self.findings.append(untyped(literal.text, path))
            return Literal(literal.text)
        teams = self.lookup.directory.teams.rows if slot == TEAM else ()
        if any(literal.text == team.entry for team in teams):  # an entry of the Team type
            return Literal(literal.text)
        return Literal(self.name(slot, literal.text, path))

    def _is_no_entry(self, slot: Slot, text: str) -> bool:
        """Whether all entries are known, and none has the id, external id or alias."""
        listing = self.lookup.listing(slot)
        _, *others = listing.by_name or ({},)  # of names, then of external ids and aliases
        return (
            slot.kind == "entry"
            and listing.state == "whole"
            and text not in listing.by_id
            and not any(text in index for index in others[:1])
        )

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
