"""An order that nobody may rely on, but the same in every run."""

import zlib
from typing import TypeVar

T = TypeVar("T")


class Order:
    """Draws from a seed; without one, everything stays as it was written."""

    def __init__(self, seed: str | None) -> None:
        self._state = None if seed is None else zlib.crc32(seed.encode())

    def draw(self) -> int:
        """The next of a row of numbers; 0 for ever without a seed."""
        if self._state is None:
            return 0
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return self._state >> 33  # the low bits of such a row repeat soon

    def shuffle(self, elements: list[T]) -> list[T]:
        """Reorder a list in place, and return it."""
        if self._state is not None and len(elements) > 1:
            keys = [self.draw() for _ in elements]
            elements[:] = [
                elements[place] for place in sorted(range(len(keys)), key=keys.__getitem__)
            ]
        return elements
