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
from reconciler.planning.tested import Placed, Ran, Status
from reconciler.report.explain_words import whether
from reconciler.report.findings import finding_lines
from reconciler.routing.coverage import Coverage, Decided, Taken
from reconciler.routing.expectation import Difference
from reconciler.routing.outcome import Effect, Outcome, Verdict
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
    complete: bool = True  # every test was run: then it is worth saying what is not covered

    @property
    def too_little(self) -> bool:
        """Whether the tests cover less than they must."""
        return self.least is not None and not self.coverage.reaches(self.least)

    @property
    def ok(self) -> bool:
        """Whether everything is as it must be."""
        return all(one.ok for one in self.ran) and not self.too_little


def cases_findings(report: Report) -> Iterator[Finding]:
    """What is wrong, and known gaps that are still there, each at its line."""
    for one in report.ran:
        yield from one.findings
        for number, placed in enumerate(one.differences):
            message = f"{one.case.name}: {difference_words(placed.difference)}"
            hint = _outcome(one.outcome, report.names) if one.outcome and not number else ""
            yield _finding(placed, message, hint)
        if one.status == "gap":
            until = one.case.gap_until.isoformat() if one.case.gap_until else ""
            message = f"{one.case.name}: a known gap, open until {until}"
            yield Finding("note", "known-gap", message, position=one.position)
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
    for one in report.ran:
        if one.status == "skipped":
            yield from fitted(line(f"skipped: {one.case.name}: {one.case.skip}"), width, "  ")
    yield line(Span(totals(report), "strong"))
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
    counts = Counter(one.status for one in report.ran)
    parts = [f"{counts[one]} {_SHOWN.get(one, one)}" for one in STATUSES if counts[one]]
    return f"{counted(len(report.ran), 'test')}: {', '.join(parts) or 'none was run'}."


def coverage_words(coverage: Coverage) -> str:
    """`Decided both ways: 4/4 conditions. With a taken alert: 11/11 sources of routes.`"""
    conditions, sources = _ratio(coverage.conditions), _ratio(coverage.sources)
    return (
        f"Decided both ways: {conditions} conditions. "
        f"With a taken alert: {sources} sources of routes."
    )


def _ratio(of: Sequence[Decided | Taken]) -> str:
    return f"{sum(one.covered for one in of)}/{len(of)}"


def _percent(least: Fraction) -> str:
    whole = least.denominator == 1
    return f"{least.numerator} %" if whole else f"{least.numerator}/{least.denominator} %"


def uncovered_words(one: Decided | Taken, names: Names) -> str:
    """What no test decided."""
    if isinstance(one, Taken):
        source = names.get(one.source, one.source)
        return f"{one.route}: no test has an alert of {source} that it takes"
    words = condition_words(one.condition, names)
    ways = "" if one.holds else "that it holds"
    if not one.fails:
        ways = f"{ways} or that it does not" if ways else "that it does not hold"
    return f"{one.route}: `{words}`: no test shows {ways}"


def cases_json(report: Report) -> str:
    """`{format_version, summary, coverage, tests, findings}`."""
    counts = Counter(one.status for one in report.ran)
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "summary": {one: counts[one] for one in STATUSES},
            "coverage": {
                "conditions": _covered(report.coverage.conditions),
                "sources": _covered(report.coverage.sources),
                "uncovered": [
                    {"message": one.words, "file": one.position.file, "line": one.position.line}
                    for one in report.uncovered
                ],
            },
            "tests": [_test(one) for one in report.ran],
            "findings": [finding_document(one) for one in cases_findings(report)],
        }
    )


def _covered(of: Sequence[Decided | Taken]) -> Json:
    return {"covered": sum(one.covered for one in of), "total": len(of)}


def _test(one: Ran) -> Json:
    at = one.position
    return {
        "name": one.case.name,
        "file": at.file,
        "line": at.line,
        "status": one.status,
        "tags": list(one.case.tags),
        "differences": [
            {
                "expectation": placed.difference.key,
                "message": difference_words(placed.difference),
                "unknown": placed.difference.unknown,
                "line": placed.position.line,
            }
            for placed in one.differences
        ],
    }


def cases_junit(report: Report) -> str:
    """JUnit's XML, as CI services read it: a suite for each file."""
    root = Xml.Element("testsuites", name="reconciler test")
    for file in dict.fromkeys(one.position.file for one in report.ran):
        own = [one for one in report.ran if one.position.file == file]
        suite = Xml.SubElement(
            root,
            "testsuite",
            name=visible(file),
            tests=str(len(own)),
            failures=str(sum(one.status in ("failed", "unknown") for one in own)),
            errors=str(sum(one.status == "error" for one in own)),
            skipped=str(sum(one.status == "skipped" for one in own)),
        )
        for one in own:
            _add_case(suite, one, report.names)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_case(suite: Xml.Element, one: Ran, names: Names) -> None:
    at = one.position
    case = Xml.SubElement(
        suite,
        "testcase",
        name=visible(one.case.name),
        classname=visible(at.file),
        file=visible(at.file),
        line=str(at.line),
    )
    kind: Literal["failure", "error"] = "error" if one.status == "error" else "failure"
    messages = [difference_words(placed.difference) for placed in one.differences]
    messages += [found.message for found in one.findings]
    if one.status == "skipped":
        Xml.SubElement(case, "skipped", message=visible(one.case.skip))
    elif messages and not one.ok:
        wrong = Xml.SubElement(case, kind, message=visible(messages[0]), type=one.status)
        happens = [_outcome(one.outcome, names)] if one.outcome else []
        wrong.text = "\n".join(map(visible, [*messages, *happens]))
