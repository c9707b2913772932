"""What an apply did, in words."""

import pytest

from reconciler.plan.outcome import (
    ConflictField,
    ConflictOutcome,
    Doubled,
    Failed,
    NotSent,
    Outcome,
    Unresolved,
    Written,
)
from reconciler.report.outcomes_text import outcome_text, outcomes_text

CONFLICT = ConflictOutcome(
    "Production Alerts",
    "01",
    14,
    15,
    "2026-08-21T09:12:00Z",
    (ConflictField("escalate", "Engineering On-Call", "Platform\nOn-Call"),),
)


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (Written("create", "A", "01", 1), "A: created v1\n"),
        (Written("delete", "A", "01"), "A: deleted\n"),
        (
            CONFLICT,
            "Production Alerts: conflict, not written. Planned from v14, but live is v15,\n"
            "  edited 2026-08-21 09:12 UTC.\n"
            "  escalate: Engineering On-Call → Platform / On-Call  (live edit; not changed)\n",
        ),
        (
            ConflictOutcome("A", "01", 14, 15),
            "A: conflict, not written. Planned from v14, but live is v15.\n",
        ),
        (
            ConflictOutcome("A", "01", 14, None, reason="it was deleted afterwards"),
            "A: conflict, not written. Planned from v14. It was deleted afterwards.\n",
        ),
        (
            ConflictOutcome("A", "01", None, 1, reason="not in the plan"),
            "A: conflict, not written. Not in the plan.\n",
        ),
        (
            Failed("update", "A", "01", "the API refused it", "do this", "req-1"),
            "A: failed. the API refused it\n  do this\n  request req-1\n",
        ),
        (Failed("update", "A", "01", "no"), "A: failed. no\n"),
        (
            Unresolved("create", "A", "", "the answer was lost"),
            "A: unknown. The create was sent, but its outcome is unknown: the answer was lost\n",
        ),
        (NotSent("update", "A", "01", "interrupted"), "A: not sent (interrupted)\n"),
        (
            NotSent("update", "A", "01", "stopped", "no right"),
            "A: not sent (stopped: no right)\n",
        ),
        (
            NotSent("create", "A", "", "sent before", "It may still arrive."),
            "A: not sent. It may still arrive.\n",
        ),
        (
            Doubled("create", "A", "01", 1, ("02", "03"), same=True),
            "A: doubled. This run created it as 01. At the same time another run, or a person\n"
            "  in the dashboard, created 02, 03 with the same name and content. All are live,\n"
            "  so an alert may page twice: delete all but one of them in the dashboard.\n",
        ),
        (Written("update", "\x1b[2J", "01", 2), "\\x1b[2J: updated v2\n"),
    ],
)
def test_each_outcome(outcome: Outcome, text: str) -> None:
    assert outcome_text(outcome) == text


def test_totals_follow_and_say_how_to_go_on() -> None:
    written = [Written("update", "B", "02", 2), Written("update", "C", "03", 2)]

    assert outcomes_text(written).endswith("C: updated v2\n2 written.\n")
    text = outcomes_text([CONFLICT, *written, NotSent("update", "D", "04", "stopped")], width=100)
    assert text.endswith(
        "\n2 written, 1 conflict, 1 not sent. `reconciler plan` shows what is left.\n"
    )
    assert outcomes_text([]) == "Nothing was written.\n"


def test_colour() -> None:
    assert outcomes_text([], colour=True) == "\x1b[1mNothing was written.\x1b[0m\n"
