"""One exit code for all outcomes."""

import pytest

from reconciler.plan.change import Update, action_of
from reconciler.plan.outcome import (
    ConflictOutcome,
    Doubled,
    Failed,
    NotSent,
    Outcome,
    Unresolved,
    Written,
    apply_exit_code,
    left_of,
    undecided,
)
from reconciler.plan.plan import Drift
from tests.plan.parts import declared, live, planned, production

W = Written("update", "w", "01", 15)
C = ConflictOutcome("c", "02", 14, 15)
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


def test_what_was_not_written_is_left_whatever_its_name_is_now() -> None:
    files = [
        declared(production("New", targets=[]), "routes/new.yaml"),
        declared(production("Renamed"), previously="Production Alerts"),
        declared(production("Gone", targets=[]), "routes/gone.yaml", absent=True),
    ]
    lives = [live(production()), live(production("Gone", targets=[]), "01GONE")]
    changes = {action_of(one): one for one in planned(files, lives).changes}
    done: dict[str, Outcome] = {
        "create": Written("create", "New", "01NEW", 1),
        "update": Written("update", "Another name", "01LIVE", 15),
        "delete": Written("delete", "Another name", "01GONE"),
    }

    for action, outcome in done.items():
        rest = tuple(one for other, one in changes.items() if other != action)
        assert left_of(tuple(changes.values()), [outcome]) == rest
    assert left_of(tuple(changes.values()), tuple(done.values())) == ()
    unknown = Unresolved("create", "New", "", "lost")
    assert left_of(tuple(changes.values()), [unknown]) == tuple(changes.values())


def test_an_edit_beside_what_a_write_of_unknown_outcome_meant_is_a_conflict_that_names_it() -> None:
    (update,) = planned([declared(production(enabled=False))], [live(production())]).changes
    assert isinstance(update, Update)
    side = Drift(declared(production()), live(production()), update.fields, sent=update.fields)

    conflict = undecided(side)

    assert (conflict.name, conflict.id, conflict.live_version, conflict.cause) == (
        "Production Alerts",
        "01LIVE",
        14,
        "undecided",
    )
    assert conflict.reason.endswith("may have written: enabled")
