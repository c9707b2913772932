"""Which source is meant by a name, an alias or an id. Never one of two that are called alike."""

from collections.abc import Sequence
from dataclasses import replace

import click

from reconciler.cli.connection import CannotConnect
from reconciler.cli.project import Project
from reconciler.model.config import InventorySource
from reconciler.sources.live import LiveSource, find


def listed_source(project: Project, name: str) -> InventorySource:
    """The inventory's; one that it lacks may be live all the same. Raises click.UsageError."""
    found = [one for one in project.config.sources if name in (one.name, one.alias, one.id)]
    if len(found) > 1:
        ids = ", ".join(one.id for one in found)
        raise click.UsageError(f"{len(found)} sources are called {name}; say the id: {ids}")
    return found[0] if found else InventorySource(name)


def live_source(lives: Sequence[LiveSource], source: InventorySource) -> LiveSource:
    """The live twin. Raises CannotConnect where there is none, or nobody knows which."""
    by_id = replace(source, id=source.name) if not source.id else source
    live = find(lives, source) or find(lives, by_id)
    if live is not None:
        return live
    alike = [one.id for one in lives if one.name == source.name]
    if len(alike) > 1 and not source.id:
        raise CannotConnect(
            f"{len(alike)} sources are called {source.name} in incident.io; "
            f"say the id: {', '.join(alike)}"
        )
    raise CannotConnect(f"no alert source {source.name} in incident.io; `reconciler sources`")
