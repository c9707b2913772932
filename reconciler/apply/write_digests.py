"""The digest that a write of ours would have, from what is live: so a later run knows its own.

The journal keeps the digest of each change before it is sent. Where the answer was lost, what is
live now is compared with what was there before: the same digest means the same change.
"""

from dataclasses import replace

from reconciler.directory import Directory, type_subjects
from reconciler.model.declaration import Declaration, Live
from reconciler.model.finding import Positions
from reconciler.model.route import Route
from reconciler.plan.change import Create, Update
from reconciler.plan.differences import creation, differences
from reconciler.plan.digest import change_digest
from reconciler.plan.effective import comparable


def digest_of_update(before: Live, now: Live, directory: Directory) -> str:
    """The digest of the update that makes `now` of `before`."""
    old = replace(before, route=type_subjects(before.route, directory))
    after = type_subjects(now.route, directory)
    fields = differences(after, comparable(old, after))
    return change_digest(Update(Declaration(after, Positions("")), old, after, fields, 0))


def digest_of_create(now: Live, directory: Directory, name: str = "") -> str:
    """The digest of the create that makes `now`; under another name, if there is one."""
    return _creation(replace(type_subjects(now.route, directory), name=name or now.route.name))


def digest_under(change: Create, name: str) -> str:
    """The digest that a create would have with another name."""
    return _creation(replace(change.after, name=name))


def _creation(after: Route) -> str:
    return change_digest(Create(Declaration(after, Positions("")), after, creation(after)))
