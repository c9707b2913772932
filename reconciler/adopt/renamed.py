"""The names of things that were renamed in incident.io, in the files that use them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconciler.directory import Directory, resolve
from reconciler.directory.kinds import SOURCE, TEAM, Slot
from reconciler.directory.lookup import Lookup
from reconciler.directory.renamed import current_name
from reconciler.directory.respell import respelled_names
from reconciler.files import parse_route
from reconciler.files.edit import edit_route
from reconciler.files.edit_config import with_names
from reconciler.files.edit_keys import with_custom_fields
from reconciler.model.config import Config
from reconciler.model.declaration import Declaration
from reconciler.model.finding import Finding, has_errors

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
    wished = replace(
        declaration, route=respelled_names(declaration.route, directory, today, config)
    )
    edited = _edited(text, declaration, wished)
    if edited is not None and not _means(edited, meant, today, config):
        edited = None
    return Respelled(declaration, edited, names)


def _edited(text: str, declaration: Declaration, wished: Declaration) -> str | None:
    """Keys first: an entry under another key would be another entry, and lose its comments."""
    keyed = with_custom_fields(text, _new_keys(declaration, wished))
    start, _ = parse_route(keyed, declaration.file)
    return None if start is None else edit_route(keyed, start, wished)


def _new_keys(declaration: Declaration, wished: Declaration) -> Mapping[str, str]:
    sides = [one.route.incident for one in (declaration, wished)]
    old, new = ([field.field for field in one.custom_fields] if one else [] for one in sides)
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
    return with_names(text, [_now(lookup, TEAM, name) for name in config.owns_teams], sources)


def _now(lookup: Lookup, slot: Slot, name: str) -> str:
    lookup.find(slot, name)
    row = lookup.renamed(lookup.uses[-1])
    return current_name(row) if row else name
