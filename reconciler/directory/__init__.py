"""Names and ids of one incident.io account, and the way from one to the other.

`Directory` holds what was read; `resolve` makes the names of a file ids, `unresolve` makes the ids
of a live route names, `type_subjects` fills in types, `needs_after` says what to read next,
`emit_lock` and `parse_lock` are the committed copy. Everything is pure: reading is `live`'s work.
"""

from reconciler.directory.directory import Directory, Listing, part, unread, whole
from reconciler.directory.lock import completed_by, emit_lock, moved_names, parse_lock
from reconciler.directory.needs import Needs, needs_after, needs_of
from reconciler.directory.resolve import resolve, resolve_teams
from reconciler.directory.typing import type_subjects
from reconciler.directory.unresolve import unresolve

__all__ = [
    "Directory",
    "Listing",
    "Needs",
    "completed_by",
    "emit_lock",
    "moved_names",
    "needs_after",
    "needs_of",
    "parse_lock",
    "part",
    "resolve",
    "resolve_teams",
    "type_subjects",
    "unread",
    "unresolve",
    "whole",
]
