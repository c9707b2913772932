"""Routing tests, run against the route files by what the lock file knows. Reads nothing itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from reconciler.directory import Directory, resolve
from reconciler.directory.described import alert_of, channels_of, things_of
from reconciler.directory.lookup import Lookup
from reconciler.model import (
    Config,
    Declaration,
    Finding,
    Names,
    Path,
    Position,
    Positions,
    Route,
    did_you_mean,
    near_matches,
)
from reconciler.planning.world import world_of
from reconciler.routing.case import Case, CaseFile, Described, Expected
from reconciler.routing.coverage import Exercised
from reconciler.routing.evaluate import Prepared, prepare
from reconciler.routing.expectation import Difference, Wanted, alike, differences
from reconciler.routing.outcome import Outcome, Why
from reconciler.routing.reading import Assumed, Assumption, Question, Reading, admissible
from reconciler.routing.world import Alert, World

Status = Literal["passed", "failed", "unknown", "gap", "skipped", "error"]
Chosen = list[tuple[CaseFile, Case]]
Explain = Callable[[Why, Names], str]
"""Why a route takes an alert or not, in words."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A difference, and where the expectation stands."""

    difference: Difference
    position: Position
    excerpt: str


@dataclass(frozen=True, slots=True)
class Ran:
    """A test and how it ended. "unknown": nothing is wrong for sure, and something is not decided.
    "gap": a known gap that is still there. "error": a name in the test is unknown (`findings`).
    """

    case: Case
    position: Position
    status: Status
    differences: tuple[Placed, ...] = ()
    outcome: Outcome | None = None
    exercised: Exercised | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it does not break the run."""
        return self.status in ("passed", "gap", "skipped")


@dataclass(slots=True)
class Runner:
    """What all tests of a run share. `routes` have ids, by name, as `positions` of their files."""

    routes: Mapping[str, Route]
    positions: Mapping[str, Positions]
    lookup: Lookup
    world: World
    names: Names
    assumed: Sequence[Assumed]
    today: date
    explain: Explain
    _prepared: dict[tuple[Reading, ...], Prepared] = field(default_factory=dict)

    def run(self, file: CaseFile, case: Case) -> Ran:
        """One test. Raises nothing."""
        if case.skip:
            return Ran(case, file.positions.at(case.path), "skipped")
        return _Running(self, file, case).ran()

    def readings(self, assume: Mapping[Question, bool]) -> tuple[Reading, ...]:
        """Those that the config's assumptions, past alerts and the test's assumptions leave; about
        a question that the test answers, only the test counts.
        """
        others = [item for item in self.assumed if item.questions.isdisjoint(assume)]
        own = [Assumption(question, answer, "", self.today) for question, answer in assume.items()]
        return admissible([*others, *own])

    def prepared(self, readings: tuple[Reading, ...]) -> Prepared:
        """The routes, ready to be asked under these readings."""
        if readings not in self._prepared:
            self._prepared[readings] = prepare(self.routes, readings, self.world)
        return self._prepared[readings]


def runner_of(
    declarations: Iterable[Declaration],
    lock: Directory,
    config: Config,
    today: date,
    explain: Explain,
) -> Runner:
    """For the routes of these files, without those to be deleted. Names have no findings here."""
    declared = [declaration for declaration in declarations if not declaration.absent]
    routes = {
        declaration.route.name: resolve(declaration, lock, config)[0].route
        for declaration in declared
    }
    positions = {declaration.route.name: declaration.positions for declaration in declared}
    names = lock.display(config)
    world = world_of(lock, config, names)
    lookup = Lookup(lock, config)
    return Runner(routes, positions, lookup, world, names, config.assumed, today, explain)


@dataclass(slots=True)
class _Running:
    runner: Runner
    file: CaseFile
    case: Case
    findings: list[Finding] = field(default_factory=list)

    def ran(self) -> Ran:
        case, runner = self.case, self.runner
        alert = self._alert(case.alert)
        wanted = self._wanted(case.expected)
        same = case.expected.same_as
        other = self._alert(self.file.fixtures[same]) if same else None
        at = self.file.positions.at(case.path)
        if self.findings:
            return Ran(case, at, "error", findings=tuple(self.findings))
        readings = runner.readings(case.assume)
        outcome = runner.prepared(readings).judge(alert)
        found = list(differences(wanted, outcome, runner.names))
        found += self._same(alert, other, readings) if other is not None else ()
        placed = [self._placed(difference, self._path(difference.key)) for difference in found]
        placed += self._because(outcome)
        placed, status = self._judged(placed)
        return Ran(case, at, status, tuple(placed), outcome, Exercised(alert, readings))

    def _judged(self, found: list[Placed]) -> tuple[list[Placed], Status]:
        until = self.case.gap_until
        wrong = any(not placed.difference.unknown for placed in found)
        if found and not wrong:  # nor is it known whether a gap is closed
            return found, "unknown"
        if until is None:
            return found, "failed" if wrong else "passed"
        if wrong:
            message = (
                "the gap is closed: delete this test, or expect what the routes do now "
                "and remove `known-gap` and `expires`"
            )
            closed = self._placed(Difference("expect", message), (*self.case.path, "expect"))
            return [closed, *found], "failed"
        if self.runner.today > until:
            message = f"this gap was to be closed by {until.isoformat()}"
            return [
                self._placed(Difference("expires", message), (*self.case.path, "expires"))
            ], "failed"
        return [], "gap"

    def _path(self, key: str) -> Path:
        return self.case.expected.paths.get(key, self.case.path)

    def _placed(self, difference: Difference, path: Path) -> Placed:
        positions = self.file.positions
        at = positions.at(path)
        return Placed(difference, at, positions.lines[at.line - 1])

    def _alert(self, described: Described) -> Alert:
        alert, findings = alert_of(described, self.runner.lookup)
        self._found(findings)
        return alert

    def _found(self, findings: Sequence[Finding]) -> None:
        self.findings += [self.file.positions.locate(finding) for finding in findings]

    def _wanted(self, expected: Expected) -> Wanted:
        lookup = self.runner.lookup
        for key in (*(expected.routes or ()), *expected.verdicts):
            self._route(key, self._path("routes"))
        for key in self.case.because:
            self._route(key, (*self.case.path, "because", key))
        pages, wrong = things_of(expected.pages or (), lookup, self._path("pages"))
        never, odd = things_of(expected.not_pages, lookup, self._path("not_pages"))
        channels, missing = channels_of(expected.channels or (), lookup, self._path("channels"))
        self._found((*wrong, *odd, *missing))
        return Wanted(
            expected.routes,
            expected.verdicts,
            None if expected.pages is None else pages,
            never,
            None if expected.channels is None else channels,
            expected.incident,
            expected.unrouted,
        )

    def _route(self, name: str, path: Path) -> None:
        if name not in self.runner.routes:
            hint = did_you_mean(name, self.runner.routes) or "`reconciler table` lists the routes"
            self._found(
                [Finding("error", "unknown-route", f'no route is named "{name}"', hint, path=path)]
            )

    def _same(
        self, alert: Alert, other: Alert, readings: tuple[Reading, ...]
    ) -> Iterator[Difference]:
        prepared = [self.runner.prepared((reading,)) for reading in readings]
        answer = alike(
            [side.judge(alert) for side in prepared], [side.judge(other) for side in prepared]
        )
        name = self.case.expected.same_as
        if answer == "no":
            yield Difference("same_as", f"it is not routed as `{name}` is")
        elif answer == "unknown":
            yield Difference("same_as", f"it is unknown whether it is routed as `{name}` is", True)

    def _because(self, outcome: Outcome) -> Iterator[Placed]:
        for route, words in self.case.because.items():
            explanation = self.runner.explain(outcome.why(route), self.runner.names)
            if words.casefold() not in explanation.casefold():
                message = (
                    f'{route}: expected "{words}" in the explanation, which says: {explanation}'
                )
                yield self._placed(
                    Difference("because", message), (*self.case.path, "because", route)
                )


def chosen_cases(
    files: Sequence[CaseFile], paths: Mapping[str, str], words: str | None
) -> Chosen | str:
    """Those that an argument names, by file or by name, and that have the words in name or tags; or
    what is wrong, where nothing is meant. `paths`: each argument as a path from the root.
    """
    everything = [(file, case) for file in files for case in file.cases]
    chosen = _named(everything, files, paths) if paths else everything
    if isinstance(chosen, str) or not words:
        return chosen
    wanted = words.casefold()
    found = [
        (file, case)
        for file, case in chosen
        if any(wanted in text.casefold() for text in (case.name, *case.tags))
    ]
    return found or f"no test has `{words}` in its name or tags"


def _named(everything: Chosen, files: Sequence[CaseFile], paths: Mapping[str, str]) -> Chosen | str:
    meant: set[int] = set()
    for word, path in paths.items():
        found = {
            id(case)
            for file, case in everything
            if file.file == path or word in (case.name, case.name.partition(" [")[0])
        }
        if not found and path in (file.file for file in files):
            return f"{path} has no test"
        if not found:
            names = {case.name.partition(" [")[0] for _, case in everything}
            near = near_matches(word, [*names, *(file.file for file in files)])
            hint = f"; did you mean `{near[0]}`?" if near else ""
            return f"no test and no file of tests is named `{word}`{hint}"
        meant |= found
    return [pair for pair in everything if id(pair[1]) in meant]
