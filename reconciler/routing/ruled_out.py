"""What a comparison with the past adds to what is known: the readings that fall, and by which
alerts. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from reconciler.model import (
    READINGS,
    Answers,
    Reading,
    RuledOut,
    Semantics,
    Sighting,
    covering,
)
from reconciler.routing.calibrate import MISSING, SEEN, Calibrated, Evidence


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What the past shows now leaves none of the readings that the lock file leaves."""

    known: Semantics
    found: Calibrated


def updated(
    known: Semantics | None,
    account: str,
    found: Calibrated,
    today: date,
    whole_since: date | None = None,
) -> Semantics | Disagreement | None:
    """The lock file as it is to be: the known one where the past adds nothing, None where there is
    none and nothing falls. What was ruled out once stays so, with its evidence.
    """
    before = known.left if known else READINGS
    left = tuple(reading for reading in before if reading in found.left)
    if known is not None and not left:
        return Disagreement(known, found)
    if left == before:
        return known
    fallen = {reading for reading in before if reading not in left}
    now = [reading for reading in READINGS if reading not in found.left]
    new = [
        _row(answers, now, found.gathered, today, whole_since)
        for answers in covering(now)
        if any(reading.gives(answers) for reading in fallen)
    ]
    return Semantics(account, left, (*(known.ruled_out if known else ()), *new))


def _row(
    answers: Answers,
    fallen: Iterable[Reading],
    gathered: Sequence[Evidence],
    today: date,
    whole_since: date | None,
) -> RuledOut:
    """With as few alerts as make each of these readings fall."""
    chosen: list[Evidence] = []
    for reading in fallen:
        if reading.gives(answers):
            against = [evidence for evidence in gathered if reading in evidence.against]
            chosen += _enough([evidence for evidence in against if evidence not in chosen], [
                evidence for evidence in chosen if reading in evidence.against
            ])  # fmt: skip
    alerts = {Sighting(seen.alert.id, seen.alert.created_at, seen.kind) for seen in chosen}
    rests = whole_since if any(seen.kind == "paged" for seen in chosen) else None
    in_order = sorted(alerts, key=lambda seen: (seen.at, seen.alert, seen.saw))
    return RuledOut(answers, today, tuple(in_order), rests)


def _enough(against: Sequence[Evidence], have: Sequence[Evidence]) -> list[Evidence]:
    """What is still needed: two alerts whose page or incident was seen, else five without one; the
    newest, which people still remember.
    """
    for kinds, needed in ((("paged", "incident"), SEEN), (("not paged",), MISSING)):
        known = {evidence.alert.id for evidence in have if evidence.kind in kinds}
        found = {
            evidence.alert.id: evidence
            for evidence in against
            if evidence.kind in kinds and evidence.alert.id not in known
        }
        if len(known) + len(found) >= needed:
            newest = sorted(found.values(), key=lambda seen: seen.alert.created_at, reverse=True)
            return newest[: max(0, needed - len(known))]
    return []
