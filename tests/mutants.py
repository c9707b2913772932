"""How many one-line mutations of the pure rooms the tests notice: `make mutants`.

mutmut makes the mutants and runs, for each, the tests that reach its function. There are 17,000
of them, so this draws some of each room and says how many the tests killed. It prints the rest.
"""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

ROOMS = ("model", "plan", "wire", "directory")
EXAMPLES = 12  # of a law: each is run once for each mutant that it reaches
KILLED = (1, 3, 24, 36, -24)  # by mutmut's codes: a test failed, or it ran out of time
FIRST = "reconciler.model.words.*"  # a run of something small makes all mutants


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """As a plugin of the runs: fewer examples."""
    for item in items:
        law = getattr(item, "obj", None)
        own = getattr(law, "_hypothesis_internal_use_settings", None)
        if own is not None and own.max_examples > EXAMPLES:
            few = hypothesis.settings(own, max_examples=EXAMPLES)
            law._hypothesis_internal_use_settings = few  # type: ignore[union-attr]


def outcomes() -> Iterator[tuple[str, int | None]]:
    """Each mutant with mutmut's code of what became of it; None before it was tried."""
    for made in sorted(Path("mutants", "reconciler").rglob("*.meta")):
        yield from json.loads(made.read_text("utf-8"))["exit_code_by_key"].items()


def room_of(mutant: str) -> str:
    return mutant.split(".")[1]


def drawn(each: int, seed: int) -> list[str]:
    """So many mutants of each room."""
    found: list[str] = []
    for room in ROOMS:
        names = sorted(name for name, _ in outcomes() if room_of(name) == room)
        found += random.Random(seed).sample(names, min(each, len(names)))  # noqa: S311
    return found


def run(*mutants: str) -> None:
    subprocess.run(["mutmut", "run", "--max-children", "2", *mutants], check=True)


def main(each: int, seed: int) -> None:
    """Try them, and print the share killed and each mutant that survived."""
    run(FIRST)
    chosen = set(drawn(each, seed))
    run(*sorted(chosen))
    ended = {name: code for name, code in outcomes() if name in chosen}
    for name in sorted(name for name, code in ended.items() if code not in KILLED):
        sys.stdout.write(f"survived: mutmut show {name}\n")
    killed = Counter(room_of(name) for name, code in ended.items() if code in KILLED)
    for room in ROOMS:
        tried = sum(room_of(name) == room for name in ended)
        sys.stdout.write(f"{room}: {killed[room]} of {tried} killed\n")


if __name__ == "__main__":
    main(*(int(number) for number in (*sys.argv[1:], "100", "1")[:2]))
