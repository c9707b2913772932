"""`python -m tests.routing.fuzz SECONDS [SEED]`: pairs of sets of routes, each compared and judged
on random alerts, by an oracle and by the evaluator.
Compared is what is known of the account, which may be less than all; judged is what
is true. Prints how many; ends with 1 at the first wrong answer.
"""

import contextlib
import random
import sys
import time
from datetime import date

from reconciler.routing.compare import Limits, compare
from reconciler.routing.reading import QUESTIONS, Assumption, admissible
from tests.routing.judge import check, check_by_evaluator, check_witnesses
from tests.routing.oracle import Answers, Oracle, UndecidedError
from tests.routing.pairs import SHOWN, WORLD, alerts, pairs

ALERTS, BY_EVALUATOR = 60, 6
PLAIN = "--plain" in sys.argv


def answers_of(seed: int) -> Answers:
    """Any answers, the same to the same question."""

    def answer(question: object) -> bool:
        return random.Random(f"{seed}{question!r}").random() < 0.5  # noqa: S311

    return answer


def one_pair(seed: int, *, expressions: bool) -> tuple[int, int, bool]:
    """Changes seen, rows, and whether all is known."""
    made = random.Random(seed)  # noqa: S311
    before, after = pairs(made.choice, expressions=expressions)
    assumed = [
        Assumption(question, answer=made.random() < 0.5, reason="any", since=date(2026, 7, 1))
        for question in QUESTIONS
        if made.random() < 0.2
    ]
    limits = made.choice((Limits(), Limits(), Limits(rows=4)))
    who = compare(before, after, made.choice(SHOWN), assumed, limits)
    readings = list(admissible(assumed))
    answers = answers_of(seed)
    with contextlib.suppress(UndecidedError):
        check_witnesses(who, before, after, WORLD, readings)
    seen = 0
    for number in range(ALERTS):
        alert = alerts(made.choice)
        reading = made.choice(readings)
        try:
            if number < BY_EVALUATOR:
                oracle = Oracle(WORLD, reading, alert, answers)
                check_by_evaluator(who, before, after, alert, oracle)
            seen += check(who, before, after, WORLD, alert, reading, answers)
        except UndecidedError:
            continue
    return seen, len(who.rows), who.complete


def main() -> int:
    """See the module."""
    seconds = float(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    end = time.monotonic() + seconds
    pairs_, seen, rows, known = 0, 0, 0, 0
    while time.monotonic() < end:
        try:
            one = one_pair(seed, expressions=bool(seed % 2) and not PLAIN)
        except Exception:
            print(f"seed {seed}", file=sys.stderr)  # noqa: T201
            raise
        seed += 1
        pairs_, seen, rows, known = pairs_ + 1, seen + one[0], rows + one[1], known + one[2]
    print(f"{pairs_} pairs, {seen} changes, {rows} rows, {known} complete")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
