"""A first file of routing tests: what the routes do today with alerts that tell them apart."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.files.write.cases import Section, emit_cases
from reconciler.model import Names, Route, groups_in
from reconciler.planning.tested import Runner
from reconciler.routing.case import Case, Described, Expected, Given, Part, Verdict, Word
from reconciler.routing.cells import ANOTHER, Cell, cells
from reconciler.routing.expectation import WORDS
from reconciler.routing.outcome import Effect, Outcome
from reconciler.routing.world import DESCRIPTION, PRIORITY, TITLE

_PARTS: Mapping[str, Part] = {
    TITLE: ("title",),
    DESCRIPTION: ("description",),
    PRIORITY: ("priority",),
}


@dataclass(frozen=True, slots=True)
class Of:
    """The tests of one source. `all_tried`: no combination of values was left out."""

    source: str
    cases: tuple[Case, ...]
    all_tried: bool


@dataclass(frozen=True, slots=True)
class FirstFile:
    """The text of the file, and how many tests of how many sources are in it."""

    text: str
    tests: int
    sources: int


def first_file(runner: Runner) -> FirstFile:
    """What the routes do today, for a review: a section for each source, by name."""
    names = runner.world.sources
    sources = sorted(names, key=lambda source: names[source])
    found = cells(runner.routes, sources, runner.readings({}), runner.world)
    asked = {
        attached.source
        for route in runner.routes.values()
        if asks_priority(route)
        for attached in route.sources
    }
    written = list(first_cases(found, runner.names, asked))
    text = emit_cases(Section(_comment(of), of.cases) for of in written)
    return FirstFile(text, sum(len(of.cases) for of in written), len(written))


def _comment(of: Of) -> str:
    left_out = "" if of.all_tried else ": there are more combinations of values than were tried"
    return f"{of.source}{left_out}"


def asks_priority(route: Route) -> bool:
    """Whether a condition or an expression of the route looks at the priority."""
    subjects = (
        test.subject for _, groups in groups_in(route) for group in groups for test in group
    )
    roots = (expression.root for expression in route.expressions)
    return any(reference.startswith(PRIORITY) for reference in (*subjects, *roots))


def first_cases(
    found: Iterable[Cell], names: Names, by_priority: Collection[str] = ()
) -> Iterator[Of]:
    """By source, in the order given. `by_priority`: sources of which a route looks at the priority.
    There, an alert without one has to say so: a priority that is left out is not known.
    """
    by_source: dict[str, list[Cell]] = {}
    for cell in found:
        by_source.setdefault(cell.alert.source, []).append(cell)
    for source, own in by_source.items():
        name = names.get(source, source)
        asked = source in by_priority
        cases = tuple(_distinct([_case(part, name, names, asked) for part in own]))
        yield Of(name, cases, all(part.all_tried for part in own))


def _distinct(cases: Sequence[Case]) -> Iterator[Case]:
    """Names are numbered where two alerts are described alike."""
    seen: dict[str, int] = {}
    for case in cases:
        times = seen[case.name] = seen.get(case.name, 0) + 1
        yield case if times == 1 else _renamed(case, f"{case.name} ({times})")


def _renamed(case: Case, name: str) -> Case:
    return Case(name, case.alert, case.expected, case.path)


def _case(cell: Cell, source: str, names: Names, by_priority: bool) -> Case:
    given = {
        _part(reference, names): Given(tuple(Word(names.get(value, value)) for value in values))
        for reference, values in cell.alert.values.items()
    }
    if by_priority and PRIORITY not in cell.alert.unknown:
        given.setdefault(_PARTS[PRIORITY], Given(()))
    alert = Described(source, given)
    words = ", ".join(
        _words(part, content) for part, content in given.items() if part != ("title",)
    )
    return Case(f"{source}: {words or 'title only'}", alert, expected(cell.outcome, names), ())


def _words(part: Part, given: Given) -> str:
    if part == _PARTS[PRIORITY] and not given.words:
        return "no priority"
    words = " and ".join(" ".join(word.text.split()) or "empty" for word in given.words or ())
    return f"another {part[-1]}" if words == ANOTHER else f"{part[-1]} {words}"


def _part(reference: str, names: Names) -> Part:
    return _PARTS.get(reference) or ("attributes", names.get(reference, reference))


def expected(outcome: Outcome, names: Names) -> Expected:
    """What would be expected of such an alert: sets where nothing is unknown, else verdicts."""
    open_ = {
        key: verdict.answer for key, verdict in outcome.routes.items() if verdict.answer != "no"
    }
    if "unknown" in open_.values():
        verdicts: dict[str, Verdict] = {key: WORDS[answer] for key, answer in open_.items()}
        return Expected(verdicts=verdicts)
    if not open_:
        return Expected(unrouted=True)
    pages = None
    if not outcome.anybody:
        pages = _certain({thing[1]: effect for thing, effect in outcome.pages.items()}, names)
    channels = None if outcome.anywhere else _certain(outcome.channels, names)
    incident = True if outcome.incident and outcome.incident.verdict else None
    return Expected(tuple(open_), {}, pages, (), channels, incident)


def _certain(effects: Mapping[str, Effect], names: Names) -> tuple[str, ...] | None:
    """All names, None where one is unknown."""
    if any(effect.verdict.answer == "unknown" for effect in effects.values()):
        return None
    return tuple(names.get(key, key) for key, effect in effects.items() if effect.verdict)
