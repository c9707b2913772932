"""The account as routing sees it, from a directory: live, or from directory.lock.json. Pure.

What was not read stays unknown there: an attribute's type, the entries of a catalog type, the
values of an entry.
"""

from collections.abc import Iterator, Mapping

from reconciler.directory import Directory, Listing
from reconciler.directory.directory import (
    BUILT_INS,
    PAGED_TYPES,
    UNTRIED,
    Attribute,
    CatalogType as Listed,
    Entry as Row,
)
from reconciler.directory.lookup import Lookup
from reconciler.model import Config, Names
from reconciler.routing.world import PRIORITY, CatalogType, Entry, Kind, World


def world_of(directory: Directory, config: Config, names: Names) -> World:
    """What is known of the account; `names` are shown to people and decide nothing."""
    lookup = Lookup(directory, config)
    sources = {row.id: row.name for row in directory.sources.rows}
    if directory.sources.state == "unread":
        sources = {known.id: known.name for known in config.sources if known.id}
    return World(
        sources=sources,
        all_sources=directory.sources.state == "whole",
        subjects=dict(_subjects(lookup)),
        all_subjects=directory.attributes.state == "whole",
        catalog=dict(_catalog(lookup)),
        paged=dict(_paged(directory)),
        names=names,
    )


def _subjects(lookup: Lookup) -> Iterator[tuple[str, Kind]]:
    for built_in in BUILT_INS.values():
        of = lookup.priority_type() if built_in.path == PRIORITY else built_in.type
        yield built_in.path, Kind(of)
    for attribute in lookup.directory.attributes.rows:
        yield f"alert.attributes.{attribute.id}", _kind(attribute, lookup)


def _kind(attribute: Attribute, lookup: Lookup) -> Kind:
    return Kind(lookup.engine_type(attribute.type), attribute.array)


def _catalog(lookup: Lookup) -> Iterator[tuple[str, CatalogType]]:
    directory = lookup.directory
    for kind in directory.catalog_types.rows:
        listing = directory.entries.get(kind.id, UNTRIED)
        yield kind.engine_type, _type(kind, listing, lookup)
    for identity in directory.entries.keys() - directory.catalog_types.by_id.keys():
        listing = directory.entries[identity]
        rows = tuple(Entry(row.id, row.name, row.external_id, row.aliases) for row in listing.rows)
        yield f'CatalogEntry["{identity}"]', CatalogType({}, rows, listing.state == "whole")


def _type(kind: Listed, listing: Listing[Row], lookup: Lookup) -> CatalogType:
    attributes = {row.id: _kind(row, lookup) for row in kind.attributes.rows}
    rows = tuple(
        Entry(row.id, row.name, row.external_id, row.aliases, _values(row, attributes))
        for row in listing.rows
    )
    return CatalogType(attributes, rows, listing.state == "whole")


def _values(row: Row, attributes: Mapping[str, Kind]) -> Mapping[str, tuple[str, ...]] | None:
    """With each attribute that was read, also one that holds nothing: the others are unknown."""
    if row.values is None:
        return None
    read = attributes.keys() if row.kept is None else row.kept
    return {attribute: row.values.get(attribute, ()) for attribute in read}


def _paged(directory: Directory) -> Iterator[tuple[str, str]]:
    for kind in directory.catalog_types.rows:
        if kind.type_name in PAGED_TYPES:
            for entry in directory.entries.get(kind.id, UNTRIED).rows:
                if entry.external_id:
                    yield entry.id, entry.external_id
