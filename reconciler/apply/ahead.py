"""A record of later versions than incident.io has: what it says of versions is not used. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.model.declaration import Live
from reconciler.model.finding import Finding
from reconciler.plan.make import Bases


def without_later_versions(
    bases: Bases | None, lives: Mapping[str, Live]
) -> tuple[Bases | None, tuple[Finding, ...]]:
    """A live version below the recorded one: another run was faster than the reading of the
    routes, or the record is of another life of the account (a sandbox begins anew). Then an equal
    version is chance, and says of no route that nobody edited it.
    """
    if bases is None:
        return None, ()
    ahead = [
        (lives[identity], version)
        for identity, version in bases.untouched.values()
        if identity in lives and version > lives[identity].version
    ]
    if not ahead:
        return bases, ()
    live, version = ahead[0]
    count = len(ahead) - 1
    more = f" (so it is for {count} more {'route' if count == 1 else 'routes'})" if count else ""
    message = (
        f'the record has v{version} of "{live.route.name}", and incident.io only v{live.version}'
        f"{more}; the plan uses no version of the record"
    )
    hint = (
        "plan again, as another run may have written the route a moment ago; if this stays, the "
        "record is of another account, or of a sandbox that was started anew: "
        "the page about the record says how to begin a new one"
    )
    untouched = {file: (identity, 0) for file, (identity, _) in bases.untouched.items()}
    found = Finding("warning", "record-ahead", message, hint, route=live.route.name)
    return replace(bases, untouched=untouched), (found,)
