"""An alert as a file describes it: names to ids. Also whom and where a test expects it.

Here a name that is not known is an error, whatever was read: an answer about another alert than the
file means is worse than none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.directory.directory import ATTRIBUTE, PATH, SOURCE, USER, Attribute, Entry, Slot
from reconciler.directory.findings import unresolved
from reconciler.directory.lookup import Answer, Known, Lookup, Missing, Unchecked
from reconciler.model import Finding, Path, without_team
from reconciler.routing.case import CaseFile, Described, Given, Part, Word
from reconciler.routing.who import Thing
from reconciler.routing.world import DESCRIPTION, PRIORITY, TEXT_TYPES, TITLE, Alert, Kind

CHANNEL = Slot("channel")
_BUILT_IN: dict[Part, str] = {
    ("title",): TITLE,
    ("description",): DESCRIPTION,
    ("priority",): PRIORITY,
}
_NOT_MISSING: tuple[Part, ...] = (("title",), ("priority",))
"""Silence says nothing of these: each alert has a title, and incident.io shows no priorities."""


def alert_of(described: Described, lookup: Lookup) -> tuple[Alert, tuple[Finding, ...]]:
    """The alert by ids, and what is wrong (no positions). With an error it is another alert."""
    naming = Naming(lookup)
    source = naming.identity(SOURCE, described.source, described.source_at)
    values: dict[str, tuple[str, ...]] = {}
    unsaid = [part for part in _NOT_MISSING if part not in described.given]
    unknown = {_BUILT_IN[part] for part in unsaid}
    for part, given in described.given.items():
        reference, kind = naming.part(part, given.path)
        if given.words is None:
            unknown.add(reference)
        else:
            values[reference] = tuple(naming.values(part, kind, given))
    return Alert(source, values, frozenset(unknown)), tuple(naming.findings)


def things_of(
    names: tuple[str, ...], lookup: Lookup, path: Path
) -> tuple[tuple[Thing, ...], tuple[Finding, ...]]:
    """Escalation paths and users by name; a user by e-mail, too."""
    naming = Naming(lookup)
    found = [naming.thing(name, (*path, n)) for n, name in enumerate(names)]
    return tuple(found), tuple(naming.findings)


def channels_of(
    names: tuple[str, ...], lookup: Lookup, path: Path
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Channels by name, as outcomes have them: without the team."""
    naming = Naming(lookup)
    found = [naming.identity(CHANNEL, name, (*path, n)) for n, name in enumerate(names)]
    return tuple(map(without_team, found)), tuple(naming.findings)


def look_up_cases(files: Iterable[CaseFile], lookup: Lookup) -> None:
    """Every name in routing tests, so that `lookup.uses` tells what has to be read or kept."""
    for file in files:
        for fixture in file.fixtures.values():
            alert_of(fixture, lookup)
        for case in file.cases:
            alert_of(case.alert, lookup)
            expected = case.expected
            things_of((*(expected.pages or ()), *expected.not_pages), lookup, ())
            channels_of(expected.channels or (), lookup, ())


class Naming:
    """Names to ids; `findings` fills up. A name without an id stays as it is."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.findings: list[Finding] = []

    def identity(self, slot: Slot, text: str, path: Path) -> str:
        """The id of a name in a slot."""
        return self._taken(slot, text, self.lookup.find(slot, text, path), path)

    def _taken(self, slot: Slot, text: str, answer: Answer, path: Path) -> str:
        if isinstance(answer, Known | Unchecked):
            return answer.id
        self.findings.append(_unknown(slot, text, answer, self.lookup, path))
        return text

    def thing(self, name: str, path: Path) -> Thing:
        """A path or, where none has the name, a user."""
        answer = self.lookup.find(PATH, name, path)
        if "@" not in name and isinstance(answer, Known | Unchecked):
            return ("path", answer.id)
        if "@" not in name and not isinstance(answer, Missing):
            return ("path", self._taken(PATH, name, answer, path))
        user = self.lookup.find(USER, name, path)
        if isinstance(user, Known):
            return ("user", user.id)
        slot, missing = (USER, user) if "@" in name else (PATH, answer)
        return ("user" if slot is USER else "path", self._taken(slot, name, missing, path))

    def part(self, part: Part, path: Path) -> tuple[str, Kind]:
        """The reference of a value, and its type."""
        if part in _BUILT_IN:
            reference = _BUILT_IN[part]
            return reference, Kind(self.lookup.priority_type() if reference == PRIORITY else "Text")
        identity = self.identity(ATTRIBUTE, part[-1], path)
        row = self.lookup.directory.attributes.by_id.get(identity)
        kind = Kind(row.type, row.array) if isinstance(row, Attribute) else Kind()
        return f"alert.attributes.{identity}", kind

    def values(self, part: Part, kind: Kind, given: Given) -> Iterator[str]:
        """Texts, or ids of entries."""
        words = given.words or ()
        if part == ("title",) and not words:
            self._wrong("an alert always has a title", "write it, or leave it out", given.path)
        if len(words) > 1 and not kind.array and kind.type:
            message = f"`{part[-1]}` holds one value, not {len(words)}"
            self._wrong(message, "", given.path)
        slot = None if kind.type in TEXT_TYPES else self.lookup.entry_slot(kind.type, given.path)
        for place, word in enumerate(words):
            path = (*given.path, place) if len(words) > 1 else given.path
            yield self._entry(slot, word, path) if slot else self._text(part, word, path)

    def _text(self, part: Part, word: Word, path: Path) -> str:
        if word.by:
            self._wrong(f"`{part[-1]}` is a text, not an entry of the catalog", "", path)
        return word.text

    def _entry(self, slot: Slot, word: Word, path: Path) -> str:
        rows = self.lookup.listing(slot).rows
        if word.by == "external_id":
            found = [named.id for named in rows if isinstance(named, Entry)
                     and named.external_id == word.text]  # fmt: skip
            if len(found) == 1:
                return found[0]
        elif word.by == "id" and word.text in self.lookup.listing(slot).by_id:
            return word.text
        elif not word.by:
            return self.identity(slot, word.text, path)
        way = "external id" if word.by == "external_id" else "id"
        owner = self.lookup.directory.catalog_types.by_id.get(slot.owner)
        of = f"entry of {owner.name}" if owner else "entry"
        self._wrong(f"no {of} that was read has the {way} {word.text}", _REFRESH, path)
        return word.text

    def _wrong(self, message: str, hint: str, path: Path) -> None:
        self.findings.append(Finding("error", "alert-value", message, hint, path=path))


_MORE = (
    "`reconciler explain --live` reads all entries; `reconciler directory refresh` adds those that "
    "route files and tests name"
)
_REFRESH = "`reconciler directory refresh` reads the names that tests and route files use"


def _unknown(slot: Slot, text: str, answer: Answer, lookup: Lookup, path: Path) -> Finding:
    finding = unresolved(slot, text, answer, lookup, path)
    if slot.kind == "entry" and "{literal:" in finding.hint:  # that is how route files are written
        finding = replace(finding, hint=_MORE)
    if finding.level == "error":
        return finding
    message = finding.message.partition(";")[0]
    return replace(finding, level="error", code=f"unknown-{slot.kind}", message=message)
