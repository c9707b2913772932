"""The progress line of work that asks incident.io nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.cli.shell import Shell
from reconciler.routing.telling import Tell, silent


@contextmanager
def working(shell: Shell, verb: str) -> Iterator[Tell]:
    """Shows how many sources are done, e.g. "looking for gaps of 3 of 24 sources". Where no line is
    shown, nothing is imported for it.
    """
    if not shell.progress:
        yield silent
        return
    from reconciler.cli.progress import Progress
    from reconciler.client import Step

    with Progress(shell, verb) as progress:
        yield lambda done, total: progress.take(Step(verb, "sources", done, total))
