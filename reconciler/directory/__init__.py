"""Names and ids of one incident.io account, and the way from one to the other.

`Directory` holds what was read; `resolve` makes the names of a file ids, `unresolve` makes the ids
of a live route names, `type_subjects` fills in types, `needs_after` finds what to read next,
`emit_lock` and `parse_lock` are the committed copy. Everything is pure: reading is `live`'s work.
"""

from reconciler.directory.decode import with_labels as with_labels
from reconciler.directory.directory import (
    Directory as Directory,
    Listing as Listing,
    part as part,
    unread as unread,
    whole as whole,
)
from reconciler.directory.findings import LATER as LATER, LOCK as LOCK
from reconciler.directory.former import (
    moved_names as moved_names,
    resolve_owned as resolve_owned,
    with_former_names as with_former_names,
)
from reconciler.directory.lock import (
    completed_by as completed_by,
    emit_lock as emit_lock,
    parse_lock as parse_lock,
)
from reconciler.directory.needs import (
    Needs as Needs,
    needs_after as needs_after,
    needs_of as needs_of,
)
from reconciler.directory.resolve import (
    resolve as resolve,
    resolve_teams as resolve_teams,
)
from reconciler.directory.translate import type_subjects as type_subjects
from reconciler.directory.unresolve import unresolve as unresolve
