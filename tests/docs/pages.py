"""The pages of the documentation, taken apart: headings, links, what a reader would do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = (
    *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((REPOSITORY / "docs").rglob("*.md")),
)

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MEANWHILE = re.compile(r"^<!-- meanwhile: (.*?) -->$", re.MULTILINE)
_FILE = re.compile(r"`([^`\s]+)`:$")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^( *)```.*?^\1```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A line after `$ `, and what the page shows as its output."""

    text: str
    output: str
    line: int  # of the page


@dataclass(frozen=True)
class Edit:
    """A file that the page shows. `kind`: "write" the whole, "append", or apply a "diff"."""

    kind: str
    path: str
    text: str


@dataclass(frozen=True)
class Meanwhile:
    """What happens behind the reader's back, in a comment that only the tests see."""

    words: str


Step = Command | Edit | Meanwhile


@dataclass(frozen=True)
class Page:
    """One page, as text."""

    path: Path
    text: str = field(repr=False)

    @property
    def name(self) -> str:
        """Its path in the repository."""
        return str(self.path.relative_to(REPOSITORY))

    @property
    def blocks(self) -> Iterator[tuple[str, str, int]]:
        """Language, content and first line of each fenced block."""
        for block in _BLOCK.finditer(self.text):
            yield block[1], block[2], self.text.count("\n", 0, block.start(2)) + 1

    @property
    def prose(self) -> str:
        """The text without code and comments."""
        return re.sub(r"<!--.*?-->", "", _CODE.sub("", self.text), flags=re.DOTALL)

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return _LINK.findall(re.sub(r"^( *)```.*?^\1```$", "", self.text, flags=re.M | re.S))

    @property
    def anchors(self) -> list[str]:
        """The fragments of its headings, as GitHub makes them."""
        return [_anchor(title) for _, title in _HEADING.findall(_without_blocks(self.text))]

    @property
    def shell_lines(self) -> Iterator[str]:
        """Every command that the page tells its reader to type, whether its output is shown or
        not.
        """
        for language, content, _ in self.blocks:
            if language == "console":
                yield from (line[2:] for line in content.splitlines() if line.startswith("$ "))
            elif language == "sh":
                lines = content.replace("\\\n", " ").splitlines()
                yield from (line for line in lines if line.strip() and not line.startswith("#"))

    @property
    def steps(self) -> list[Step]:
        """What its reader does, in order."""
        found: list[tuple[int, Step]] = [
            (match.start(), Meanwhile(match[1])) for match in _MEANWHILE.finditer(self.text)
        ]
        for block in _BLOCK.finditer(self.text):
            line = self.text.count("\n", 0, block.start(2)) + 1
            if block[1] == "console":
                found += [(block.start(), command) for command in _commands(block[2], line)]
            elif block[1] in ("yaml", "diff", "json"):
                edit = _edit(self.text[: block.start()].rstrip(), block[1], block[2])
                found += [] if edit is None else [(block.start(), edit)]
        return [step for _, step in sorted(found, key=lambda one: one[0])]

    @property
    def runs(self) -> bool:
        """Whether its commands are shown with their output."""
        return any(language == "console" for language, _, _ in self.blocks)


def pages() -> list[Page]:
    """Every page."""
    return [Page(path, path.read_text(encoding="utf-8")) for path in PAGES]


def _commands(content: str, first: int) -> Iterator[Command]:
    starts = [m.start() for m in re.finditer(r"^\$ ", content, re.MULTILINE)]
    for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
        command, _, output = content[start + 2 : end].partition("\n")
        yield Command(command, output, first + content.count("\n", 0, start))


def _edit(before: str, language: str, content: str) -> Edit | None:
    """`Add to `FILE`:`, `In `FILE`:` with a diff, or any other sentence that ends with a file."""
    line = before.rpartition("\n")[2]
    named = _FILE.search(line)
    if named is None:
        return None
    if language == "diff":
        return Edit("diff", named[1], content)
    return Edit("append" if "dd to `" in line else "write", named[1], content)


def _without_blocks(text: str) -> str:
    return re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.M | re.S)


def _anchor(title: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
