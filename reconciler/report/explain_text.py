"""One alert explained, for a person at three in the morning: who is paged comes first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model import Position
from reconciler.planning.explained import Explained
from reconciler.report.explain_words import (
    STOPS,
    alert_words,
    assuming,
    condition_result,
    place_of,
    unknown_words,
    whether,
)
from reconciler.routing.on_call import OnCall
from reconciler.routing.outcome import Answer, Effect, Stop, Why
from reconciler.routing.values import Unknown, Value
from reconciler.routing.who import Thing
from reconciler.text import Line, Span, Style, beside, counted, line, render

_HEADINGS: Mapping[Answer, str] = {"yes": "Taken by", "unknown": "Unknown", "no": "Not taken by"}
MOST_NAMED = 6  # of routes that have nothing to do with the alert


def explain_text(
    explanation: Explained,
    before: Explained | None = None,
    on_call: Sequence[OnCall] = (),
    *,
    width: int = 80,
    colour: bool = False,
    unicode: bool = True,
) -> str:
    """`before`: the same alert and the routes of another day."""
    lines: list[Line] = []
    for row in _rows(explanation, before, on_call):
        lines += beside(row.words, row.place, width, row.indent)
    return render(lines, colour=colour, unicode=unicode)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, and the place in a file that it is about. `indent`: of what does not fit."""

    words: Line
    indent: str = "  "
    place: Line = ()


def _rows(
    explanation: Explained, before: Explained | None, on_call: Sequence[OnCall]
) -> Iterator[_Row]:
    for words, style in _paged(explanation):
        yield _Row(line(Span(words, style)))
    for path in on_call:
        for words, style in on_call_words(path):
            yield _Row(line(Span(words, style)))
    for words in _posted(explanation):
        yield _Row(line(words))
    if before is not None:
        yield from _compared(explanation, before)
    yield _Row(line(Span(f"Alert: {alert_words(explanation.alert, explanation.names)}", "dim")))
    whys = {key: explanation.outcome.why(key) for key in explanation.outcome.routes}
    for answer, heading in _HEADINGS.items():
        chosen = [key for key, why in whys.items() if why.verdict.answer == answer]
        own = [key for key in chosen if not whys[key].stop]
        if own:
            yield _Row(())
            yield _Row(line(Span(heading, "strong")))
        for key in sorted(own, key=lambda key: explanation.routes[key].name):
            yield from _route(explanation, key, whys[key])
    yield from _others(explanation, whys)


def _paged(explanation: Explained) -> Iterator[tuple[str, Style]]:
    """Who is paged for sure, who twice, and who perhaps."""
    pages = explanation.outcome.pages
    sure = {thing: effect for thing, effect in pages.items() if effect.verdict.answer == "yes"}
    if sure:
        names = sorted(thing_words(thing, explanation) for thing in sure)
        yield _sentence(f"Pages {_listed(names)}", sure.values(), explanation), "strong"
    elif explanation.outcome.nobody == "yes":
        routed = "" if explanation.outcome.unrouted != "yes" else ": no route takes this alert"
        yield f"Pages NOBODY{routed}.", "error"
    for thing, effect in sorted(pages.items(), key=lambda pair: thing_words(pair[0], explanation)):
        name = thing_words(thing, explanation)
        if effect.verdict.answer == "unknown":
            who = f"May also page {name}" if sure else f"Pages {name} or NOBODY"
            yield f"{who}: {_why_perhaps(effect, explanation)}.", "warning"
        if effect.twice.answer == "yes":
            via = _listed(_names(effect.routes, explanation))
            yield f"Pages {name} more than once: {via} each do.", "warning"
        elif effect.twice.answer == "unknown" and effect.verdict.answer == "yes":
            perhaps = [key for key, found in effect.via.items() if found.answer == "unknown"]
            yield (
                f"May page {name} twice: {_listed(_names(perhaps, explanation))} may, too.",
                "warning",
            )
    for key, value in explanation.outcome.anybody.items():
        yield f"May page any target: {_open(value, key, explanation)}.", "warning"


def on_call_words(path: OnCall) -> Iterator[tuple[str, Style]]:
    """Who answers now, level by level; the hour matters, so it is "now" and no more."""
    if path.reaches == "no":
        empty = ", ".join(name for step in path.steps for name in step.empty)
        why = f": nobody is on call in {empty}" if empty else ""
        yield f"{path.name} reaches NOBODY at this hour{why}.", "error"
        return
    levels = []
    for step in path.steps:
        named = [*step.people, *(f"nobody in {name}" for name in step.empty)]
        named += [f"unknown ({why})" for why in step.unknown]
        if named:
            levels.append(f"{'perhaps ' if step.perhaps else ''}{_listed(named)}")
    yield f"On call now for {path.name}: {', then '.join(levels)}.", ""


def _posted(explanation: Explained) -> Iterator[str]:
    channels = explanation.outcome.channels
    sure = {name: effect for name, effect in channels.items() if effect.verdict.answer == "yes"}
    if sure:
        names = sorted(channel_words(channel, explanation) for channel in sure)
        yield _sentence(f"Posts to {_listed(names)}", sure.values(), explanation)
    elif not channels and not explanation.outcome.anywhere:
        yield "Posts nowhere."
    for channel, effect in channels.items():
        if effect.verdict.answer == "unknown":
            why = _why_perhaps(effect, explanation)
            yield f"May post to {channel_words(channel, explanation)}: {why}."
    for key, value in explanation.outcome.anywhere.items():
        yield f"May post to any channel: {_open(value, key, explanation)}."
    incident = explanation.outcome.incident
    if incident is not None:
        start = (
            "Starts an incident" if incident.verdict.answer == "yes" else "May start an incident"
        )
        yield _sentence(
            f"{start} ({_listed(_names(incident.via, explanation))})", [incident], explanation
        )


def _compared(explanation: Explained, before: Explained) -> Iterator[_Row]:
    """What was done before, where that is another thing."""
    was = [words for words, _ in _paged(before)] + list(_posted(before))
    now = [words for words, _ in _paged(explanation)] + list(_posted(explanation))
    if was == now:
        yield _Row(line(f"The same as in {before.of}."))
        return
    for words in was:
        if words not in now:
            yield _Row(line(Span(f"In {before.of}: {words[:1].lower()}{words[1:]}", "delete")))


def _route(explanation: Explained, key: str, why: Why) -> Iterator[_Row]:
    named = explanation.routes[key]
    place = None if any(why.groups) else named.at(("name",))
    yield _Row(line("  ", Span(named.name, "strong")), "    ", _place(place))
    if why.verdict.answer != "no":
        done = _done(explanation, key)
        rests = assuming([why.verdict], explanation.assumed)
        yield _Row(line(f"    {done}{'; ' + rests if rests else ''}"), "      ")
    elif rests := assuming([why.verdict], explanation.assumed):
        yield _Row(line(f"    {rests}"), "      ")
    for group in why.groups:
        for tested in group:
            words = line(f"    {condition_result(tested, explanation.names)}")
            yield _Row(words, "      ", _place(named.at(tested.path)))
        if not group:
            yield _Row(line("    a group without conditions"))


def _place(position: Position | None) -> Line:
    return line(Span(place_of(position), "dim")) if position else ()


def _done(explanation: Explained, key: str) -> str:
    """What a route does with the alert, and what it may do."""
    outcome = explanation.outcome
    pages = {thing_words(who, explanation): effect for who, effect in outcome.pages.items()}
    channels = {channel_words(to, explanation): effect for to, effect in outcome.channels.items()}
    effects = [*_by(key, "pages", "may page", pages)]
    effects += _by(key, "posts to", "may post to", channels)
    if outcome.incident is not None:
        effects += _by(key, "starts", "may start", {"an incident": outcome.incident})
    return ", ".join(effects) or "does nothing"


def _by(key: str, does: str, may: str, effects: Mapping[str, Effect]) -> Iterator[str]:
    for verb, answer in ((does, "yes"), (may, "unknown")):
        named = sorted(
            name
            for name, effect in effects.items()
            if key in effect.via and effect.via[key].answer == answer
        )
        if named:
            yield f"{verb} {_listed(named)}"


def _others(explanation: Explained, whys: Mapping[str, Why]) -> Iterator[_Row]:
    """Routes that have nothing to do with the alert, by the reason, in one line each."""
    by_stop: dict[Stop, list[str]] = {}
    for key, why in whys.items():
        if why.stop:
            by_stop.setdefault(why.stop, []).append(explanation.routes[key].name)
    if by_stop:
        yield _Row(())
    for stop, found in by_stop.items():
        names = sorted(found)
        shown = ", ".join(names[:MOST_NAMED])
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        words = f"{counted(len(names), 'route')} {STOPS[stop]}: {shown}{more}"
        yield _Row(line(Span(words, "dim")))


def thing_words(thing: Thing, explanation: Explained) -> str:
    """A path or a person by name."""
    return explanation.names.get(thing[1], thing[1])


def channel_words(channel: str, explanation: Explained) -> str:
    """A channel by name, also where its name is known with its team alone."""
    if channel in explanation.names:
        return explanation.names[channel]
    with_team = [name for key, name in explanation.names.items() if key.endswith(f"/{channel}")]
    return with_team[0] if with_team else channel


def _names(keys: Iterable[str], explanation: Explained) -> list[str]:
    return sorted(explanation.routes[key].name for key in keys)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _sentence(words: str, effects: Iterable[Effect], explanation: Explained) -> str:
    rests = assuming([effect.verdict for effect in effects], explanation.assumed)
    return f"{words}, {rests}." if rests else f"{words}."


def _why_perhaps(effect: Effect, explanation: Explained) -> str:
    if effect.verdict.depends_on:
        return f"incident.io does not document {whether(effect.verdict.depends_on)}"
    return f"see {_listed(_names(effect.via, explanation))} below"


def _open(value: Value, key: str, explanation: Explained) -> str:
    why = unknown_words(value, explanation.names) if isinstance(value, Unknown) else "it is unknown"
    return f"{explanation.routes[key].name} decides by the alert, and {why}"
