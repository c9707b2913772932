"""A file whose `id` is not live any more: a mistake in the file, or a route that was deleted in
incident.io. The record tells: a route that was applied under this id was live. Pure.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from reconciler.model.declaration import Declaration
from reconciler.plan.identify import Identified
from reconciler.plan.make import Bases


def told_by_record(
    identified: Identified, declarations: Collection[Declaration], bases: Bases | None
) -> Identified:
    """With those that were deleted among what is not live, where the plan leaves them deleted. To
    create one again takes a file without the `id`, so with --revert-drift it stays an error.
    """
    if bases is None or bases.revert_drift:
        return identified
    went = {one.file: one for one in _went(identified, declarations, bases)}
    left = tuple(
        one
        for one in identified.findings
        if one.code != "id-not-live" or one.position is None or one.position.file not in went
    )
    creates = (*identified.creates, *went.values())
    return replace(identified, creates=creates, findings=left)


def _went(
    identified: Identified, declarations: Collection[Declaration], bases: Bases
) -> Iterator[Declaration]:
    known = {one.position.file for one in identified.findings
             if one.code == "id-not-live" and one.position}  # fmt: skip
    for one in declarations:
        recorded, _ = bases.untouched.get(one.file, ("", 0))
        if one.file in known and one.id and recorded == one.id:
            yield one
