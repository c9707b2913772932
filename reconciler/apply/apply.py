"""A plan carried out: creates and updates at once, deletes only when these all went well.

The order is a promise: as long as anything that should page has not been written, nothing that
pages is taken away.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from reconciler.apply.prepare import Prepared
from reconciler.apply.write import Writing, carry_out
from reconciler.client import Done, Failed, NotStarted, gather
from reconciler.plan.change import Delete, action_of, live_id
from reconciler.plan.outcome import NotSent, Outcome, Written

CONCURRENT_WRITES = 8  # few enough for a person to follow, and far below the API's rate limit


def apply_changes(
    prepared: Sequence[Prepared],
    writing: Writing,
    tell: Callable[[Outcome], None],
) -> tuple[Outcome, ...]:
    """Write the changes; `tell` hears of each outcome as it is known, the result is in the order
    of `prepared`. Once `writing.stop` is set the writes in flight end and no other begins.
    """
    first = [one for one in prepared if not isinstance(one.change, Delete)]
    deletes = [one for one in prepared if isinstance(one.change, Delete)]
    outcomes = _write_all(first, writing, tell)
    if all(isinstance(outcome, Written) for outcome in outcomes.values()):
        outcomes |= _write_all(deletes, writing, tell)
    else:
        for one in deletes:
            outcomes[id(one)] = _not_sent(one, "held back")
            tell(outcomes[id(one)])
    return tuple(outcomes[id(one)] for one in prepared)


def _write_all(
    prepared: Sequence[Prepared],
    writing: Writing,
    tell: Callable[[Outcome], None],
) -> dict[int, Outcome]:
    def call(one: Prepared) -> Callable[[], Outcome]:
        return lambda: carry_out(one, writing)

    outcomes: dict[int, Outcome] = {}
    calls = [call(one) for one in prepared]
    for ended in gather(calls, CONCURRENT_WRITES, stop=writing.stop):
        one = prepared[ended.index]
        match ended:
            case Done(value=outcome):
                outcomes[id(one)] = outcome
            case Failed(error=error):  # carry_out returns what the API says; this is for its reads
                raise error
            case NotStarted():
                outcomes[id(one)] = _not_sent(one, "interrupted")
        tell(outcomes[id(one)])
    for one in prepared:  # those that were not even looked at after a stop
        if id(one) not in outcomes:
            outcomes[id(one)] = _not_sent(one, "interrupted")
            tell(outcomes[id(one)])
    return outcomes


def _not_sent(one: Prepared, reason: Literal["held back", "interrupted"]) -> NotSent:
    return NotSent(action_of(one.change), one.change.name, live_id(one.change) or "", reason)
