"""A file of routing tests: YAML to cases. A matrix and a list of cases are written out here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from itertools import product
from math import prod

import yaml

from reconciler.files.read.alert import ALERT_KEYS, read_described, read_given, read_part
from reconciler.files.read.expected import read_expected
from reconciler.files.reasons import ANSWERS, one_of, read_day
from reconciler.files.yaml.compose import compose
from reconciler.files.yaml.reading import Entry, Reading, near, warn_of_direction
from reconciler.model import Finding, Path, Positions, has_errors
from reconciler.routing.case import Case, CaseFile, Described, Expected, Given, Part
from reconciler.routing.reading import Question

FILE_KEYS = ("version", "fixtures", "assume", "tests")
ALERT_OF_A_CASE = ("use", *ALERT_KEYS)
CASE_KEYS = (*ALERT_OF_A_CASE, "name", "expect", "because")
TEST_KEYS = (
    "name",
    "alert",
    "matrix",
    "cases",
    "expect",
    "because",
    "assume",
    "tags",
    "expires",
    "skip",
)
KNOWN_GAP = "known-gap"
MOST_CASES = 10_000  # of one test


HINTS = {
    "empty-file": "a file of routing tests starts with `tests:`",
    "too-large": "write the tests in several files, or similar tests as a `matrix`",
}
"""In place of those of a route file."""


def parse_cases(text: str, file: str) -> tuple[CaseFile | None, tuple[Finding, ...]]:
    """The tests of a file, None where it has an error. Raises nothing."""
    composed = compose(text, file)
    if composed.root is None:
        return None, tuple(
            replace(finding, hint=HINTS.get(finding.code, finding.hint))
            for finding in composed.findings
        )
    reading = Reading(file, composed.lines)
    fixtures, cases = _File(reading, composed.root).read()
    warn_of_direction(reading, composed.text, composed.root)
    found = sorted(
        reading.findings, key=lambda finding: finding.position.line if finding.position else 0
    )
    if any(finding.level == "error" for finding in found):
        return None, tuple(found)
    positions = Positions(file, reading.places, composed.lines)
    return CaseFile(positions, fixtures, cases), tuple(found)


@dataclass(slots=True)
class _File:
    """The root mapping, read key by key: fixtures before the tests that use them."""

    reading: Reading
    root: yaml.Node

    def read(self) -> tuple[dict[str, Described], tuple[Case, ...]]:
        reading = self.reading
        entries = reading.mapping(self.root, (), FILE_KEYS) or {}
        if "version" in entries:
            self._version(entries["version"][1])
        if "tests" not in entries and isinstance(self.root, yaml.MappingNode):
            reading.missing(self.root, (), "tests", "write `tests:` and below it a list of tests")
        fixtures = self._fixtures(entries)
        assume = _read_assume(reading, entries, ())
        cases: list[Case] = []
        names: dict[str, int] = {}
        node = entries["tests"][1] if "tests" in entries else None
        nodes = reading.sequence(node, ("tests",), "tests: [{name: …}]") if node else ()
        for place, item in enumerate(nodes or ()):
            test = _Test(reading, item, ("tests", place), fixtures, assume)
            cases += test.read(names)
        return fixtures, tuple(cases)

    def _version(self, node: yaml.Node) -> None:
        if self.reading.count(node, ("version",)) not in (None, 1):
            self.reading.error("unknown-word", "unknown version", node, ("version",), "write 1")

    def _fixtures(self, entries: Mapping[str, Entry]) -> dict[str, Described]:
        found: dict[str, Described] = {}
        if "fixtures" in entries:
            path: Path = ("fixtures",)
            named = self.reading.free_mapping(entries["fixtures"][1], path, "named alerts") or {}
            for name, (_, node) in named.items():
                alert = self.reading.mapping(node, (*path, name), ALERT_KEYS)
                if alert is not None:
                    found[name] = read_described(self.reading, alert, (*path, name))
        return found


@dataclass(slots=True)
class _Test:
    """One test, written out into its cases."""

    reading: Reading
    node: yaml.Node
    path: Path
    fixtures: Mapping[str, Described]
    assume: Mapping[Question, bool]

    def read(self, names: dict[str, int]) -> Iterator[Case]:
        reading, path = self.reading, self.path
        before = len(reading.findings)
        reading.place(path, self.node)
        entries = reading.mapping(self.node, path, TEST_KEYS)
        if entries is None:
            return
        name = self._name(entries, names)
        expected, because = Expected(), self._because(entries, path)
        if "expect" in entries:
            expected = read_expected(reading, entries["expect"][1], (*path, "expect"))
        tags, until = self._tags(entries)
        whole = Case(name, self._alert(entries), expected, path, because,
                     {**self.assume, **_read_assume(reading, entries, path)}, tags, until,
                     self._words(entries, "skip"))  # fmt: skip
        axes = self._axes(entries)
        for case in self._rows(entries, whole):
            if not has_errors(reading.findings[before:]):  # what is missing may be what is wrong
                self._check(case, axes)
            yield from _combined(case, axes)

    def _name(self, entries: Mapping[str, Entry], names: dict[str, int]) -> str:
        if "name" not in entries:
            self.reading.missing(self.node, self.path, "name", "give the test a name")
            return ""
        return self._unique(entries["name"][1], self.path, names, "test")

    def _unique(self, node: yaml.Node, path: Path, names: dict[str, int], what: str) -> str:
        """A name that no other one of its kind has. `names`: those before, with their lines."""
        name = self.reading.words(node, (*path, "name")) or ""
        if name in names:
            message = f"`{name}` is the name of the {what} in line {names[name]}, too"
            self.reading.error("duplicate-test", message, node, (*path, "name"))
        names.setdefault(name, node.start_mark.line + 1)
        return name

    def _words(self, entries: Mapping[str, Entry], key: str) -> str:
        words = self.reading.words(entries[key][1], (*self.path, key)) if key in entries else ""
        return words or ""

    def _alert(self, entries: Mapping[str, Entry]) -> Described:
        if "alert" not in entries:
            return Described(source_at=self.path)
        path = (*self.path, "alert")
        alert = self.reading.mapping(entries["alert"][1], path, ALERT_OF_A_CASE)
        return self._described(alert or {}, path)

    def _described(self, entries: Mapping[str, Entry], path: Path) -> Described:
        """With what the fixture says that it uses."""
        described = read_described(self.reading, entries, path)
        if "use" not in entries:
            return described
        node = entries["use"][1]
        name = self.reading.words(node, (*path, "use"))
        if name is not None and name not in self.fixtures:
            hint = near(name, self.fixtures) or "`fixtures:` in this file has no alert yet"
            self.reading.error("unknown-fixture", f"no fixture is named `{name}`", node, path, hint)
        return self.fixtures.get(name or "", Described()).but(described)

    def _because(self, entries: Mapping[str, Entry], path: Path) -> dict[str, str]:
        if "because" not in entries:
            return {}
        at = (*path, "because")
        reasons = self.reading.free_mapping(entries["because"][1], at, "routes with words") or {}
        read = {
            route: self.reading.words(node, (*at, route)) for route, (_, node) in reasons.items()
        }
        return {route: words for route, words in read.items() if words is not None}

    def _tags(self, entries: Mapping[str, Entry]) -> tuple[tuple[str, ...], date | None]:
        """`expires:` belongs to a known gap, and a known gap needs it."""
        reading, path = self.reading, self.path
        tags: tuple[str, ...] = ()
        if "tags" in entries:
            tags = reading.texts(entries["tags"][1], (*path, "tags"), "tags: [known-gap]")
        until = None
        if "expires" in entries:
            until = read_day(reading, entries["expires"][1], (*path, "expires"))
            if KNOWN_GAP not in tags:
                hint = f"write `tags: [{KNOWN_GAP}]`, or leave it out"
                reading.error("known-gap", "only a known gap expires", entries["expires"][0],
                              (*path, "expires"), hint)  # fmt: skip
        elif KNOWN_GAP in tags:
            hint = "write the last day on which it may stay open, as in `expires: 2027-03-31`"
            reading.missing(self.node, path, "expires", hint)
        return tags, until

    def _rows(self, entries: Mapping[str, Entry], whole: Case) -> Iterator[Case]:
        """The test itself, or each of its `cases`."""
        if "cases" not in entries:
            yield whole
            return
        at = (*self.path, "cases")
        nodes = _some(self.reading, entries["cases"][1], at, "cases: [{attributes: …}]")
        named: dict[str, int] = {}
        for place, node in enumerate(nodes):
            path = (*at, place)
            self.reading.place(path, node)
            row = self.reading.mapping(node, path, CASE_KEYS)
            if row is None:
                continue
            expected = whole.expected
            if "expect" in row:
                more = read_expected(self.reading, row["expect"][1], (*path, "expect"))
                expected = expected.but(more)
            described = self._described(row, path)
            name = self._unique(row["name"][1], path, named, "case") if "name" in row else ""
            yield replace(
                whole,
                name=f"{whole.name} [{name or _words_of(described) or place + 1}]",
                alert=whole.alert.but(described),
                expected=expected,
                path=path,
                because={**whole.because, **self._because(row, path)},
            )

    def _axes(self, entries: Mapping[str, Entry]) -> list[list[Described]]:
        if "matrix" not in entries:
            return []
        node, at = entries["matrix"][1], (*self.path, "matrix")
        axes = _read_axes(self.reading, node, at)
        if prod(map(len, axes)) > MOST_CASES:
            message = f"the matrix has more than {MOST_CASES} combinations"
            self.reading.error("too-large", message, node, at, "write fewer values")
            return []
        return axes

    def _check(self, case: Case, axes: list[list[Described]]) -> None:
        if not case.expected.paths:
            hint = "write what is expected, as in `expect: {pages: []}`"
            self.reading.missing(self.node, case.path, "expect", hint)
        if not case.alert.source and not any(
            described.source for axis in axes for described in axis
        ):
            self.reading.missing(self.node, case.path, "source", "an alert comes from a source")
        same = case.expected.same_as
        if same and same not in self.fixtures:
            hint = near(same, self.fixtures)
            message = f"no fixture is named `{same}`"
            self.reading.error("unknown-fixture", message, self.node, case.path, hint)


def _combined(case: Case, axes: list[list[Described]]) -> Iterator[Case]:
    """The case with each combination of the values of `matrix`."""
    if not axes:
        yield case
        return
    for chosen in product(*axes):
        alert = reduce(Described.but, chosen, case.alert)
        named = ", ".join(map(_words_of, chosen))
        yield replace(case, name=f"{case.name} [{named}]", alert=alert)


def _read_axes(reading: Reading, node: yaml.Node, path: Path) -> list[list[Described]]:
    axes: list[list[Described]] = []
    if not isinstance(node, yaml.MappingNode):
        reading.mapping(node, path, ())
        return axes
    for key, value in node.value:
        part = read_part(reading, key, path)
        nodes = _some(reading, value, path, "severity: [critical, warning]")
        if part is not None:
            named = (*path, ".".join(part))
            reading.place(named, key)
            axes.append([_axis(reading, part, item, named) for item in nodes])
    return axes


def _some(reading: Reading, node: yaml.Node, path: Path, example: str) -> Sequence[yaml.Node]:
    """The items of a list; an error where there is none, for then the test never runs."""
    nodes = reading.sequence(node, path, example)
    if nodes is not None and not nodes:
        message = "the list is empty, so the test never runs"
        reading.error("empty-value", message, node, path, f"write it as `{example}`, or not at all")
    return nodes or ()


def _axis(reading: Reading, part: Part, node: yaml.Node, path: Path) -> Described:
    if part == ("source",):
        return Described(reading.words(node, path) or "", source_at=path)
    return Described(given={part: read_given(reading, node, path)})


def _words_of(described: Described) -> str:
    """An override in a test's name."""
    parts = [f"source={described.source}"] if described.source else []
    parts += [f"{part[-1]}={_shown(given)}" for part, given in described.given.items()]
    return ", ".join(parts)


def _shown(given: Given) -> str:
    if given.words is None:
        return "unknown"
    return "+".join(word.text for word in given.words) if given.words else "missing"


def _read_assume(
    reading: Reading, entries: Mapping[str, Entry], path: Path
) -> dict[Question, bool]:
    """Answers in the words of reconciler.yaml, here without a reason."""
    if "assume" not in entries:
        return {}
    at = (*path, "assume")
    pins = reading.mapping(entries["assume"][1], at, tuple(ANSWERS)) or {}
    found: dict[Question, bool] = {}
    for key in pins:
        question, answers = ANSWERS[key]
        word = reading.within(pins, at, key, one_of(answers))
        if word is not None:
            found[question] = answers[word]
    return found
