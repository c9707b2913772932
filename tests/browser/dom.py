"""A page as its elements and words, without a browser."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Dom(HTMLParser):
    """Elements as (tag, attributes), and the text of each inline script and style."""

    found: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    inline: dict[str, list[str]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.found.append((tag, attributes))
        if tag in ("script", "style"):
            self._inside = f"{tag} {attributes.get('type', '')}".strip()
            self.inline.setdefault(self._inside, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.inline[self._inside][-1] += data
        elif data.strip():
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def attributes(self, name: str) -> list[str]:
        return [value for _, each in self.found if (value := each.get(name))]


def parsed(page: str) -> Dom:
    dom = Dom()
    dom.feed(page)
    dom.close()
    return dom
