"""Findings about a route that is not live by its name. Pure.

incident.io does not tell. An undeclared route that takes exactly the same alerts is probably it.
"""

from collections.abc import Sequence

from reconciler.model import Declaration, Finding, Live
from reconciler.plan.paging.paging import alike


def deleted_by_hand(
    declaration: Declaration, undeclared: Sequence[Live], paged: str, since: str
) -> Finding:
    """The route is no longer live, and its file did not change since the base or record.
    `paged` is whom it paged, "" for nobody.
    """
    twins = alike(declaration.route, undeclared)
    name = declaration.route.name
    lost = f", and no longer pages {paged}" if paged else ""
    message = f'"{name}" was deleted in incident.io since {since}{lost}; it is left deleted'
    hint = "to accept this, remove its file; to create it again, apply with --revert-drift"
    if twins:
        names = ", ".join(f'"{live.route.name}"' for live in twins)
        message = (
            f'"{name}" is no longer live, and undeclared {names} takes the same alerts. '
            f"It was probably renamed in incident.io since {since}. Nothing is created"
        )
        which = "this route" if len(twins) == 1 else f'"{twins[0].route.name}"'
        hint = (
            f"if it is {which}, write its new name and `previously: {name}` here; to restore the "
            f"file's name, write `id: {twins[0].id}`, and apply with --revert-drift"
        )
    return declaration.finding(
        "warning", "renamed-by-hand" if twins else "deleted-by-hand", message, hint
    )


def deleted_and_changed(declaration: Declaration, since: str) -> Finding:
    """Both sides moved: the route was deleted, and its file says something else than it did."""
    name = declaration.route.name
    message = (
        f'"{name}" was deleted in incident.io, and its file changed since {since}: a conflict. '
        "Nothing is created"
    )
    hint = "to accept this, remove the file; to create the route again, apply with --revert-drift"
    return declaration.finding("warning", "deleted-and-changed", message, hint)


def edited_and_absent(declaration: Declaration, titles: Sequence[str]) -> Finding:
    """Both sides moved: the route was edited, in these fields, and its file says that it goes."""
    name = declaration.route.name
    message = (
        f'"{name}" was edited in incident.io since the last apply ({", ".join(titles)}), and its '
        "file says `state: absent` now: a conflict. Nothing is deleted"
    )
    hint = (
        "to keep the route, describe it in the file; to delete it with the edit, apply with "
        "--revert-drift"
    )
    return declaration.finding("warning", "edited-and-absent", message, hint)


def delete_waits(declaration: Declaration) -> Finding:
    """The route is live, and its file said `state: absent` in the base already."""
    name = declaration.route.name
    message = (
        f'"{name}" is live, and its file said `state: absent` in the base already: the merge that '
        "deletes it is waiting, or the route was created again"
    )
    hint = "no action needed; the next apply follows the files"
    return declaration.finding("note", "not-applied-yet", message, hint)


def not_applied_yet(declaration: Declaration) -> Finding:
    """What was applied last has no such file: it is older than the file, or newer than its end."""
    name = declaration.route.name
    message = (
        f'"{name}" is not live, and the last apply had no file for it: the merge that adds it is '
        "waiting, or another merge deleted it"
    )
    hint = "no action needed; the next apply follows the files"
    return declaration.finding("note", "not-applied-yet", message, hint)


def renamed_in_file(declaration: Declaration, former: str, before: str) -> Finding:
    """The file has another name than it had, as `before` tells, and no `previously`."""
    message = f"{before}; a new name would create a second route, and both would page"
    hint = (
        f"write `previously: {former}` to rename the route, or move the new route to a separate "
        "file"
    )
    return declaration.finding("error", "renamed", message, hint)
