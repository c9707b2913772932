"""How routing tests ended: text, JSON, JUnit, and findings at the lines of the expectations."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal
from xml.etree import ElementTree as Xml

from reconciler.model import Finding, Json, Names, Position
from reconciler.plan.compare.words import condition_words
from reconciler.plan.document import finding_document
from reconciler.plan.paging.region_words import rests_words
from reconciler.planning.tested import Placed, Ran, Runner, Status
from reconciler.report.explain_json import assumed_document
from reconciler.report.explain_words import whether
from reconciler.report.findings import finding_lines
from reconciler.routing.coverage import Coverage, Decided, Taken, coverage
from reconciler.routing.expectation import Difference
from reconciler.routing.outcome import Effect, Outcome, Verdict, verdicts
from reconciler.routing.reading import Assumed
from reconciler.text import Line, Span, counted, fitted, json_text, line, render, visible

FORMAT_VERSION = "1.0"
MOST_UNCOVERED = 20  # of the text; the JSON document has them all
STATUSES: tuple[Status, ...] = ("passed", "failed", "unknown", "error", "gap", "skipped")
_SHOWN = {"gap": "known gap"}


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What no test decided, in words, and where it stands in its route file."""

    words: str
    position: Position


@dataclass(frozen=True, slots=True)
class Report:
    """A run of routing tests. `least`: what the coverage had to reach, None where nothing."""

    ran: tuple[Ran, ...]
    coverage: Coverage
    uncovered: tuple[Uncovered, ...]
    names: Names
    least: Fraction | None = None
    rests: tuple[Assumed, ...] = ()  # on these pins, and on what past alerts show
    complete: bool = True  # every test was run: then it is worth saying what is not covered

    @property
    def too_little(self) -> bool:
        """Whether the tests cover less than they must."""
        return self.least is not None and not self.coverage.reaches(self.least)

    @property
    def ok(self) -> bool:
        """Whether everything is as it must be."""
        return all(result.ok for result in self.ran) and not self.too_little


def report_of(
    runner: Runner, ran: tuple[Ran, ...], least: Fraction | None, *, complete: bool
) -> Report:
    """The report of these tests, with what of the routes none of them decided."""
    exercised = [result.exercised for result in ran if result.exercised is not None]
    found = coverage(runner.routes, exercised, runner.world)
    uncovered = tuple(
        Uncovered(
            uncovered_words(branch, runner.names), runner.positions[branch.route].at(branch.path)
        )
        for branch in found.items
        if not branch.covered
    )
    rests = tuple(item for item in runner.assumed if any(_rests(result, item) for result in ran))
    return Report(ran, found, uncovered, runner.names, least, rests, complete)


def _rests(result: Ran, on: Assumed) -> bool:
    """About a question that the test answers itself, no other answer counts."""
    if result.outcome is None or not on.questions.isdisjoint(result.case.assume):
        return False
    return any(not on.questions.isdisjoint(found.rests_on) for found in verdicts(result.outcome))


def cases_findings(report: Report) -> Iterator[Finding]:
    """What is wrong, and known gaps that are still there, each at its line."""
    for result in report.ran:
        yield from result.findings
        for number, placed in enumerate(result.differences):
            message = f"{result.case.name}: {difference_words(placed.difference)}"
            hint = _outcome(result.outcome, report.names) if result.outcome and not number else ""
            yield _finding(placed, message, hint)
        if result.status == "gap":
            until = result.case.gap_until.isoformat() if result.case.gap_until else ""
            message = f"{result.case.name}: a known gap, open until {until}"
            yield Finding("note", "known-gap", message, position=result.position)
    if report.too_little:
        for item in report.uncovered:
            yield Finding("error", "not-covered", item.words, position=item.position)


def difference_words(difference: Difference) -> str:
    """With what incident.io would have to document."""
    if not difference.depends_on:
        return difference.message
    return f"{difference.message}: incident.io does not document {whether(difference.depends_on)}"


def _finding(placed: Placed, message: str, hint: str) -> Finding:
    if placed.difference.unknown:
        return Finding("error", "routing-unknown", message, hint, placed.position, placed.excerpt)
    return Finding("error", "routing-test", message, hint, placed.position, placed.excerpt)


def _outcome(outcome: Outcome, names: Names) -> str:
    """`taken by Production Alerts; pages Engineering On-Call; posts to #alerts`."""

    def those(effects: Mapping[Any, Effect], name: Callable[[Any], str]) -> str:
        return _listed({name(key): effect.verdict for key, effect in effects.items()})

    routes = _listed(outcome.routes)
    pages = those(outcome.pages, lambda thing: names.get(thing[1], thing[1]))
    posts = those(outcome.channels, lambda channel: names.get(channel, channel))
    unknown = ", ".join(outcome.anybody)
    incident = outcome.incident
    parts = [
        f"what happens: taken by {routes}" if routes else "what happens: no route takes it",
        f"pages {pages}" if pages else "" if unknown else "pages nobody",
        f"whom {unknown} pages is unknown" if unknown else "",
        f"posts to {posts}" if posts else "",
        "starts an incident" if incident and incident.verdict.answer == "yes" else "",
    ]
    return "; ".join(part for part in parts if part)


def _listed(verdicts: Mapping[str, Verdict]) -> str:
    return ", ".join(
        name if verdict.answer == "yes" else f"{name} (perhaps)"
        for name, verdict in verdicts.items()
        if verdict.answer != "no"
    )


def cases_text(
    report: Report, *, width: int = 80, colour: bool = False, unicode: bool = True
) -> str:
    """What is wrong, what was left out, and the totals."""
    return render(_lines(report, width), colour=colour, unicode=unicode)


def _lines(report: Report, width: int) -> Iterator[Line]:
    for finding in cases_findings(report):
        yield from finding_lines(finding, width)
    for result in report.ran:
        if result.status == "skipped":
            yield from fitted(line(f"skipped: {result.case.name}: {result.case.skip}"), width, "  ")
    yield line(Span(totals(report), "strong"))
    for assumed in report.rests:
        yield from fitted(line(Span(rests_words(assumed), "dim")), width, "  ")
    if report.complete or report.least is not None:
        yield from fitted(line(coverage_words(report.coverage)), width, "  ")
    if report.complete and not report.too_little:
        for item in report.uncovered[:MOST_UNCOVERED]:
            at = item.position
            yield from fitted(line(f"  {at.file}:{at.line}: {item.words}"), width, "    ")
        if len(report.uncovered) > MOST_UNCOVERED:
            yield line(f"  and {len(report.uncovered) - MOST_UNCOVERED} more")
    if report.too_little and report.least is not None:
        yield line(Span(f"The tests cover less than {_percent(report.least)}.", "error"))


def totals(report: Report) -> str:
    """`19 tests: 17 passed, 1 failed, 1 known gap.`"""
    counts = Counter(result.status for result in report.ran)
    parts = [
        f"{counts[status]} {_SHOWN.get(status, status)}" for status in STATUSES if counts[status]
    ]
    return f"{counted(len(report.ran), 'test')}: {', '.join(parts) or 'none was run'}."


def coverage_words(found: Coverage) -> str:
    """`Coverage: 4/4 conditions decided both ways, 11/11 sources of routes tested.`"""
    conditions, sources = _ratio(found.conditions), _ratio(found.sources)
    return (
        f"Coverage: {conditions} conditions decided both ways, {sources} sources of routes tested."
    )


def _ratio(of: Sequence[Decided | Taken]) -> str:
    return f"{sum(branch.covered for branch in of)}/{len(of)}"


def _percent(least: Fraction) -> str:
    whole = least.denominator == 1
    return f"{least.numerator} %" if whole else f"{least.numerator}/{least.denominator} %"


def uncovered_words(branch: Decided | Taken, names: Names) -> str:
    """What no test decided."""
    if isinstance(branch, Taken):
        source = names.get(branch.source, branch.source)
        return f"{branch.route}: no test has an alert of {source} that it takes"
    words = condition_words(branch.condition, names)
    ways = "" if branch.holds else "that it holds"
    if not branch.fails:
        ways = f"{ways} or that it does not" if ways else "that it does not hold"
    return f"{branch.route}: `{words}`: no test shows {ways}"


def cases_json(report: Report) -> str:
    """`{format_version, summary, coverage, assumed, observed, tests, findings}`."""
    counts = Counter(result.status for result in report.ran)
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "summary": {status: counts[status] for status in STATUSES},
            "coverage": {
                "conditions": _covered(report.coverage.conditions),
                "sources": _covered(report.coverage.sources),
                "uncovered": [
                    {
                        "message": uncovered.words,
                        "file": uncovered.position.file,
                        "line": uncovered.position.line,
                    }
                    for uncovered in report.uncovered
                ],
            },
            **assumed_document(report.rests),
            "tests": [_test(result) for result in report.ran],
            "findings": [finding_document(finding) for finding in cases_findings(report)],
        }
    )


def _covered(of: Sequence[Decided | Taken]) -> Json:
    return {"covered": sum(branch.covered for branch in of), "total": len(of)}


def _test(result: Ran) -> Json:
    at = result.position
    return {
        "name": result.case.name,
        "file": at.file,
        "line": at.line,
        "status": result.status,
        "tags": list(result.case.tags),
        "differences": [
            {
                "expectation": placed.difference.key,
                "message": difference_words(placed.difference),
                "unknown": placed.difference.unknown,
                "line": placed.position.line,
            }
            for placed in result.differences
        ],
    }


def cases_junit(report: Report) -> str:
    """JUnit's XML, as CI services read it: a suite for each file."""
    root = Xml.Element("testsuites", name="reconciler test")
    for file in dict.fromkeys(result.position.file for result in report.ran):
        own = [result for result in report.ran if result.position.file == file]
        suite = Xml.SubElement(
            root,
            "testsuite",
            name=visible(file),
            tests=str(len(own)),
            failures=str(sum(result.status in ("failed", "unknown") for result in own)),
            errors=str(sum(result.status == "error" for result in own)),
            skipped=str(sum(result.status == "skipped" for result in own)),
        )
        if report.rests:
            properties = Xml.SubElement(suite, "properties")
            for item in report.rests:
                words = visible(rests_words(item))
                Xml.SubElement(properties, "property", name="rests on", value=words)
        for result in own:
            _add_case(suite, result, report.names)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_case(suite: Xml.Element, result: Ran, names: Names) -> None:
    at = result.position
    case = Xml.SubElement(
        suite,
        "testcase",
        name=visible(result.case.name),
        classname=visible(at.file),
        file=visible(at.file),
        line=str(at.line),
    )
    kind: Literal["failure", "error"] = "error" if result.status == "error" else "failure"
    messages = [difference_words(placed.difference) for placed in result.differences]
    messages += [found.message for found in result.findings]
    if result.status == "skipped":
        Xml.SubElement(case, "skipped", message=visible(result.case.skip))
    elif messages and not result.ok:
        wrong = Xml.SubElement(case, kind, message=visible(messages[0]), type=result.status)
        happens = [_outcome(result.outcome, names)] if result.outcome else []
        wrong.text = "\n".join(map(visible, [*messages, *happens]))
