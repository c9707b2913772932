"""The plan as the comment of a request to merge, with a picture, within the forge's limit.

A forge refuses a long body, so detail goes in tiers: first the picture, then the
fields, then the lines of single routes. Totals, risks and deletions always stay.

The picture is Mermaid, which reads HTML and directives in labels. Labels are text of an account or
of a pull request, so every character that is not plainly harmless becomes an entity.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.forge.words import GITHUB, Words
from reconciler.model import Names, Route, Target, Value, without_team
from reconciler.past.replayed import Replay
from reconciler.plan.change import Change, Create, Delete
from reconciler.plan.compare.words import target_words, value_words
from reconciler.plan.paging.paging import Paging, paged, paging, possible, possible_values
from reconciler.plan.plan import Plan, is_guard
from reconciler.report.headline import explained_below, headline, risk_lines, risks_of
from reconciler.report.plan_markdown import (
    change_line,
    markdown_risks,
    plan_body,
    proof_blocks,
    replay_blocks,
    state_lines,
)
from reconciler.report.plan_words import (
    beside,
    changes_words,
    fitting,
    side_groups,
    side_sentence,
)
from reconciler.text import code, counted, cut, cut_to_size, joined, prose, sentence, size, visible

_MOST_NAMES = 20_000  # characters of the names of one kind of risk, where nothing else fits
_MOST_REASON = 600  # characters of an error: escaped, they fit above the plan of an older commit
SHORTENED = "This comment is shortened. The summary and the artifact of the run have all details."


def no_plan_comment(why: str) -> str:
    """The comment of a plan that could not read incident.io: the end of a sentence."""
    return sentence(cut_to_size(why.rstrip("."), _MOST_REASON)) + "\n"


Tier = Callable[[Plan, Names, Words, Replay | None], Iterator[str]]


def plan_comment(
    plan: Plan, names: Names, words: Words = GITHUB, replay: Replay | None = None
) -> str:
    """Markdown of at most `words.most` characters; ends with a newline."""
    tiers: tuple[Tier, ...] = (
        _everything,
        _without_picture,
        _without_fields,
        _without_routes,
        _names_alone,
    )
    text = ""
    for tier in tiers:
        text = joined(tier(plan, names, words, replay))
        if size(text) <= words.most:
            return text
    return cut_to_size(
        text, words.most
    )  # a count of risks by label and names: cut only in an account of extreme size


def _everything(plan: Plan, names: Names, words: Words, replay: Replay | None) -> Iterator[str]:
    yield from _head(plan, words, 40, replay)
    drawn = picture(plan, names)
    if drawn:
        yield ""
        yield drawn.rstrip("\n")
    yield from plan_body(plan)


def _without_picture(
    plan: Plan, _names: Names, words: Words, replay: Replay | None
) -> Iterator[str]:
    yield from _head(plan, words, 40, replay)
    yield from plan_body(plan)


def _without_fields(
    plan: Plan, _names: Names, words: Words, replay: Replay | None
) -> Iterator[str]:
    yield from _head(plan, words, 20, replay)
    yield from ("", SHORTENED)
    yield from _lines(plan, plan.changes)
    yield from _beside(plan)


def _without_routes(
    plan: Plan, _names: Names, words: Words, replay: Replay | None
) -> Iterator[str]:
    yield from _head(plan, words, 10, replay)
    yield from ("", SHORTENED)
    yield from _lines(plan, (change for change in plan.changes if isinstance(change, Delete)))


def _names_alone(plan: Plan, _names: Names, _words: Words, replay: Replay | None) -> Iterator[str]:
    yield from _first_lines(plan)
    yield from proof_blocks(plan, 5)
    yield from replay_blocks(replay, 0)
    labels = dict.fromkeys(line.label for line in risk_lines(plan))
    groups = {
        label: [name for line in risk_lines(plan) if line.label == label for name in line.names]
        for label in labels
    }
    for label, routes in groups.items():
        names = fitting([*map(code, routes)], _MOST_NAMES // len(groups), "and {0} more")
        yield f"- ⚠️ **{label}** ({len(routes)}): {', '.join(names)}"
    yield from ("", SHORTENED)


def _first_lines(plan: Plan) -> Iterator[str]:
    first = headline(plan)
    if not plan.changes and plan.applyable and not plan.conflicts:
        first = replace(first, strong="Merging this changes nothing in incident.io.")
    counts = changes_words(plan)
    if plan.who is not None and plan.who.nobody_paged_differently and not plan.who.who.rows:
        counts = f"{', '.join(beside(plan))}." if beside(plan) else ""  # the proof has the routes
    sentences = [f"**{prose(first.strong)}**", prose(first.rest), counts]
    yield " ".join(filter(None, sentences))
    yield ""
    yield from state_lines(plan)


def _head(plan: Plan, words: Words, most: int, replay: Replay | None) -> Iterator[str]:
    """`most`: rows of the proof, of each kind."""
    yield from _first_lines(plan)
    yield from proof_blocks(plan, most)
    yield from replay_blocks(replay, most // 2)
    risks = [*markdown_risks(plan)]
    yield from risks
    if risks or not plan.applyable:
        yield ""
    yield _compared(plan, words)


def _compared(plan: Plan, words: Words) -> str:
    """Which routes were looked at, and from where changes are counted."""
    about = plan.context
    seen = {*plan.unchanged, *(change.name for change in (*plan.changes, *plan.conflicts))}
    seen |= {drift.name for drift in (*plan.drift, *plan.merged)}
    base = f" Changes are counted from {code(about.base[:12])}." if about.base else ""
    if about.scope == "changed":
        those = "the 1 route" if len(seen) == 1 else f"the {len(seen)} routes"
        if not seen:
            return f"This {words.request} changes no route.{base}"
        return f"Compared with incident.io: {those} that this {words.request} changes.{base}"
    those = "the 1 declared route" if len(seen) == 1 else f"all {len(seen)} declared routes"
    return f"Compared with incident.io: {those}.{base}"


def _lines(plan: Plan, changes: Iterable[Change]) -> Iterator[str]:
    below = explained_below(risk_lines(plan))
    yield ""
    for change in changes:
        labels = [risk.label for risk in risks_of(change, plan)] if change.name in below else []
        yield f"- {change_line(change, labels)}"


def _beside(plan: Plan) -> Iterator[str]:
    for group in side_groups(plan):
        yield from ("", f"### {group.heading}", "")
        for side in group.sides:
            yield f"- {code(side.name)} ({prose(side_sentence(side))})"
    refused = [
        refusal for refusal in plan.findings if refusal.level == "error" or is_guard(refusal)
    ]
    if refused:
        yield from ("", "### Findings", "")
    for finding in refused:
        yield f"- **{finding.level}** {sentence(finding.message)} {code(finding.code)}"


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
    """A fenced block and its legend of the lines that are there; "" when nothing is to be drawn."""
    changes = sorted(plan.changes, key=lambda change: not isinstance(change, Delete))
    if not changes:
        return ""
    drawing, drawn = _Drawing(), 0
    for change in changes[:MOST_ROUTES]:
        larger = _Drawing(dict(drawing.nodes), dict(drawing.edges))
        _draw(change, {**_labels(change), **names}, larger)
        if len(larger.edges) > MOST_EDGES or len("\n".join(_diagram(larger))) > MOST_TEXT:
            break
        drawing, drawn = larger, drawn + 1
    if not drawn:
        return ""
    left = len(changes) - drawn
    more = f"{counted(left, 'more changed route')} not drawn." if left > 0 else ""
    below = " ".join(filter(None, (_legend(drawing), more)))
    return "\n".join(["```mermaid", *_diagram(drawing), "```", *([below] if below else []), ""])


def _legend(drawing: _Drawing) -> str:
    lines = set(drawing.edges.values())
    explained = [
        words
        for line, words in ((THICK, "thick lines are new"), (DOTTED, "dotted lines are removed"))
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
    return sorted(
        targets, key=lambda target: (target.kind, target_words(target, names), repr(target))
    )


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


def _diagram(drawing: _Drawing) -> Iterator[str]:
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
        letter if place != sign and (letter.isalnum() or letter in _PLAIN) else f"#{ord(letter)};"
        for place, letter in enumerate(shown)
    )
