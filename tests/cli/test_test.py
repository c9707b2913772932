"""`reconciler test`: tables of alerts against the files, without a key or a network."""

import json
import shutil
from xml.etree import ElementTree as Xml

import pytest

from tests.e2e.team import Ended, Team

PRODUCTION = "routing-tests/production.yaml"


def only(tables: Team, test: str) -> None:
    """One test of production alerts, in place of all others."""
    shutil.rmtree(tables.folder / "routing-tests")
    start = "fixtures:\n  prod: {source: Alertmanager (Production), title: PodNotRunning}\ntests:\n"
    tables.write("routing-tests/one.yaml", f"{start}  - {test}\n")


def test_the_repository_ships_tests_of_its_routes_that_cover_everything(tables: Team) -> None:
    ended = tables.run("test", "--min-coverage", "100")

    assert ended.code == 0, ended.out + ended.err
    assert (
        "Coverage: 4/4 conditions decided both ways, 11/11 sources of routes tested." in ended.out
    )
    assert " failed" not in ended.out


def test_a_failure_is_shown_at_its_line_with_what_happens(tables: Team) -> None:
    tables.edit("routes/production-alerts.yaml", "severity: critical", "severity: warning")

    ended = tables.run("test")

    assert ended.code == 1
    assert f"{PRODUCTION}:10:7: error: a critical production alert pages on-call" in ended.out
    assert "expected that Production Alerts takes it, but it does not [routing-test]" in ended.out
    assert "what happens: no route takes it; pages nobody" in ended.out
    assert "3 failed" in ended.out


PRIORITY = "name: A\nsources: [Axiom]\nnotify: [{slack: '#alerts'}]\n"


@pytest.mark.parametrize(
    "when",
    ["[{priority: P1}]", "[{priority: {is_set: true}}]", "[{priority: {is_not_set: true}}]",
     "{any: [[{priority: P1}], [{severity: a}]]}"],
)  # fmt: skip
def test_a_first_file_of_priorities_holds_as_it_is_written(tables: Team, when: str) -> None:
    for folder in ("routes", "routing-tests"):
        shutil.rmtree(tables.folder / folder)
    tables.write("routes/a.yaml", f"{PRIORITY}when: {when}\n")
    assert tables.run("test", "--init").code == 0

    ended = tables.run("test")

    assert ended.code == 0, ended.out
    assert ", priority: null" in tables.read("routing-tests/first.yaml")
    assert "PlanetScale: title only" in tables.read("routing-tests/first.yaml")


def test_a_file_without_a_test_is_named_as_that(tables: Team) -> None:
    tables.write("routing-tests/none.yaml", "tests: []\n")

    ended = tables.run("test", "routing-tests/none.yaml")

    assert ended.code == 64
    assert "error: routing-tests/none.yaml has no test" in ended.err


def test_a_route_that_because_misspells_is_named_at_its_line(tables: Team) -> None:
    only(tables, "{name: T, alert: {use: prod}, expect: {pages: []},\n"
                 "     because: {Prodution Alerts: missing}}")  # fmt: skip

    ended = tables.run("test")

    assert ended.code == 1
    assert "one.yaml:5:" in ended.out
    assert 'no route is named "Prodution Alerts" [unknown-route]' in ended.out


def test_github_gets_annotations(tables: Team) -> None:
    tables.edit("routes/database-alerts.yaml", "branch: main", "branch: dev")

    ended = tables.run("test", "--format", "github")

    assert ended.code == 1
    assert "::error file=routing-tests/other-sources.yaml,line=" in ended.out
    assert "title=routing-test::PlanetScale pages for the branch main alone" in ended.out
    assert "::notice file=routing-tests/production.yaml" in ended.out


def test_json_has_each_test_and_what_is_covered(tables: Team) -> None:
    tables.edit("routes/database-alerts.yaml", "branch: main", "branch: dev")

    ended = tables.run("test", "--format", "json", "-k", "branch main alone")

    document = json.loads(ended.out)
    assert document["summary"] == {
        "passed": 1, "failed": 2, "unknown": 0, "error": 0, "gap": 0, "skipped": 0,
    }  # fmt: skip
    first = document["tests"][0]
    assert (first["name"][-13:], first["status"]) == ("[branch=main]", "failed")
    assert [one["expectation"] for one in first["differences"]] == ["routes", "pages"]
    assert document["coverage"]["conditions"] == {"covered": 1, "total": 4}
    assert {one["file"] for one in document["coverage"]["uncovered"]} > {
        "routes/informational.yaml"
    }
    assert document["findings"][0]["code"] == "routing-test"


def test_junit_has_a_suite_for_each_file(tables: Team) -> None:
    tables.edit("routes/database-alerts.yaml", "branch: main", "branch: dev")
    tables.edit(PRODUCTION, "name: an alert without", "skip: not now\n    name: an alert without")
    tables.edit(PRODUCTION, "routes: [Production Warnings]", "routes: [Production Warning]")

    ended = tables.run("test", "--format", "junit")

    assert ended.code == 1
    suites = list(Xml.fromstring(ended.out))  # noqa: S314 - our own output
    by_name = {one.attrib["name"]: one.attrib for one in suites}
    assert by_name["routing-tests/other-sources.yaml"]["failures"] == "3"
    assert by_name[PRODUCTION]["errors"] == by_name[PRODUCTION]["skipped"] == "1"
    failure = suites[0].find("testcase/failure")
    assert failure is not None
    assert "expected that Database Alerts takes it" in failure.attrib["message"]
    assert "no route takes it" in (failure.text or "")
    error = suites[1].find("testcase/error")
    assert error is not None
    assert 'no route is named "Production Warning"' in error.attrib["message"]


@pytest.mark.parametrize(
    ("arguments", "ran"),
    [
        ((PRODUCTION,), "8 tests"),
        (("how text is compared decides about Critical",), "1 test:"),
        (("sources without a severity page on every alert",), "3 tests"),
        (("sources without a severity page on every alert [source=sev0@]",), "1 test:"),
        (("-k", "known-gap"), "1 test:"),
        (("-k", "STAGING"), "6 tests"),
        ((PRODUCTION, "-k", "main"), ""),
    ],
)
def test_tests_are_chosen_by_file_name_and_words(
    tables: Team, arguments: tuple[str, ...], ran: str
) -> None:
    ended = tables.run("test", *arguments)

    assert ran in ended.out
    assert ended.code == (0 if ran else 64)


def test_a_file_is_found_from_where_the_command_is_called(
    tables: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tables.folder / "routing-tests")

    assert "8 tests" in tables.run("test", "production.yaml").out


def test_a_word_that_means_no_test_is_refused_with_a_near_one(tables: Team) -> None:
    ended = tables.run("test", "routing-tests/prodution.yaml")

    assert ended.code == 64
    assert f"did you mean `{PRODUCTION}`?" in ended.err


def test_a_name_that_is_unknown_is_an_error_at_its_place(tables: Team) -> None:
    only(
        tables, "{name: T, alert: {use: prod, attributes: {sevrity: x}}, expect: {pages: [On-Cal]}}"
    )

    ended = tables.run("test")

    assert ended.code == 1
    assert 'routing-tests/one.yaml:4:56: error: alert attribute "sevrity" is not in' in ended.out
    assert 'did you mean "severity"?' in ended.out
    assert "[unknown-path]" in ended.out
    assert "1 test: 1 error." in ended.out


def test_an_unknown_verdict_fails_unless_it_is_asked_for(tables: Team) -> None:
    start = "{name: T, alert: {use: prod, attributes: {severity: Critical}}, "
    only(tables, f"{start}expect: {{routes: [Production Alerts]}}}}")
    unasked = tables.run("test")
    only(tables, f"{start}expect: {{routes: {{Production Alerts: unknown}}}}}}")
    asked = tables.run("test")
    pin = "assume: {text_case: ignored}, expect: {routes: [Production Alerts]}}"
    only(tables, start + pin)
    pinned = tables.run("test")

    assert (unasked.code, asked.code, pinned.code) == (1, 0, 0)
    assert "[routing-unknown]" in unasked.out
    assert "incident.io does not document whether case counts" in unasked.out
    assert "1 unknown" in unasked.out


LEFT = """\
version: 1
account: https://sandbox.invalid/acme
left:
- text_case: counts
ruled_out:
- answers: {text_case: ignored}
  since: 2026-11-28
  alerts: [{alert: 01A, at: "2026-11-20T10:00:00Z", saw: not paged}]
"""


def test_what_it_rests_on_is_in_every_format(tables: Team) -> None:
    start = "{name: T, alert: {use: prod, attributes: {severity: Critical}}, "
    only(tables, start + "expect: {pages: []}}")
    tables.write("semantics.lock.yaml", LEFT)
    words = (
        "It rests on `semantics.lock.yaml`: case counts "
        "(semantics.lock.yaml:6, since 2026-11-28: shown by 1 past alert)."
    )

    text = tables.run("test")
    assert text.code == 0
    assert words in " ".join(text.out.split())
    document = json.loads(tables.run("test", "--format", "json").out)
    assert document["assumed"] == []
    assert [(row["never"], row["line"]) for row in document["observed"]] == [
        ({"text_case": False}, 6)
    ]
    suites = Xml.fromstring(tables.run("test", "--format", "junit").out)  # noqa: S314 - our own
    (rests,) = suites.iter("property")
    assert rests.attrib == {"name": "rests on", "value": words}
    assert words in tables.run("test", "--format", "github").err


def test_what_changes_no_answer_of_a_test_is_not_named(tables: Team) -> None:
    tables.write("semantics.lock.yaml", LEFT)
    start = "{name: T, alert: {use: prod, attributes: {severity: SEVERITY}}, "
    only(tables, start.replace("SEVERITY", "critical") + "expect: {unrouted: false}}")
    plain = tables.run("test")
    pin = "assume: {text_case: ignored}, expect: {unrouted: false}}"
    only(tables, start.replace("SEVERITY", "Critical") + pin)
    own = tables.run("test")

    assert (plain.code, own.code) == (0, 0)
    assert "semantics.lock.yaml" not in plain.out + own.out


def gap(tables: Team, severity: str, expires: str) -> Ended:
    only(
        tables,
        f"{{name: T, tags: [known-gap], expires: {expires}, "
        f"alert: {{use: prod, attributes: {{severity: {severity}}}}}, expect: {{unrouted: true}}}}",
    )
    return tables.run("test")


def test_a_known_gap_fails_when_it_is_closed_and_when_it_expired(tables: Team) -> None:
    still, last_day = gap(tables, "info", "2026-12-31"), gap(tables, "info", "2026-11-29")
    closed, over = gap(tables, "critical", "2026-12-31"), gap(tables, "info", "2026-11-28")

    assert (still.code, last_day.code, closed.code, over.code) == (0, 0, 1, 1)
    assert "a known gap, open until 2026-12-31 [known-gap]" in still.out
    assert "the gap is closed: delete this test, or expect what the routes do now" in closed.out
    assert "this gap was to be closed by 2026-11-28" in over.out


def test_it_may_be_unknown_whether_a_gap_is_closed(tables: Team) -> None:
    unknown = gap(tables, "Critical", "2026-12-31")

    assert unknown.code == 1
    assert "T: it is unknown whether no route takes it: incident.io does not" in unknown.out
    assert "closed" not in unknown.out
    assert "1 test: 1 unknown." in unknown.out


def test_same_as_compares_two_alerts(tables: Team) -> None:
    start = "{name: T, alert: {source: Checkly (Staging), title: x}, expect: {same_as: prod}}"
    only(tables, start)
    other = tables.run("test")
    same = (
        "{name: T, alert: {source: Alertmanager (Production), title: b}, expect: {same_as: prod}}"
    )
    only(tables, same)

    assert other.code == 1
    assert "it is not routed as `prod` is" in other.out
    assert tables.run("test").code == 0


def test_because_is_a_part_of_the_explanation(tables: Team) -> None:
    start = "{name: T, alert: {use: prod}, expect: {pages: []}, because: {Production Alerts: "
    only(tables, f"{start}it is missing}}}}")
    right = tables.run("test")
    only(tables, f"{start}disabled}}}}")
    wrong = tables.run("test")

    assert (right.code, wrong.code) == (0, 1)
    assert "which says: severity is one of critical: does not hold, it is missing" in wrong.out


def test_what_is_not_covered_is_listed_with_its_line(tables: Team) -> None:
    only(
        tables,
        "{name: T, alert: {use: prod, attributes: {severity: critical}}, "
        "expect: {incident: false}}",
    )

    listed = tables.run("test")
    gated = tables.run("test", "--min-coverage", "50")

    assert listed.code == 0
    assert (
        "Coverage: 0/4 conditions decided both ways, 1/11 sources of routes tested." in listed.out
    )
    assert "  routes/production-alerts.yaml:6: Production Alerts:" in listed.out
    assert gated.code == 1
    assert (
        "routes/database-alerts.yaml:6:5: error: Database Alerts: `branch is one of main`"
        in gated.out
    )
    assert "[not-covered]" in gated.out
    assert "The tests cover less than 50 %." in gated.out


@pytest.mark.parametrize("least", ["x", "101", "-1", "1/0"])
def test_a_coverage_that_is_no_percentage_is_refused(tables: Team, least: str) -> None:
    assert tables.run("test", f"--min-coverage={least}").code == 64


def test_a_broken_route_file_stops_everything(tables: Team) -> None:
    tables.edit("routes/informational.yaml", "sources:", "sorces:")

    ended = tables.run("test")

    assert ended.code == 1
    assert "routes/informational.yaml:3:1: error:" in ended.out
    assert "tests:" not in ended.out


def test_a_broken_test_file_stops_everything(tables: Team) -> None:
    tables.edit(PRODUCTION, "tests:", "tsts:")
    tables.write("routing-tests/empty.yaml", "")
    (tables.folder / "routing-tests/link.yaml").symlink_to("/etc/passwd")

    ended = tables.run("test", "--format", "junit")

    assert ended.code == 1
    assert f"{PRODUCTION}:6:1: error: unknown key `tsts`" in ended.out
    assert "starts with `tests:`" in ended.out
    assert "[outside-tree]" in ended.out


def test_without_a_lock_file_nothing_is_guessed(tables: Team) -> None:
    (tables.folder / "directory.lock.json").unlink()

    ended = tables.run("test")

    assert ended.code == 1
    assert "`reconciler directory refresh` writes it" in ended.out


def test_without_tests_the_command_says_how_to_begin(tables: Team) -> None:
    shutil.rmtree(tables.folder / "routing-tests")
    none = tables.run("test")
    tables.write("routing-tests/a.yaml", "tests: []\n")

    assert (none.code, tables.run("test").code) == (1, 1)
    assert "`reconciler test --init` writes a first file" in none.err
