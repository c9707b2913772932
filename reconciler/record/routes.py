"""A record as declarations, to be compared with today's files. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.files.route import parse_route
from reconciler.model.declaration import Declaration
from reconciler.record.record import Applied, Record


def declarations_of(record: Record) -> Iterator[tuple[Declaration, int]]:
    """What each recorded file said, with ids in the place of names and with the id of its route;
    and the version that is live if nobody edited the route since, 0 where that is not known.

    A text that this version cannot read gives nothing: its route then has two sides, as before.
    The one that was applied last comes first.
    """
    for entry in sorted(record.applied, key=lambda one: one.at, reverse=True):
        declaration = read_ids(entry)
        if declaration is not None:
            yield declaration, entry.version if entry.whole else 0


def read_ids(entry: Applied) -> Declaration | None:
    """What one recorded file said; None for a text that this version cannot read."""
    declaration, _ = parse_route(entry.ids, entry.file)
    return replace(declaration, id=entry.id) if declaration is not None else None
