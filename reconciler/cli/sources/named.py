"""The environment and the source that arguments name."""

from collections.abc import Sequence
from dataclasses import replace

import click

from reconciler.cli.connection import CannotConnect
from reconciler.cli.project import Project
from reconciler.model import Config, InventorySource, did_you_mean
from reconciler.sources.live import LiveSource, find


def environment_of(config: Config, name: str | None) -> str:
    """The environment of this name, or the only one. Raises click.UsageError."""
    if not config.environments:
        raise click.UsageError("there are no environments: add `environments:` to reconciler.yaml")
    known = ", ".join(config.environments)
    if name is None and len(config.environments) == 1:
        return next(iter(config.environments))
    if name is None:
        raise click.UsageError(f"name an environment with --environment: {known}")
    if name not in config.environments:
        near = did_you_mean(name, config.environments)
        raise click.UsageError(
            f"the environment `{name}` does not exist; {near or f'environments: {known}'}"
        )
    return name


def listed_source(project: Project, name: str) -> InventorySource:
    """The inventory's; one that it lacks may be live all the same. Raises click.UsageError."""
    found = [one for one in project.config.sources if name in (one.name, one.alias, one.id)]
    if len(found) > 1:
        ids = ", ".join(one.id for one in found)
        raise click.UsageError(f"{len(found)} sources have the name {name}; use an id: {ids}")
    return found[0] if found else InventorySource(name)


def live_source(lives: Sequence[LiveSource], source: InventorySource) -> LiveSource:
    """The live twin. Raises CannotConnect where there is none, or it is unknown which."""
    by_id = replace(source, id=source.name) if not source.id else source
    live = find(lives, source) or find(lives, by_id)
    if live is not None:
        return live
    alike = [one.id for one in lives if one.name == source.name]
    if len(alike) > 1 and not source.id:
        raise CannotConnect(
            f"{len(alike)} sources have the name {source.name} in incident.io; "
            f"use an id: {', '.join(alike)}"
        )
    near = did_you_mean(source.name, (one.name for one in lives))
    advice = near or "`reconciler sources` lists them"
    raise CannotConnect(f"incident.io has no alert source {source.name}; {advice}")
