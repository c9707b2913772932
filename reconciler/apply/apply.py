"""A plan carried out: creates and updates at once, deletes only when these all went well.

The order is a promise: as long as anything that should page has not been written, nothing that
pages is taken away. The first write of each kind goes alone: a key without the right for it is
refused once, not eight times.

Two runs may create the same route at once, and names are not unique (fact 1.6). Before the first
POST the list shows which names were taken since the plan: these are not sent. After the last one it
shows which names another writer took meanwhile: both routes page, and both ids are named.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from reconciler.apply.write import Writing, carry_out, stored_otherwise
from reconciler.client import ApiError, Done, Failed as CallFailed, NotStarted, Stopped, gather
from reconciler.live.routes import open_listing, read_live
from reconciler.model import Listed, Route
from reconciler.plan.change import Create, Delete, action_of
from reconciler.plan.outcome import ConflictOutcome, Doubled, Failed, Outcome, Written, not_sent
from reconciler.planning.payloads import Prepared
from reconciler.runs.journal import JournalRefused
from reconciler.wire.reading import UnreadableRoute

CONCURRENT_WRITES = 8  # few enough for a person to follow, and far below the API's rate limit


def apply_changes(
    prepared: Sequence[Prepared],
    writing: Writing,
    tell: Callable[[Outcome], None],
) -> tuple[Outcome, ...]:
    """Write the changes; `tell` hears of each outcome at once, the result is in the order of
    `prepared`. Once `writing.halt` is set, no further write begins.
    """
    creates = [write for write in prepared if isinstance(write.change, Create)]
    outcomes = claimed(creates, writing) if creates else {}
    for outcome in outcomes.values():
        tell(outcome)
    first = [write for write in prepared if not isinstance(write.change, Delete)]
    for group in _groups([write for write in first if id(write) not in outcomes]):
        outcomes |= _write_all(group, writing, tell)
    for found in with_doubles(creates, outcomes, writing):
        outcomes |= found
        for outcome in found.values():
            tell(outcome)
    deletes = [write for write in prepared if isinstance(write.change, Delete)]
    if all(isinstance(ended, Written) for ended in outcomes.values()):
        for group in _groups(deletes):
            outcomes |= _write_all(group, writing, tell)
    else:
        for delete in deletes:
            outcomes[id(delete)] = not_sent(delete.change, "held back")
            tell(outcomes[id(delete)])
    return tuple(outcomes[id(write)] for write in prepared)


def _groups(prepared: Sequence[Prepared]) -> Iterator[Sequence[Prepared]]:
    """The first of each action by itself, then all others."""
    alone = {action_of(write.change): write for write in reversed(prepared)}
    ids = {id(write) for write in alone.values()}
    yield from ([write] for write in prepared if id(write) in ids)
    yield [write for write in prepared if id(write) not in ids]


def _write_all(
    prepared: Sequence[Prepared],
    writing: Writing,
    tell: Callable[[Outcome], None],
) -> dict[int, Outcome]:
    def call(write: Prepared) -> Callable[[], Outcome]:
        return lambda: carry_out(write, writing)

    outcomes: dict[int, Outcome] = {}
    halt = writing.halt
    calls = [call(write) for write in prepared]
    for ended in gather(calls, CONCURRENT_WRITES, stop=halt):
        write = prepared[ended.index]
        match ended:
            case Done(value=outcome):
                outcomes[id(write)] = outcome
            case CallFailed(error=error):  # of a read: the outcome of a write is a value
                raise error
            case NotStarted():
                outcomes[id(write)] = not_sent(write.change, halt.reason, halt.why)
        tell(outcomes[id(write)])
    for write in prepared:  # those that were not even looked at after a stop
        if id(write) not in outcomes:
            outcomes[id(write)] = not_sent(write.change, halt.reason, halt.why)
            tell(outcomes[id(write)])
    return outcomes


def claimed(creates: Sequence[Prepared], writing: Writing) -> dict[int, Outcome]:
    """The creates that must not be sent, by the `id()` of each. The journal gets what is live now:
    a later run knows by it which routes these creates cannot have made.
    """
    try:
        rows = open_listing(writing.client, writing.api).rows()
        writing.journal.know(row.id for row in rows)
    except (ApiError, JournalRefused) as error:
        if isinstance(error, JournalRefused):
            writing.halt.stop_for("the journal cannot be written")
        return {id(prepared): _unsent(prepared, error) for prepared in creates}
    names: dict[str, list[str]] = {}
    for row in _new(rows, writing):
        names.setdefault(row.name, []).append(row.id)
    return {
        id(prepared): _taken(prepared, names[prepared.change.name])
        for prepared in creates
        if prepared.change.name in names
    }


def _new(rows: Sequence[Listed], writing: Writing) -> Iterator[Listed]:
    """Routes that were not there at the time of the plan, or had another name."""
    return (row for row in rows if writing.known.get(row.id) != row.name)


def _taken(prepared: Prepared, ids: Sequence[str]) -> ConflictOutcome:
    reason = (
        f"another route has this name since the plan ({', '.join(sorted(ids))}): check it, "
        "then plan again"
    )
    return ConflictOutcome(prepared.change.name, sorted(ids)[0], None, None, reason=reason)


def _unsent(prepared: Prepared, error: ApiError | JournalRefused) -> Outcome:
    name = prepared.change.name
    if isinstance(error, Stopped):
        return not_sent(prepared.change, "interrupted")
    if isinstance(error, JournalRefused):
        return Failed("create", name, "", f"not sent: {error}")
    message = f"not sent, because the list of routes could not be read: {error}"
    return Failed("create", name, "", message, error.advice, error.request_id)


def with_doubles(
    creates: Sequence[Prepared], outcomes: Mapping[int, Outcome], writing: Writing
) -> Iterator[dict[int, Outcome]]:
    """The outcomes of creates that have a twin by now. If the list cannot be read, the run warns,
    and the next plan shows routes of one name.
    """
    made = {
        id(prepared): prepared
        for prepared in creates
        if isinstance(outcomes.get(id(prepared)), Written)
    }
    if not made:
        return
    ours = {outcomes[key].id for key in made}
    try:
        rows = open_listing(writing.client, writing.api).rows()
    except ApiError as error:
        writing.warn(
            "this run cannot tell whether another run created the same routes at the same time: "
            f"{error}. The next plan shows it."
        )
        return
    others = [row for row in _new(rows, writing) if row.id not in ours]
    for key, prepared in made.items():
        outcome = outcomes[key]
        twins = sorted(row.id for row in others if row.name == prepared.change.name)
        if twins and isinstance(outcome, Written) and isinstance(prepared.change, Create):
            same = all(_is_same(prepared.change.after, identity, writing) for identity in twins)
            name, identity = outcome.name, outcome.id
            yield {key: Doubled("create", name, identity, outcome.version, tuple(twins), same)}


def _is_same(meant: Route, identity: str, writing: Writing) -> bool:
    try:
        live = read_live(writing.client, writing.api, identity)
    except (ApiError, UnreadableRoute):
        return False
    return live is not None and not stored_otherwise(meant, live, writing)
