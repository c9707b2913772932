"""A stand-in for `live`: answers needs from a directory that has everything."""

from collections.abc import Iterable
from dataclasses import replace

from reconciler.directory.directory import Directory, part, unread, whole
from reconciler.directory.needs import Needs, needs_after
from reconciler.model import Config, Declaration, Live


def read(needs: Needs, so_far: Directory, everything: Directory) -> Directory:
    """What the directory is after one round."""
    lists = {name: getattr(everything, name) for name in needs.lists}
    if needs.emails:
        found = [user for user in everything.users.rows if user.email.lower() in needs.emails]
        lists["users"] = part(found, looked_up=needs.emails)
    options = {field: everything.options.get(field, whole(())) for field in needs.options}
    no_type = unread("there is no such catalog type")
    entries = {kind: everything.entries.get(kind, no_type) for kind in needs.entries}
    return replace(
        so_far,
        options={**so_far.options, **options},
        entries={**so_far.entries, **entries},
        **lists,
    )


def rounds(
    everything: Directory,
    declarations: Iterable[Declaration] = (),
    lives: Iterable[Live] = (),
    config: Config | None = None,
) -> tuple[Directory, list[Needs]]:
    """Read until nothing is needed. Raises AssertionError where that takes too long."""
    asked: list[Needs] = []
    directory = Directory(account=everything.account)
    declarations, lives = tuple(declarations), tuple(lives)
    while needs := needs_after(directory, declarations, lives, config or Config()):
        asked.append(needs)
        assert len(asked) <= 4, f"asked again and again: {asked}"
        directory = read(needs, directory, everything)
    return directory, asked
