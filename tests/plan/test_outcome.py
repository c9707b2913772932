"""One exit code for all outcomes."""

import pytest

from reconciler.plan.outcome import (
    Conflict,
    Doubled,
    Failed,
    NotSent,
    Outcome,
    Unresolved,
    Written,
    apply_exit_code,
)

W = Written("update", "w", "01", 15)
C = Conflict("c", "02", 14, 15)
F = Failed("update", "f", "03", "refused")
OTHERWISE = Failed("update", "o", "06", "stored otherwise", version=15)
U = Unresolved("create", "u", "04", "lost")
INTERRUPTED = NotSent("update", "n", "05", "interrupted")
STOPPED = NotSent("update", "n", "05", "stopped")
UNREVIEWED = NotSent("update", "n", "05", "not reviewed")
TWICE = Doubled("create", "w", "01", 1, ("02",))
SENT_BEFORE = NotSent("create", "n", "", "sent before")
HELD_BACK = NotSent("delete", "n", "05", "held back")


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([], 0),
        ([W], 0),
        ([C], 4),
        ([W, C], 4),
        ([TWICE], 4),
        ([TWICE, F], 5),
        ([SENT_BEFORE], 4),
        ([W, SENT_BEFORE], 4),
        ([W, UNREVIEWED], 4),
        ([UNREVIEWED], 4),
        ([C, HELD_BACK], 4),
        ([F], 1),
        ([F, C], 1),
        ([W, F], 5),
        ([W, F, C], 5),
        ([F, HELD_BACK], 1),
        ([OTHERWISE], 5),
        ([OTHERWISE, W], 5),
        ([U], 5),
        ([W, U], 5),
        ([F, U], 5),
        ([STOPPED], 1),
        ([W, STOPPED], 5),
        ([W, C, INTERRUPTED], 5),
    ],
)
def test_the_table(outcomes: list[Outcome], code: int) -> None:
    assert apply_exit_code(outcomes) == code
    assert apply_exit_code(list(reversed(outcomes))) == code


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [([], 130), ([INTERRUPTED], 130), ([C, INTERRUPTED], 130), ([W, INTERRUPTED], 5), ([W], 0)],
)
def test_an_interruption_counts_until_something_was_written(
    outcomes: list[Outcome], code: int
) -> None:
    assert apply_exit_code(outcomes, interrupted=130) == code
