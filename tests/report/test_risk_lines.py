"""One thing that happens is one line, to however many routes it happens."""

from dataclasses import replace

from reconciler.model import one
from reconciler.plan.plan import Plan
from reconciler.report.headline import explained_below, risk_lines
from reconciler.report.plan_markdown import plan_markdown
from reconciler.report.plan_text import plan_text
from reconciler.text import columns
from tests.plan.expressed import branches, deciding
from tests.plan.parts import declared, live, path, planned, production, when

PLATFORM = [path("01PLATFORM")]


def moved(count: int, name: str = "Route {:03}") -> Plan:
    files = [
        declared(production(name.format(n), targets=PLATFORM), f"routes/{n:03}.yaml")
        for n in range(count)
    ]
    return planned(files, [live(production(name.format(n)), f"01L{n:03}") for n in range(count)])


def test_twelve_routes_of_one_change_are_one_line() -> None:
    (line,) = risk_lines(moved(12))

    assert line.who == "12 routes"
    assert line.words == "page Platform On-Call instead of Engineering On-Call"
    assert line.first == (("Route 000", "Route 001", "Route 002"), 9)
    assert explained_below([line]) == {f"Route {n:03}" for n in range(12)}


def test_in_text_it_names_the_first_and_each_route_says_what_it_risks() -> None:
    text = plan_text(moved(300))

    assert text.count("Risk: ") == 1
    assert (
        "Risk: target changed, 300 routes: page Platform On-Call instead of Engineering\n"
        "      On-Call (Route 000, Route 001, Route 002 and 297 more)\n"
    ) in text
    assert text.count("    risks: target changed\n") == 300


def test_one_route_keeps_its_name_and_its_verb() -> None:
    (line,) = risk_lines(moved(1))

    assert (line.who, line.names) == ("", ("Route 000",))
    assert line.words == "pages Platform On-Call instead of Engineering On-Call"
    assert explained_below([line]) == frozenset()


def test_two_labels_of_one_sentence_are_one_line() -> None:
    before, after = production(), replace(production(), when=when("a"))
    plan = planned([declared(after)], [live(replace(before, when=when("b")))])

    assert [line.label for line in risk_lines(plan)] == ["other alerts"]


def test_whoever_is_not_paged_any_more_comes_first() -> None:
    files = [
        declared(production("A", targets=PLATFORM), "routes/a.yaml"),
        declared(production("B", targets=[]), "routes/b.yaml"),
    ]
    plan = planned(files, [live(production("A"), "01A"), live(production("B"), "01B")])

    assert [line.label for line in risk_lines(plan)] == [
        "pages nobody",
        "paging removed",
        "target changed",
    ]


def test_a_risk_is_two_lines_at_most_whatever_things_are_called() -> None:
    for plan in (moved(3, "Route {} " + "long name " * 30), moved(9, "{}" + "x" * 400)):
        lines = plan_text(plan).splitlines()
        risks = [place for place, line in enumerate(lines) if line.startswith("Risk: ")]
        ends = [*risks[1:], lines.index("")]
        assert risks
        assert all(end - start <= 2 for start, end in zip(risks, ends, strict=True))
        assert all(columns(line) <= 80 for start in risks for line in lines[start : start + 2])


def test_a_label_is_not_said_twice() -> None:
    silent = planned([declared(production(targets=[]))], [live(production())])
    unsure = planned([declared(deciding(branches(("P1", one("01ONCALL")))))], [live(production())])

    text = " ".join(plan_text(silent).split())
    assert "Risk: Production Alerts: pages nobody any more (was Engineering On-Call)" in text
    comment = plan_markdown(unsure)
    assert 'Production Alerts` **may page nobody**: expressions\\["who"\\] has no else' in comment
