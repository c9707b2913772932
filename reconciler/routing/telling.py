"""How a long judgement tells how far it is."""

from collections.abc import Callable

Tell = Callable[[int, int], None]
"""How many sources are done, and of how many. Called before each."""


def silent(_done: int, _total: int) -> None:
    """Nobody wants to know."""
