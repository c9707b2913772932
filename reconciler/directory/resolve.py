"""Names to ids: the only step of a plan that can fail on a name, and the findings of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reconciler.directory.directory import (
    BUILT_INS,
    CATALOG_TYPE,
    KINDS,
    TEAM,
    Directory,
    Entry,
    Person,
    Slot,
    current_name,
    looks_like_id,
)
from reconciler.directory.lookup import (
    NAMED_BY_CONFIG,
    Ambiguous,
    Answer,
    Known,
    Lookup,
    Missing,
    Unchecked,
    Unreadable,
    Use,
    nameable,
)
from reconciler.directory.references import (
    MISSED,
    Miss,
    Scope,
    Typed,
    named_hop,
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
    did_you_mean,
    every_setting,
    has_errors,
    known_names,
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
            yield _error("duplicate-source", message, hint, ("sources", place))
    if named.incident is None or with_ids.incident is None:
        return
    fields: dict[str, str] = {}
    both = zip(named.incident.custom_fields, with_ids.incident.custom_fields, strict=True)
    for written, field in both:
        before = fields.setdefault(field.field, written.field)
        if before != written.field:
            message = f"`{before}` and `{written.field}` are the same custom field"
            path = ("incident", "custom_fields", written.field)
            yield _error("duplicate-field", message, "keep one of them", path)


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
            if self._is_of_no_entry(slot, literal.text):
                self.findings.append(_no_entry(slot, literal.text, self.lookup, path))
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

    def _is_of_no_entry(self, slot: Slot, text: str) -> bool:
        """Whether all entries are known, and none has the id, external id or alias."""
        rows = self.lookup.listing(slot)
        return (
            slot.kind == "entry"
            and rows.state == "whole"
            and text not in rows.by_id
            and not any(
                text == row.external_id or text in row.aliases
                for row in rows.rows
                if isinstance(row, Entry)
            )
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


def _inactive(person: Person, path: Path) -> Finding:
    who = person.email or person.name
    message = f"incident.io does not page {who}: the user left, or is not active yet"
    hint = "name another user, or an escalation path"
    return Finding("warning", "inactive-user", message, hint, path=path)


def _no_entry(slot: Slot, text: str, lookup: Lookup, path: Path) -> Finding:
    message = f'no {_noun(slot, lookup)} has the id, external id or alias "{text}"'
    named = any(row.name == text for row in lookup.listing(slot).rows)
    instead = (
        f'write the name without `literal`: "{text}"' if named else _instead(slot, text, lookup)
    )
    return Finding(
        "warning", "literal-of-no-entry", message, _join(instead, _age(lookup)), path=path
    )


def _untyped(text: str, path: Path) -> Finding:
    message = f'"{text}" is sent unchanged, because its type is unknown'
    hint = "for a catalog entry, use the entry's id; for plain text, write `{literal: …}`"
    return Finding("warning", "untyped-operand", message, hint, path=path)


LOCK = "directory.lock.json"


def unresolved(slot: Slot, text: str, answer: Answer, lookup: Lookup, path: Path) -> Finding:
    """The error for a text that has no id: unknown, ambiguous, or of an unread list."""
    kind = KINDS[slot.kind]
    noun = _noun(slot, lookup)
    if isinstance(answer, Ambiguous):
        ids = ", ".join(answer.ids)
        message = f'more than one {noun} is named "{text}"'
        return _error(f"ambiguous-{slot.kind}", message, f"use an id instead: {ids}", path)
    if lookup.directory.read_on:
        return _not_in_lock(slot, text, noun, lookup, path)
    listing = lookup.listing(slot)
    if isinstance(answer, Missing) and listing.reason:
        answer = Unreadable(f"{listing.reason}, and {LOCK} does not have it")
    if isinstance(answer, Unreadable):
        why = f": {answer.reason}" if answer.reason else ""
        message = f'"{text}" cannot be looked up, because the {kind.plural} were not read{why}'
        return _error("unread-names", message, _unread_hint(slot, answer), path)
    hint = _join(_instead(slot, text, lookup), _age(lookup))
    if looks_like_id(text, slot.kind):
        return _error("unknown-id", f"no {noun} has the id {text}", hint, path)
    return _error(f"unknown-{slot.kind}", f'no {noun} is named "{text}"', hint, path)


def renamed(use: Use, name: str) -> Finding:
    message = f'the {KINDS[use.slot.kind].noun} "{use.text}" was renamed to "{name}" in incident.io'
    hint = "`reconciler directory refresh --rename` writes the new name into the files"
    return Finding("warning", "renamed-name", message, hint, path=use.path)


LATER = "; a plan checks it with a key"
"""True of route files alone: no plan reads tests or accepted gaps."""


def _not_in_lock(slot: Slot, text: str, noun: str, lookup: Lookup, path: Path) -> Finding:
    """The lock file is old, and holds of some lists only what files named. It proves no mistake."""
    message = f'{noun} "{text}" is not in {LOCK}{LATER}'
    hint = _join(_instead(slot, text, lookup), _age(lookup))
    return Finding("warning", "not-in-lock", message, hint, path=path)


TEXTS = frozenset(path for path, row in every_setting() if row.kind in ("template", "fields"))
"""Where `{{ … }}` is read, so that braces which stand for themselves end up as a reference."""


def unresolved_reference(miss: Miss, scope: Scope, lookup: Lookup, path: Path) -> Finding:
    slot, text = miss.slot, miss.text
    if slot.kind == "expression":
        hint = did_you_mean(text, scope.names) or "add it under `expressions`"
        return _error("unknown-expression", f'no expression is named "{text}"', hint, path)
    if slot.kind == "element":
        message = "`input` is the element of a filter step, and this is not inside a filter step"
        hint = "an attribute of that name is written `attribute:input`"
        return _error("input-outside-filter", message, hint, path)
    if slot.kind == "hop":
        what = f"a value of type {slot.owner}" if slot.owner else "a value of unknown type"
        message = f"`{named_hop(text)}` follows {what}, which is not a catalog entry"
        hint = "only catalog entries have attributes; remove this hop"
        return _error("not-a-catalog-entry", message, hint, path)
    found = unresolved(slot, text, miss.answer, lookup, path)
    if slot.kind == "attribute" and isinstance(miss.answer, Missing) and text in scope.names:
        hint = f'the expression of that name is written `expressions["{text}"]`'
        return _error(found.code, found.message, hint, path)
    if path[:2] in TEXTS:
        hint = _join(found.hint, r"write `\{{` for braces that are text")
        return _error(found.code, found.message, hint, path)
    return found


def unchecked(slot: Slot, lookup: Lookup, path: Path) -> Finding:
    kind = KINDS[slot.kind]
    reason = lookup.listing(slot).reason
    why = f" ({reason})" if reason else ""
    message = f"ids of {kind.plural} are not checked, because the list was not read{why}"
    hint = f"use a key with the permission `{kind.right}` to check them" if kind.right else ""
    return Finding("note", "unchecked-id", message, hint, path=path)


_FEW = ("source", "attribute", "path")  # an account has so few that the first ones help


def _instead(slot: Slot, text: str, lookup: Lookup) -> str:
    built_in = BUILT_INS if slot.kind == "attribute" else ()
    names = [*built_in, *lookup.configured(slot.kind), *nameable(lookup.listing(slot))]
    near = did_you_mean(text, names)
    if lookup.config.unreadable and slot.kind in NAMED_BY_CONFIG:
        return "reconciler.yaml has these names, and cannot be read: fix it first"
    if slot.kind in ("channel", "ms-teams-channel"):
        add = f'the API does not list channels: add `channels: {{"{text}": ID}}` to reconciler.yaml'
        return _join(near, add)
    if slot.kind == "message-template":
        line = f'`message_templates: {{"{text}": ID}}`'
        add = f"the API does not list them: add {line} to reconciler.yaml"
        return _join(near, add)
    if slot.kind == "entry" and not near and lookup.listing(slot).state != "whole":
        return "an external id is written `{literal: …}`"
    return near or (known_names(sorted(names)) if slot.kind in (*_FEW, "entry") else "")


def _unread_hint(slot: Slot, answer: Unreadable) -> str:
    right = KINDS[slot.kind].right
    if answer.reason:
        return f"use its id, or a key with the permission `{right}`"
    return "`reconciler directory refresh` reads the names with a key; you can also use an id"


def _noun(slot: Slot, lookup: Lookup) -> str:
    noun = KINDS[slot.kind].noun
    if slot.kind == "option":
        field = lookup.directory.custom_fields.by_id.get(slot.owner)
        return f"option of the custom field {field.name}" if field else noun
    if slot.kind in ("entry", "catalog-attribute"):
        owner = lookup.directory.catalog_types.by_id.get(slot.owner)
        what = "entry" if slot.kind == "entry" else "attribute"
        return f"{what} of the catalog type {owner.name}" if owner else noun
    return noun


def _age(lookup: Lookup) -> str:
    read_on = lookup.directory.read_on
    again = "`reconciler directory refresh` reads them again"
    return f"(names of {read_on}; {again})" if read_on else ""


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _error(code: str, message: str, hint: str, path: Path) -> Finding:
    return Finding("error", code, message, hint, path=path)
