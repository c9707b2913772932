"""The routing table of the files: who is paged and notified by what, one line a route."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.model import (
    Binding,
    Condition,
    ConditionGroups,
    Config,
    Declaration,
    Literal,
    Route,
    canonical_groups,
)
from reconciler.plan.paging.paging import doubts, paged
from reconciler.text import aligned, code, json_text, prose, visible

COLUMNS = ("Route", "Source", "Condition", "Escalation", "Slack")
NOTHING = "—"
NOBODY = "None"
MOST_CHOICES = 3  # of an expression, in one cell
LONGER = "see file"


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of a cell that Markdown sets as code."""

    text: str


Cell = tuple[str | Code, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One route; the cells in the order of COLUMNS."""

    cells: tuple[Cell, Cell, Cell, Cell, Cell]


def routing_table(declarations: Sequence[Declaration], config: Config) -> tuple[Row, ...]:
    """Routes with names, in the order of `table.order`, then by name; without absent ones."""
    places = {name: place for place, name in enumerate(config.table_order)}
    routes = sorted(
        (declaration.route for declaration in declarations if not declaration.absent),
        key=lambda route: (places.get(route.name, len(places)), route.name),
    )
    aliases = {
        known: source.alias or source.name
        for source in config.sources
        for known in (source.name, source.id)
        if known
    }
    return tuple(_row(route, aliases) for route in routes)


def _row(route: Route, aliases: Mapping[str, str]) -> Row:
    sources = [aliases.get(source.source, source.source) for source in route.sources]
    name = route.name if route.enabled else f"{route.name} (disabled)"
    return Row(
        (
            (name,),
            (", ".join(sources) or NOBODY,),
            _condition(route, sources),
            (_people(route),),
            (_channels(route),),
        )
    )


def _condition(route: Route, sources: Sequence[str]) -> Cell:
    own = [canonical_groups(source.when) for source in route.sources]
    different = {when for when in own if when}
    if route.when:
        return (LONGER,) if different else _short(canonical_groups(route.when))
    if not different:
        return (NOTHING,)
    if len(different) > 1:
        return (LONGER,)
    cell = _short(different.pop())
    if all(own) or cell == (LONGER,):
        return cell
    bound = [name for name, when in zip(sources, own, strict=True) if when]
    only = ", ".join(_shortest(name, sources) for name in bound)
    return (*cell, f" ({only} only)")


def _short(groups: ConditionGroups) -> Cell:
    match groups:
        case ((Condition(subject, "is_not_set", ()),),):
            return "Labels missing ", Code(subject), " key"
        case ((Condition(subject, "one_of" | "contains_one_of", (Binding((Literal(value),)),)),),):
            return (Code(f"{subject}={value}"),)
        case _:
            return (LONGER,)


def _shortest(name: str, sources: Sequence[str]) -> str:
    """The name without what stands in brackets, where no other source begins like it."""
    first = name.partition(" (")[0]
    alike = sum(source.partition(" (")[0] == first for source in sources)
    return first if alike == 1 else name


def _people(route: Route) -> str:
    """Names of targets, also of those that an expression chooses from, where these are few."""
    values = [value for target in route.escalate.targets for value in target.binding.values]
    if all(isinstance(value, Literal) for value in values):
        return ", ".join(v.text for v in values if isinstance(v, Literal)) or NOBODY
    found = [value for target in paged(route) for value in target.binding.values]
    if len(found) > MOST_CHOICES or not all(isinstance(value, Literal) for value in found):
        return LONGER
    named = sorted({value.text for value in found if isinstance(value, Literal)})
    return " or ".join([*named, *(["nobody"] if doubts(route) else [])])


def _channels(route: Route) -> str:
    slack = [place.slack.channel for place in route.notify if place.slack is not None]
    values = [value for channel in slack for value in channel.values]
    if not all(isinstance(value, Literal) for value in values):
        return LONGER
    return ", ".join(v.text for v in values if isinstance(v, Literal)) or NOBODY


def _text(cell: Cell) -> str:
    return visible("".join(part.text if isinstance(part, Code) else part for part in cell))


def _markdown(cell: Cell) -> str:
    return "".join(
        code(part.text, in_table=True) if isinstance(part, Code) else prose(part) for part in cell
    )


def table_text(rows: Sequence[Row], *, width: int | None = None, unicode: bool = True) -> str:
    """Aligned columns; wrapped where a terminal of `width` columns asks for it."""
    written = [COLUMNS, *(tuple(_text(cell) for cell in row.cells) for row in rows)]
    return aligned(written, width=width, unicode=unicode)


def table_markdown(rows: Sequence[Row], page: str = "") -> str:
    """A table as people write it, without padding: a change of one cell is a change of one line.
    Below it the address of the published page.
    """
    lines = [
        f"| {' | '.join(COLUMNS)} |",
        "|" + "---|" * len(COLUMNS),
        *(f"| {' | '.join(_markdown(cell) for cell in row.cells)} |" for row in rows),
    ]
    if page:
        lines += ["", f"[The page of all routes]({page}) says which alerts page whom."]
    return "".join(f"{line}\n" for line in lines)


def table_json(rows: Sequence[Row]) -> str:
    """A list of objects, keys in lower case, the cells of the text."""
    keys = [column.lower() for column in COLUMNS]
    return json_text([dict(zip(keys, map(_text, row.cells), strict=True)) for row in rows])


def holds_table(page: str, table: str) -> bool:
    """Whether a Markdown page has this very table, with no row after it."""
    lines, rows = page.splitlines(), table.splitlines()
    return any(
        lines[start : start + len(rows)] == rows
        and not "".join(lines[start + len(rows) : start + len(rows) + 1]).startswith("|")
        for start in range(len(lines))
    )
