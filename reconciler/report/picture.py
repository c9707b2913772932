"""A picture of changed routes as Mermaid, which GitHub draws: source → route → target, channel.

Labels are text of an account or of a pull request. Mermaid reads HTML and directives in labels,
so every character that is neither a letter, a digit nor plainly harmless becomes an entity.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.model import Names, Route, Target, Value, without_team
from reconciler.plan.change import Change, Create, Delete
from reconciler.plan.compare.words import target_words, value_words
from reconciler.plan.paging.paging import Paging, paged, paging
from reconciler.plan.paging.possible import possible, possible_values
from reconciler.plan.plan import Plan
from reconciler.text import counted, cut, visible

MOST_ROUTES = 20  # a larger picture is unreadable
MOST_EDGES = 400  # Mermaid draws no more than 500, and says so in place of the picture
MOST_TEXT = 40_000  # characters; of those it takes 50,000
_WIDEST = 60  # columns of a label
_PLAIN = frozenset(" ._-/@+,:")
_LIST = re.compile(r"\s*\d*[.+-](?=\s|\Z)")  # Mermaid draws no lists: it shows an error for them
THICK, DOTTED = "==>", "-.->"
Edge = tuple[str, str]  # from and to, as keys of nodes


@dataclass(slots=True)
class _Drawing:
    """Nodes by key ("path 01…"), in the order in which they were met."""

    nodes: dict[str, str] = field(default_factory=dict)
    edges: dict[Edge, str] = field(default_factory=dict)

    def node(self, kind: str, key: str, label: str) -> str:
        """The node's key; its label is that of the first who named it."""
        self.nodes.setdefault(f"{kind} {key}", label)
        return f"{kind} {key}"


def picture(plan: Plan, names: Names) -> str:
    """A fenced block and its legend; "" when nothing is to be drawn. Ends with a newline.

    The legend has the lines that are there: most changes keep the channels.
    """
    changes = sorted(plan.changes, key=lambda change: not isinstance(change, Delete))
    if not changes:
        return ""
    drawing, drawn = _Drawing(), 0
    for change in changes[:MOST_ROUTES]:
        larger = _Drawing(dict(drawing.nodes), dict(drawing.edges))
        _draw(change, {**_labels(change), **names}, larger)
        if len(larger.edges) > MOST_EDGES or len("\n".join(_lines(larger))) > MOST_TEXT:
            break
        drawing, drawn = larger, drawn + 1
    if not drawn:
        return ""
    left = len(changes) - drawn
    more = f"{counted(left, 'more changed route')} not drawn." if left > 0 else ""
    below = " ".join(filter(None, (_legend(drawing), more)))
    return "\n".join(["```mermaid", *_lines(drawing), "```", *([below] if below else []), ""])


def _legend(drawing: _Drawing) -> str:
    lines = set(drawing.edges.values())
    explained = [
        words
        for line, words in ((THICK, "thick lines are new"), (DOTTED, "dotted lines go away"))
        if line in lines
    ]
    return f"{', '.join(explained).capitalize()}." if explained else ""


def _labels(change: Change) -> Mapping[str, str]:
    return {} if isinstance(change, Create) else change.live.labels


def _draw(change: Change, names: Names, drawing: _Drawing) -> None:
    route = drawing.node("route", change.name, change.name)
    before = None if isinstance(change, Create) else change.live.route
    after = None if isinstance(change, Delete) else change.after
    old = list(_edges(before, route, names, drawing)) if before else []
    new = list(_edges(after, route, names, drawing)) if after else []
    for edge in new:
        drawing.edges[edge] = "-->" if edge in old else THICK
    for edge in old:
        drawing.edges.setdefault(edge, DOTTED)


def _edges(route: Route, key: str, names: Names, drawing: _Drawing) -> Iterator[Edge]:
    """The edges into the route and out of it; a disabled route leads nowhere."""
    for source in route.sources:
        label = names.get(source.source, source.source)
        yield drawing.node("source", source.source, label), key
    if not route.enabled:
        return
    for target in _sorted(paged(route, names), names):
        for identity, label in _values(target.binding.values, names):
            yield key, drawing.node(target.kind, identity, label)
    if paging(route) is Paging.PERHAPS:
        yield key, drawing.node("nobody", "", "perhaps nobody")
    known = possible_values(route)
    for place in route.notify:
        for prefix, channels in (("slack", place.slack), ("teams", place.ms_teams)):
            channel_ids = possible(channels.channel, known).values if channels else ()
            for identity, label in _values(channel_ids, names):
                yield key, drawing.node(prefix, identity, label)


def _sorted(targets: Collection[Target], names: Names) -> list[Target]:
    return sorted(targets, key=lambda one: (one.kind, target_words(one, names), repr(one)))


def _values(values: Collection[Value], names: Names) -> Iterator[tuple[str, str]]:
    for value in sorted(values, key=repr):
        plain = without_team(getattr(value, "text", ""))  # a channel without its workspace
        yield plain or repr(value), names.get(plain) or value_words(value, names)


_SHAPES = {
    "source": ("[", "]"),
    "route": ("([", "])"),
    "path": ("{{", "}}"),
    "user": ("{{", "}}"),
    "nobody": ("(", ")"),
    "slack": (">", "]"),
    "teams": (">", "]"),
}


def _lines(drawing: _Drawing) -> Iterator[str]:
    yield "flowchart LR"
    places = {key: f"n{place}" for place, key in enumerate(drawing.nodes)}
    for key, label in drawing.nodes.items():
        left, right = _SHAPES[key.partition(" ")[0]]
        yield f'  {places[key]}{left}"{_escaped(label)}"{right}'
    for (start, end), line in drawing.edges.items():
        yield f"  {places[start]} {line} {places[end]}"


def _escaped(label: str) -> str:
    shown = cut(visible(label), _WIDEST) or " "
    item = _LIST.match(shown)
    sign = item.end() - 1 if item else -1
    return "".join(
        one if place != sign and (one.isalnum() or one in _PLAIN) else f"#{ord(one)};"
        for place, one in enumerate(shown)
    )
