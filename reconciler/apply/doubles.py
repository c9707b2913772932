"""Creates of two runs at once: names are not unique (fact 1.6), so the list is read around them.

Before the first POST of a run it says which names have been taken since the plan: these are not
sent. After the last one it says which names another writer has taken meanwhile: both routes page,
and both ids are named. One pass over the list each, whatever the number of creates.
"""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.apply.write import Writing, stored_otherwise
from reconciler.client import ApiError, Stopped
from reconciler.live.routes import open_listing, read_live
from reconciler.model import Listed, Route
from reconciler.plan.change import Create
from reconciler.plan.outcome import ConflictOutcome, Doubled, Failed, NotSent, Outcome, Written
from reconciler.planning.payloads import Prepared
from reconciler.runs.journal import JournalRefused
from reconciler.wire.reading import UnreadableRoute


def claimed(creates: Sequence[Prepared], writing: Writing) -> dict[int, Outcome]:
    """The creates that must not be sent, by the `id()` of each. What is live now is put into the
    journal: a later run knows by it which routes none of these creates can have made.
    """
    try:
        rows = open_listing(writing.client, writing.api).rows()
        writing.journal.know(row.id for row in rows)
    except (ApiError, JournalRefused) as error:
        if isinstance(error, JournalRefused):
            writing.halt.stop_for("the journal cannot be written")
        return {id(one): _unsent(one, error) for one in creates}
    names: dict[str, list[str]] = {}
    for row in _new(rows, writing):
        names.setdefault(row.name, []).append(row.id)
    return {
        id(one): _taken(one, names[one.change.name]) for one in creates if one.change.name in names
    }


def _new(rows: Sequence[Listed], writing: Writing) -> Iterator[Listed]:
    """What was not there at the time of the plan, or had another name."""
    return (row for row in rows if writing.known.get(row.id) != row.name)


def _taken(one: Prepared, ids: Sequence[str]) -> ConflictOutcome:
    reason = (
        f"another route has this name since the plan ({', '.join(sorted(ids))}): check it, "
        "then plan again"
    )
    return ConflictOutcome(one.change.name, sorted(ids)[0], None, None, reason=reason)


def _unsent(one: Prepared, error: ApiError | JournalRefused) -> Outcome:
    name = one.change.name
    if isinstance(error, Stopped):
        return NotSent("create", name, "", "interrupted")
    if isinstance(error, JournalRefused):
        return Failed("create", name, "", f"not sent: {error}")
    message = f"not sent, because the list of routes could not be read: {error}"
    return Failed("create", name, "", message, error.advice, error.request_id)


def with_doubles(
    creates: Sequence[Prepared], outcomes: Mapping[int, Outcome], writing: Writing
) -> Iterator[dict[int, Outcome]]:
    """The creates that have a twin by now, in place of what was known of them. None where the
    list cannot be read: that is said, and the next plan says which routes have one name.
    """
    made = {id(one): one for one in creates if isinstance(outcomes.get(id(one)), Written)}
    if not made:
        return
    ours = {outcomes[key].id for key in made}
    try:
        rows = open_listing(writing.client, writing.api).rows()
    except ApiError as error:
        writing.warn(
            "this run cannot tell whether another one created the same routes at the same time: "
            f"{error}. The next plan shows it."
        )
        return
    others = [row for row in _new(rows, writing) if row.id not in ours]
    for key, one in made.items():
        outcome = outcomes[key]
        twins = sorted(row.id for row in others if row.name == one.change.name)
        if twins and isinstance(outcome, Written) and isinstance(one.change, Create):
            same = all(_is_same(one.change.after, identity, writing) for identity in twins)
            name, identity = outcome.name, outcome.id
            yield {key: Doubled("create", name, identity, outcome.version, tuple(twins), same)}


def _is_same(meant: Route, identity: str, writing: Writing) -> bool:
    try:
        live = read_live(writing.client, writing.api, identity)
    except (ApiError, UnreadableRoute):
        return False
    return live is not None and not stored_otherwise(meant, live, writing)
