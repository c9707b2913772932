"""Names that meant another thing before: in the committed lock file, or when a file was applied.

The lock file knows which id a name had, and the record has each applied file with names and with
ids. Where that id is still there and nothing else has the name now, the name keeps its meaning,
and the finding `renamed` gives its name of today. Where something else has it, the name has moved,
which is an error.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from reconciler.directory.directory import (
    ATTRIBUTE,
    CATALOG_TYPE,
    KINDS,
    Directory,
    Index,
    Listing,
    Named,
    Slot,
    name_key,
)
from reconciler.directory.lookup import Known, Lookup, find_in
from reconciler.directory.references import Scope, Typed, parse_reference, raw_navigation
from reconciler.directory.resolve import Resolution, names_in, resolve_owns
from reconciler.directory.translate import translate
from reconciler.model import Config, Declaration, Finding, Literal, Path, Position, Returns, Route

Row = TypeVar("Row", bound=Named)


def with_former_names(fresh: Directory, lock: Directory | None) -> Directory:
    """The directory in which names of the lock file still mean what they meant, where nothing has
    them now. A lock of another account says nothing about this one.
    """
    return _with_former_names(fresh, lock, _is_free)


def as_in_the_lock(fresh: Directory, lock: Directory | None) -> Directory:
    """The same, whatever has these names now: files meant this by them when the lock was written.
    For writing today's names into the files, never for a plan.
    """
    return _with_former_names(fresh, lock, _is_lost)


def as_it_was(fresh: Directory, lock: Directory | None) -> Directory:
    """The directory in which each name means what it meant in an earlier lock file, also what is
    gone since. For comparing files with files: a name that has another id now pages another target.
    """
    if lock is None or not lock.account or lock.account != fresh.account:
        return fresh

    def changed(field: str, owner: str, now: Listing[Any]) -> Listing[Any]:
        then = lock.listing(field, owner)

        def is_other(now: Listing[Named], name: str, identity: str) -> bool:
            return _meant(then, name) == identity != _meant(now, name)

        gone = tuple(row for row in then.rows if row.id not in now.by_id)
        return _with_former(replace(now, rows=(*now.rows, *gone)), then, is_other)

    owned = replace(
        fresh,
        options={**lock.options, **fresh.options},
        entries={**lock.entries, **fresh.entries},
    )
    return _with_lists(owned, changed)


_IsFormer = Callable[[Listing[Named], str, str], bool]
"""Whether a name that a row (its id) had in the lock is a former one of it."""


def _is_free(now: Listing[Named], name: str, _identity: str) -> bool:
    return not any(name in index for index in now.by_name)


def _is_lost(now: Listing[Named], name: str, identity: str) -> bool:
    return not any(identity in index.get(name, ()) for index in now.by_name)


def _meant(listing: Listing[Named], name: str) -> str:
    """The id that a name means, "" where it has none or is ambiguous."""
    answer = find_in(listing, name)
    return answer.id if isinstance(answer, Known) else ""


def _with_former_names(fresh: Directory, lock: Directory | None, is_former: _IsFormer) -> Directory:
    if lock is None or not lock.account or lock.account != fresh.account:
        return fresh

    def changed(field: str, owner: str, now: Listing[Any]) -> Listing[Any]:
        return _with_former(now, lock.listing(field, owner), is_former)

    return _with_lists(fresh, changed)


def _with_lists(
    directory: Directory, change: Callable[[str, str, Listing[Any]], Listing[Any]]
) -> Directory:
    """The directory with each list changed, by its field and its owner."""
    lists: dict[str, Any] = {}
    for field in {kind.field for kind in KINDS.values()}:
        now = getattr(directory, field)
        if isinstance(now, Listing):
            lists[field] = change(field, "", now)
        else:
            lists[field] = {owner: change(field, owner, it) for owner, it in now.items()}
    types = lists["catalog_types"]
    rows = (
        replace(kind, attributes=change("catalog_types", kind.id, kind.attributes))
        for kind in types.rows
    )
    lists["catalog_types"] = replace(types, rows=tuple(rows))
    known = replace(directory, **lists)
    return directory if known == directory else known  # its translations stay known


def _with_former(now: Listing[Row], then: Listing[Row], is_former: _IsFormer) -> Listing[Row]:
    """Former names that are known already stay."""
    formerly: dict[str, tuple[str, ...]] = {}
    for row in then.rows:
        if row.id in now.by_id:
            for name in _names(row):
                if is_former(now, name, row.id):
                    formerly[name] = (*formerly.get(name, ()), row.id)
    return replace(now, formerly={**now.formerly, **_single(formerly)}) if formerly else now


def _names(row: Named) -> set[str]:
    return {name for names in row.spellings() for name in names}


def _single(formerly: Mapping[str, tuple[str, ...]]) -> Index:
    """Without names that several had."""
    return {name: ids for name, ids in formerly.items() if len(ids) == 1}


@dataclass(frozen=True, slots=True)
class Spelled:
    """A name of a file, and the id that it had when the file was applied."""

    slot: Slot
    name: str
    id: str


def spelled_names(
    named: Route, ids: Route, directory: Directory, config: Config
) -> Iterator[Spelled]:
    """The names of a route as its file has them, from the same route with ids. The ids, whose
    types are known, tell what a name stands for; the names need not mean anything today.
    """
    ours, theirs = _Parts(Lookup(directory, config)), _Parts(Lookup(directory, config))
    translate(named, ours)
    translate(ids, theirs)
    for place, with_ids in theirs.parts.items():
        with_names = ours.parts.get(place, ())
        if len(with_names) == len(with_ids):
            for (_, name), (slot, identity) in zip(with_names, with_ids, strict=True):
                if name and name != identity:
                    yield Spelled(slot, name, identity)


def with_spelled(directory: Directory, spelled: Iterable[Spelled]) -> Directory:
    """The directory in which these names mean what they meant, unless files disagree."""
    meant: dict[tuple[str, str], dict[str, set[str]]] = {}
    for was in spelled:
        name = name_key(was.name, was.slot.kind)
        place = (KINDS[was.slot.kind].field, was.slot.owner)
        meant.setdefault(place, {}).setdefault(name, set()).add(was.id)

    def changed(field: str, owner: str, now: Listing[Any]) -> Listing[Any]:
        names = meant.get((field, owner), {})
        return _formerly(now, {name: min(ids) for name, ids in names.items() if len(ids) == 1})

    return _with_lists(directory, changed)


def _formerly(listing: Listing[Any], names: Mapping[str, str]) -> Listing[Any]:
    """Former names that are known already stay, and so does a name that means something today."""
    added = {
        name: (identity,)
        for name, identity in names.items()
        if identity in listing.by_id and not any(name in index for index in listing.by_name)
    }
    return replace(listing, formerly={**added, **listing.formerly}) if added else listing


_Place = tuple[str, Path, int]
_Part = tuple[Slot, str]


class _Parts(Resolution):
    """The content of each place of a route, in either spelling, a part for each look-up.

    Custom fields are counted, for their places are named after them.
    """

    def __init__(self, lookup: Lookup) -> None:
        super().__init__(lookup)
        self.parts: dict[_Place, tuple[_Part, ...]] = {}
        self._fields: dict[str | int, int] = {}

    def _note(self, how: str, path: Path, *parts: _Part) -> None:
        if path[:2] == ("incident", "custom_fields"):
            path = (*path[:2], self._fields.setdefault(path[2], len(self._fields)), *path[3:])
        number = 0
        while (how, path, number) in self.parts:  # references of one text share its place
            number += 1
        self.parts[how, path, number] = parts

    def name(self, slot: Slot, text: str, path: Path) -> str:
        self._note("name", path, (slot, text))
        return super().name(slot, text, path)

    def literal(self, slot: Slot, literal: Literal, path: Path) -> Literal:
        self._note("literal", path, (slot, "" if literal.exact else literal.text))
        return super().literal(slot, literal, path)

    def reference(self, text: str, scope: Scope, path: Path) -> tuple[str, Typed]:
        before = len(self.lookup.uses)
        read = super().reference(text, scope, path)
        spelled = parse_reference(text)
        root = spelled.root.text if spelled.root.kind in ("name", "attribute") else ""
        hops = [hop.text for hop in spelled.hops]
        self._note("reference", path, (ATTRIBUTE, root), *self._hops(hops, before, path))
        return read

    def navigation(self, text: str, start: Typed, path: Path) -> tuple[str, Typed]:
        before = len(self.lookup.uses)
        read = super().navigation(text, start, path)
        hops = [raw_navigation(text) or text]
        self._note("navigation", path, *self._hops(hops, before, path))
        return read

    def returns(self, returns: Returns, path: Path) -> tuple[Returns, Typed]:
        text = returns.type if returns.catalog else ""
        if not returns.catalog:
            kind = self.lookup.catalog_type(returns.type, path)
            text = kind.id if kind else ""
        self._note("returns", path, (CATALOG_TYPE, text))
        return super().returns(returns, path)

    def _hops(self, texts: list[str], before: int, path: Path) -> Iterator[_Part]:
        """The attributes that are followed, with the catalog type of each, as far as known."""
        uses, kind = self.lookup.uses[before:], "catalog-attribute"
        slots = (use.slot for use in uses if use.slot.kind == kind and use.path == path)
        for text in texts:
            yield next(slots, Slot(kind)), text


def moved_names(
    lock: Directory,
    fresh: Directory,
    declarations: Iterable[Declaration],
    config: Config | None = None,
) -> tuple[Finding, ...]:
    """An error `name-moved` for each name that declarations use and that had another id when the
    lock was written; nothing is to be planned for the routes that the findings name. A lock of
    another account says nothing about this one.
    """
    if lock.account != fresh.account:
        return ()
    config = config or Config()
    names = fresh.display(config)
    findings: list[Finding] = []
    for declaration in declarations:
        before = _ids(declaration, lock, config)
        for (kind, text, path), given in _ids(declaration, fresh, config).items():
            was = before.get((kind, text, path))
            if was is None or was == given or text in (was, given):
                continue
            way = "`reconciler directory refresh --rename` writes"
            findings.append(_moved(declaration, (kind, text, path), given, was, names, way))
    return tuple(findings)


def resolve_owned(
    config: Config, fresh: Directory, lock: Directory | None
) -> tuple[Config, tuple[Finding, ...]]:
    """As `resolve_owns`. A team whose name another team has now is an error, and keeps its id of
    the lock file: the other team's routes may be those of another repository.
    """
    owned, findings = resolve_owns(config, fresh)
    if lock is None or lock.account != fresh.account:
        return owned, findings
    before, _ = resolve_owns(config, lock)
    found = [*findings]
    names = fresh.display(config)

    def kept(
        texts: Sequence[str], now: Sequence[str], was: Sequence[str], places: Sequence[Position]
    ) -> tuple[str, ...]:
        ids = []
        for at, (text, new, old) in enumerate(zip(texts, now, was, strict=True)):
            moved = new != old and text not in (new, old)
            if moved:
                way = "`reconciler directory refresh --rename` writes"
                message, hint = _moved_words("team", text, new, old, names, way)
                place = places[at] if at < len(places) else None
                path: Path = ("owns", "teams", at)
                found.append(Finding("error", "name-moved", message, hint, place, path=path))
            ids.append(old if moved else new)
        return tuple(ids)

    teams = kept(config.owns_teams, owned.owns_teams, before.owns_teams, config.owns_teams_at)
    elsewhere = tuple(
        replace(new, teams=kept(given.teams, new.teams, old.teams, given.teams_at))
        for given, new, old in zip(config.elsewhere, owned.elsewhere, before.elsewhere, strict=True)
    )
    return replace(owned, owns_teams=teams, elsewhere=elsewhere), tuple(found)


def moved_since(
    declaration: Declaration,
    applied: Iterable[Spelled],
    fresh: Directory,
    lock: Directory | None,
    config: Config,
) -> Iterator[Finding]:
    """The same of names that a file had when it was applied. What the lock file says of a name
    counts first: it is how a person takes the new meaning over.
    """
    formerly: dict[tuple[str, str], set[str]] = {}
    for was in applied:
        formerly.setdefault((was.slot.kind, was.name), set()).add(was.id)
    same = lock if lock is not None and lock.account == fresh.account else Directory()
    in_lock = _ids(declaration, same, config)
    for use, given in _ids(declaration, fresh, config).items():
        before = formerly.get(use[:2], {given})
        if given not in before and use not in in_lock and use[1] != given:
            yield _moved(declaration, use, given, min(before), fresh.display(config), "write")


_Use = tuple[str, str, Path]


def _moved(
    declaration: Declaration,
    use: _Use,
    given: str,
    was: str,
    names: Mapping[str, str],
    way: str,
) -> Finding:
    kind, text, path = use
    message, hint = _moved_words(kind, text, given, was, names, way)
    return declaration.finding("error", "name-moved", message, hint, path)


def _moved_words(
    kind: str, text: str, given: str, was: str, names: Mapping[str, str], way: str
) -> tuple[str, str]:
    """The message and the hint."""
    message = f'"{text}" is now another {KINDS[kind].noun}: {given} (before: {was})'
    hint = "to use the new object, run `reconciler directory refresh`"
    if today := names.get(was):
        hint = f'to use the old object, {way} "{today}", its new name; {hint}'
    return message, hint


def _ids(declaration: Declaration, directory: Directory, config: Config) -> dict[_Use, str]:
    return {
        (use.slot.kind, use.text, use.path): use.answer.id
        for use in names_in(declaration.route, directory, config).uses
        if isinstance(use.answer, Known)
    }
