"""A plan carried out: creates and updates at once, deletes only when these all went well.

The order is a promise: as long as anything that should page has not been written, nothing that
pages is taken away. The first write of each kind goes alone: a key without the right for it is
refused once, not eight times.
"""

from collections.abc import Callable, Iterator, Sequence

from reconciler.apply.doubles import claimed, with_doubles
from reconciler.apply.write import Writing, carry_out
from reconciler.client import Done, Failed, NotStarted, gather
from reconciler.plan.change import Create, Delete, action_of, live_id
from reconciler.plan.outcome import NotSent, Outcome, Written
from reconciler.planning.payloads import Prepared

CONCURRENT_WRITES = 8  # few enough for a person to follow, and far below the API's rate limit


def apply_changes(
    prepared: Sequence[Prepared],
    writing: Writing,
    tell: Callable[[Outcome], None],
    *,
    hold_deletes: bool = False,
) -> tuple[Outcome, ...]:
    """Write the changes; `tell` hears of each outcome as it is known, the result is in the order
    of `prepared`. Once `writing.halt` is set the writes in flight end and no other begins.
    `hold_deletes`: something that these belong to is not written at all.
    """
    creates = [one for one in prepared if isinstance(one.change, Create)]
    outcomes = claimed(creates, writing) if creates else {}
    for outcome in outcomes.values():
        tell(outcome)
    first = [one for one in prepared if not isinstance(one.change, Delete)]
    for group in _groups([one for one in first if id(one) not in outcomes]):
        outcomes |= _write_all(group, writing, tell)
    for found in with_doubles(creates, outcomes, writing):
        outcomes |= found
        for outcome in found.values():
            tell(outcome)
    deletes = [one for one in prepared if isinstance(one.change, Delete)]
    if not hold_deletes and all(isinstance(one, Written) for one in outcomes.values()):
        for group in _groups(deletes):
            outcomes |= _write_all(group, writing, tell)
    else:
        for one in deletes:
            outcomes[id(one)] = _held_back(one)
            tell(outcomes[id(one)])
    return tuple(outcomes[id(one)] for one in prepared)


def _groups(prepared: Sequence[Prepared]) -> Iterator[Sequence[Prepared]]:
    """The first of each action by itself, then all others."""
    alone = {action_of(one.change): one for one in reversed(prepared)}
    ids = {id(one) for one in alone.values()}
    yield from ([one] for one in prepared if id(one) in ids)
    yield [one for one in prepared if id(one) not in ids]


def _write_all(
    prepared: Sequence[Prepared],
    writing: Writing,
    tell: Callable[[Outcome], None],
) -> dict[int, Outcome]:
    def call(one: Prepared) -> Callable[[], Outcome]:
        return lambda: carry_out(one, writing)

    outcomes: dict[int, Outcome] = {}
    calls = [call(one) for one in prepared]
    for ended in gather(calls, CONCURRENT_WRITES, stop=writing.halt):
        one = prepared[ended.index]
        match ended:
            case Done(value=outcome):
                outcomes[id(one)] = outcome
            case Failed(error=error):  # carry_out returns what the API says; this is for its reads
                raise error
            case NotStarted():
                outcomes[id(one)] = _not_sent(one, writing)
        tell(outcomes[id(one)])
    for one in prepared:  # those that were not even looked at after a stop
        if id(one) not in outcomes:
            outcomes[id(one)] = _not_sent(one, writing)
            tell(outcomes[id(one)])
    return outcomes


def _not_sent(one: Prepared, writing: Writing) -> NotSent:
    halt = writing.halt
    identity = live_id(one.change) or ""
    return NotSent(action_of(one.change), one.change.name, identity, halt.reason, halt.why)


def _held_back(one: Prepared) -> NotSent:
    return NotSent(action_of(one.change), one.change.name, live_id(one.change) or "", "held back")
