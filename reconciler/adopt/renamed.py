"""Today's names for things that were renamed in incident.io, in the files that use them.

Each name is resolved; a former name is replaced by what the id is called today. So a reference
keeps the spelling that its author chose unless a part of it was renamed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconciler.directory import Directory, resolve
from reconciler.directory.directory import SOURCE, TEAM, Slot, current_name
from reconciler.directory.lookup import Known, Lookup
from reconciler.directory.references import Scope, Typed
from reconciler.directory.resolve import Resolution
from reconciler.directory.translate import translate
from reconciler.directory.unresolve import Unresolution
from reconciler.directory.walk import FieldValue, Translation
from reconciler.files import parse_route
from reconciler.files.edit.config import with_custom_fields, with_names
from reconciler.files.edit.route import edit_route
from reconciler.model import (
    Condition,
    Config,
    Declaration,
    Finding,
    Literal,
    Path,
    Returns,
    Route,
    TextTemplate,
    format_template,
    has_errors,
    one,
)


def respelled_names(route: Route, directory: Directory, today: Directory, config: Config) -> Route:
    """The route with today's names for former ones; `directory` knows these, `today` need not."""
    return translate(route, _Respelling(Lookup(directory, config), Lookup(today, config)))


class _Respelling(Translation):
    """From the name to the id, and back to a name where the first is a former one."""

    def __init__(self, lookup: Lookup, today: Lookup) -> None:
        self.lookup = lookup
        self._there = Resolution(lookup)
        self._back = Unresolution(today)
        self._texts: list[tuple[FieldValue, FieldValue]] = []  # as written, as read

    def _is_former(self, before: int, path: Path) -> bool:
        uses = self.lookup.uses[before:]
        return any(use.path == path and self.lookup.renamed(use) is not None for use in uses)

    def name(self, slot: Slot, text: str, path: Path) -> str:
        before = len(self.lookup.uses)
        answer = self.lookup.find(slot, text, path)
        if isinstance(answer, Known) and self._is_former(before, path):
            return self._back.name(slot, answer.id, path)
        return text

    def literal(self, slot: Slot, literal: Literal, path: Path) -> Literal:
        if literal.exact or slot.kind in ("text", "opaque"):
            return literal
        name = self.name(slot, literal.text, path)
        return literal if name == literal.text else Literal(name)

    def reference(self, text: str, scope: Scope, path: Path) -> tuple[str, Typed]:
        before = len(self.lookup.uses)
        found, typed = self._there.reference(text, scope, path)
        former = self._is_former(before, path)
        return (self._back.reference(found, scope, path)[0] if former else text), typed

    def navigation(self, text: str, start: Typed, path: Path) -> tuple[str, Typed]:
        before = len(self.lookup.uses)
        found, typed = self._there.navigation(text, start, path)
        former = self._is_former(before, path)
        return (self._back.navigation(found, start, path)[0] if former else text), typed

    def returns(self, returns: Returns, path: Path) -> tuple[Returns, Typed]:
        before = len(self.lookup.uses)
        found, typed = self._there.returns(returns, path)
        former = self._is_former(before, path)
        return (self._back.returns(found, path)[0] if former else returns), typed

    def text(self, value: TextTemplate, _scope: Scope, /) -> TextTemplate:
        return value

    def text_field(self, value: FieldValue, scope: Scope, path: Path, /) -> FieldValue:
        read = self._there.text_field(value, scope, path)
        self._texts.append((value, read))
        return read

    def written(self, value: FieldValue) -> FieldValue:
        """As it was typed, unless a part of it was renamed."""
        typed, read = self._texts.pop()
        if value == read:
            return typed
        return one(format_template(value)) if isinstance(value, TextTemplate) else value

    def subject_type(self, condition: Condition, _typed: Typed, _path: Path, /) -> str:
        return condition.subject_type


RENAMED = "renamed-name"


@dataclass(frozen=True, slots=True)
class Respelled:
    """A file that uses former names: its new text, or None where no edit can say it. `findings`
    say each name.
    """

    declaration: Declaration
    text: str | None
    findings: tuple[Finding, ...]


def respell_file(
    text: str, declaration: Declaration, directory: Directory, today: Directory, config: Config
) -> Respelled | None:
    """`text` is what the file says, `directory` knows former names, and `today` what each name
    means now. None where it uses none.
    """
    meant, findings = resolve(declaration, directory, config)
    names = tuple(finding for finding in findings if finding.code == RENAMED)
    if not names:
        return None
    wanted = replace(
        declaration, route=respelled_names(declaration.route, directory, today, config)
    )
    edited = _edited(text, declaration, wanted)
    if edited is not None and not _means(edited, meant, today, config):
        edited = None
    return Respelled(declaration, edited, names)


def _edited(text: str, declaration: Declaration, wanted: Declaration) -> str | None:
    """Keys first: an entry under another key would be another entry, and lose its comments."""
    keyed = with_custom_fields(text, _new_keys(declaration, wanted))
    start, _ = parse_route(keyed, declaration.file)
    return None if start is None else edit_route(keyed, start, wanted)


def _new_keys(declaration: Declaration, wanted: Declaration) -> Mapping[str, str]:
    sides = [each.route.incident for each in (declaration, wanted)]
    old, new = ([field.field for field in side.custom_fields] if side else [] for side in sides)
    return {was: now for was, now in zip(old, new, strict=True) if was != now}


def _means(text: str, meant: Declaration, directory: Directory, config: Config) -> bool:
    """Whether the text, read again, means the same ids, and by no former name."""
    read, _ = parse_route(text, meant.file)
    if read is None:
        return False
    resolved, findings = resolve(read, directory, config)
    former = any(finding.code == RENAMED for finding in findings)
    return not has_errors(findings) and not former and resolved.route == meant.route


def respell_config(text: str, config: Config, directory: Directory) -> str:
    """reconciler.yaml with today's names of the teams in `owns` and of the inventory's sources.
    A source whose id stands there needs no lock file to be found.
    """
    lookup = Lookup(directory, config)
    sources = []
    for source in config.sources:
        row = directory.sources.by_id.get(source.id or "")
        sources.append(row.name if row else _now(lookup, SOURCE, source.name))
    teams = [
        *config.owns_teams,
        *(team for elsewhere in config.elsewhere for team in elsewhere.teams),
    ]
    return with_names(text, [_now(lookup, TEAM, name) for name in teams], sources)


def _now(lookup: Lookup, slot: Slot, name: str) -> str:
    lookup.find(slot, name)
    row = lookup.renamed(lookup.uses[-1])
    return current_name(row) if row else name
