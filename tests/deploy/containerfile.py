"""The Containerfile, taken apart: instructions in order, by stage."""

import re
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CONTAINERFILE = REPOSITORY / "Containerfile"


@dataclass(frozen=True)
class Stage:
    """`instructions`: (word, the rest in one line), without FROM."""

    image: str
    name: str
    instructions: tuple[tuple[str, str], ...]

    def all(self, word: str) -> list[str]:
        return [rest for instruction, rest in self.instructions if instruction == word]


def stages() -> list[Stage]:
    text = re.sub(r"(?m)^\s*#.*\n", "", CONTAINERFILE.read_text("utf-8"))
    lines = [line for line in re.sub(r"\s*\\\n\s*", " ", text).splitlines() if line.strip()]
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append((rest, []))
        else:
            found[-1][1].append((word, rest))
    parts = [(head.partition(" AS "), inside) for head, inside in found]
    return [Stage(image, name, tuple(inside)) for (image, _, name), inside in parts]
