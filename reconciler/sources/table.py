"""The sources as tables: the one for the team's page, and the one beside the account. Pure."""

from collections.abc import Sequence

from reconciler.files.write.inventory import inventory_lines
from reconciler.model import Config
from reconciler.sources.inventory import Line
from reconciler.sources.live import LiveSource
from reconciler.text import json_text, prose, visible

URL_COLUMNS = ("Environment", "Alert source", "URL")
LINE_COLUMNS = ("Source", "Environment", "Type", "State", "Routes")
NOTHING = "—"
_STATES = {
    "source-missing": "missing",
    "source-renamed": "renamed",
    "source-extra": "not in the inventory",
    "source-differs": "differs",
    "source-unused": "no route",
    "wrong-environment": "wrong environment",
}

Cells = tuple[str, ...]


def url_rows(config: Config) -> tuple[Cells, ...]:
    """Environment, source and URL, for each source that has a URL: kind by kind, as people look
    for them, then in the inventory's order.
    """
    known = [source for source in config.sources if source.url]
    kinds = list(dict.fromkeys(source.type for source in known))
    known.sort(key=lambda source: kinds.index(source.type))
    return tuple((_title(each.environment), each.name, each.url) for each in known)


def why_empty(config: Config) -> str:
    """Why the table of URLs has no row; "" where it has one."""
    if any(source.url for source in config.sources):
        return ""
    lacks = "no source has a `url:`" if config.sources else "`sources:` is empty"
    return f"the table has no rows, because {lacks}; `reconciler sources` lists the live sources"


def to_paste(lives: Sequence[LiveSource], *, local: bool) -> str:
    """Sources as they are written below `sources:` of reconciler.yaml. `local`: as for
    `inventory_lines`.
    """
    return inventory_lines(((live.name, live.id, live.url) for live in lives), local=local)


def line_rows(lines: Sequence[Line]) -> tuple[Cells, ...]:
    return tuple(
        (
            line.name,
            (line.known.environment if line.known else "") or NOTHING,
            (line.live.type if line.live else line.known.type if line.known else "") or NOTHING,
            ", ".join(dict.fromkeys(_STATES[finding.code] for finding in line.findings)) or "ok",
            ", ".join(line.routes) or NOTHING,
        )
        for line in lines
    )


def as_markdown(heads: Cells, rows: Sequence[Cells]) -> str:
    """A table without padding; a URL stays a link."""
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return "".join(f"{line}\n" for line in lines)


def as_json(heads: Cells, rows: Sequence[Cells]) -> str:
    """A list of objects, the heads in lower case with underscores as keys."""
    keys = [head.lower().replace(" ", "_") for head in heads]
    return json_text([dict(zip(keys, row, strict=True)) for row in rows])


def _cell(text: str) -> str:
    return visible(text).replace("|", "%7C") if text.startswith("https://") else prose(text)


def _title(environment: str) -> str:
    return environment[:1].upper() + environment[1:] if environment else NOTHING
