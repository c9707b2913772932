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
    one: Explained,
    before: Explained | None = None,
    on_call: Sequence[OnCall] = (),
    *,
    width: int = 80,
    colour: bool = False,
    unicode: bool = True,
) -> str:
    """`before`: the same alert and the routes of another day."""
    lines: list[Line] = []
    for row in _rows(one, before, on_call):
        lines += beside(row.words, row.place, width, row.indent)
    return render(lines, colour=colour, unicode=unicode)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, and the place in a file that it is about. `indent`: of what does not fit."""

    words: Line
    indent: str = "  "
    place: Line = ()


def _rows(one: Explained, before: Explained | None, on_call: Sequence[OnCall]) -> Iterator[_Row]:
    for words, style in _paged(one):
        yield _Row(line(Span(words, style)))
    for path in on_call:
        for words, style in on_call_words(path):
            yield _Row(line(Span(words, style)))
    for words in _posted(one):
        yield _Row(line(words))
    if before is not None:
        yield from _compared(one, before)
    yield _Row(line(Span(f"Alert: {alert_words(one.alert, one.names)}", "dim")))
    whys = {key: one.outcome.why(key) for key in one.outcome.routes}
    for answer, heading in _HEADINGS.items():
        chosen = [key for key, why in whys.items() if why.verdict.answer == answer]
        own = [key for key in chosen if not whys[key].stop]
        if own:
            yield _Row(())
            yield _Row(line(Span(heading, "strong")))
        for key in sorted(own, key=lambda key: one.routes[key].name):
            yield from _route(one, key, whys[key])
    yield from _others(one, whys)


def _paged(one: Explained) -> Iterator[tuple[str, Style]]:
    """Who is paged for sure, who twice, and who perhaps."""
    pages = one.outcome.pages
    sure = {thing: effect for thing, effect in pages.items() if effect.verdict.answer == "yes"}
    if sure:
        names = sorted(thing_words(thing, one) for thing in sure)
        yield _sentence(f"Pages {_listed(names)}", sure.values(), one), "strong"
    elif one.outcome.nobody == "yes":
        routed = "" if one.outcome.unrouted != "yes" else ": no route takes this alert"
        yield f"Pages NOBODY{routed}.", "error"
    for thing, effect in sorted(pages.items(), key=lambda pair: thing_words(pair[0], one)):
        name = thing_words(thing, one)
        if effect.verdict.answer == "unknown":
            who = f"May also page {name}" if sure else f"Pages {name} or NOBODY"
            yield f"{who}: {_why_perhaps(effect, one)}.", "warning"
        if effect.twice.answer == "yes":
            via = _listed(_names(effect.routes, one))
            yield f"Pages {name} more than once: {via} each do.", "warning"
        elif effect.twice.answer == "unknown" and effect.verdict.answer == "yes":
            perhaps = [key for key, found in effect.via.items() if found.answer == "unknown"]
            yield f"May page {name} twice: {_listed(_names(perhaps, one))} may, too.", "warning"
    for key, value in one.outcome.anybody.items():
        yield f"May page anybody: {_open(value, key, one)}.", "warning"


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


def _posted(one: Explained) -> Iterator[str]:
    channels = one.outcome.channels
    sure = {name: effect for name, effect in channels.items() if effect.verdict.answer == "yes"}
    if sure:
        names = sorted(channel_words(channel, one) for channel in sure)
        yield _sentence(f"Posts to {_listed(names)}", sure.values(), one)
    elif not channels and not one.outcome.anywhere:
        yield "Posts nowhere."
    for channel, effect in channels.items():
        if effect.verdict.answer == "unknown":
            yield f"May post to {channel_words(channel, one)}: {_why_perhaps(effect, one)}."
    for key, value in one.outcome.anywhere.items():
        yield f"May post anywhere: {_open(value, key, one)}."
    incident = one.outcome.incident
    if incident is not None:
        start = (
            "Starts an incident" if incident.verdict.answer == "yes" else "May start an incident"
        )
        yield _sentence(f"{start} ({_listed(_names(incident.via, one))})", [incident], one)


def _compared(one: Explained, before: Explained) -> Iterator[_Row]:
    """What was done before, where that is another thing."""
    was = [words for words, _ in _paged(before)] + list(_posted(before))
    now = [words for words, _ in _paged(one)] + list(_posted(one))
    if was == now:
        yield _Row(line(f"The same as in {before.of}."))
        return
    for words in was:
        if words not in now:
            yield _Row(line(Span(f"In {before.of}: {words[:1].lower()}{words[1:]}", "delete")))


def _route(one: Explained, key: str, why: Why) -> Iterator[_Row]:
    told = one.routes[key]
    place = None if any(why.groups) else told.at(("name",))
    yield _Row(line("  ", Span(told.name, "strong")), "    ", _place(place))
    if why.verdict.answer != "no":
        done = _done(one, key)
        rests = assuming([why.verdict], one.assumed)
        yield _Row(line(f"    {done}{'; ' + rests if rests else ''}"), "      ")
    elif rests := assuming([why.verdict], one.assumed):
        yield _Row(line(f"    {rests}"), "      ")
    for group in why.groups:
        for tested in group:
            said = line(f"    {condition_result(tested, one.names)}")
            yield _Row(said, "      ", _place(told.at(tested.path)))
        if not group:
            yield _Row(line("    a group without conditions"))


def _place(position: Position | None) -> Line:
    return line(Span(place_of(position), "dim")) if position else ()


def _done(one: Explained, key: str) -> str:
    """What a route does with the alert, and what it may do."""
    outcome = one.outcome
    pages = {thing_words(who, one): effect for who, effect in outcome.pages.items()}
    channels = {channel_words(to, one): effect for to, effect in outcome.channels.items()}
    said = [*_by(key, "pages", "may page", pages)]
    said += _by(key, "posts to", "may post to", channels)
    if outcome.incident is not None:
        said += _by(key, "starts", "may start", {"an incident": outcome.incident})
    return ", ".join(said) or "does nothing"


def _by(key: str, does: str, may: str, effects: Mapping[str, Effect]) -> Iterator[str]:
    for verb, answer in ((does, "yes"), (may, "unknown")):
        named = sorted(
            name
            for name, effect in effects.items()
            if key in effect.via and effect.via[key].answer == answer
        )
        if named:
            yield f"{verb} {_listed(named)}"


def _others(one: Explained, whys: Mapping[str, Why]) -> Iterator[_Row]:
    """Routes that have nothing to do with the alert, by the reason, in one line each."""
    by_stop: dict[Stop, list[str]] = {}
    for key, why in whys.items():
        if why.stop:
            by_stop.setdefault(why.stop, []).append(one.routes[key].name)
    if by_stop:
        yield _Row(())
    for stop, found in by_stop.items():
        names = sorted(found)
        shown = ", ".join(names[:MOST_NAMED])
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        words = f"{counted(len(names), 'route')} {STOPS[stop]}: {shown}{more}"
        yield _Row(line(Span(words, "dim")))


def thing_words(thing: Thing, one: Explained) -> str:
    """A path or a person by name."""
    return one.names.get(thing[1], thing[1])


def channel_words(channel: str, one: Explained) -> str:
    """A channel by name, also where its name is known with its team alone."""
    if channel in one.names:
        return one.names[channel]
    with_team = [name for key, name in one.names.items() if key.endswith(f"/{channel}")]
    return with_team[0] if with_team else channel


def _names(keys: Iterable[str], one: Explained) -> list[str]:
    return sorted(one.routes[key].name for key in keys)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _sentence(words: str, effects: Iterable[Effect], one: Explained) -> str:
    rests = assuming([effect.verdict for effect in effects], one.assumed)
    return f"{words}, {rests}." if rests else f"{words}."


def _why_perhaps(effect: Effect, one: Explained) -> str:
    if effect.verdict.depends_on:
        return f"incident.io does not document {whether(effect.verdict.depends_on)}"
    return f"see {_listed(_names(effect.via, one))} below"


def _open(value: Value, key: str, one: Explained) -> str:
    why = unknown_words(value, one.names) if isinstance(value, Unknown) else "it is unknown"
    return f"{one.routes[key].name} decides by the alert, and {why}"
