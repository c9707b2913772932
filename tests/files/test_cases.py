"""Routing tests in YAML: what they say, and what is wrong with them, with its place."""

from datetime import date
from pathlib import Path

import pytest

from reconciler.files.cases import read_cases
from reconciler.files.read.cases import MOST_CASES, parse_cases
from reconciler.model import Finding, Position
from reconciler.routing.case import Case, Given, Word

FIXTURES = """\
fixtures:
  prod: {source: Alertmanager, title: PodNotRunning, attributes: {severity: critical}}
"""


def cases(text: str) -> tuple[Case, ...]:
    file, findings = parse_cases(text, "routing-tests/a.yaml")
    assert findings == ()
    assert file is not None
    return file.cases


def findings(text: str) -> list[Finding]:
    file, found = parse_cases(text, "routing-tests/a.yaml")
    assert (file is None) == any(one.level == "error" for one in found)
    return list(found)


def words(given: Given) -> tuple[str, ...] | None:
    return None if given.words is None else tuple(word.text for word in given.words)


def test_a_test_has_an_alert_and_what_is_expected_of_it() -> None:
    (case,) = cases(
        """\
version: 1
tests:
  - name: everything
    alert:
      source: Alertmanager
      title: ""
      priority: null
      attributes:
        severity: critical
        silenced: true
        count: 3
        regions: [eu, us]
        runbook: null
        team: {catalog: Platform}
        service: {external_id: api}
        tier: {id: 01X}
      unknown: [owner, description]
    expect:
      routes: [A, B]
      pages: []
      not_pages: [On-Call]
      channels: ["#alerts"]
      incident: false
      unrouted: false
    because: {A: severity}
    assume: {text_case: counts}
    tags: [smoke]
    skip: later
"""
    )

    assert case.name == "everything"
    assert case.alert.source == "Alertmanager"
    assert {part: words(given) for part, given in case.alert.given.items()} == {
        ("title",): ("",),
        ("priority",): (),
        ("attributes", "severity"): ("critical",),
        ("attributes", "silenced"): ("true",),
        ("attributes", "count"): ("3",),
        ("attributes", "regions"): ("eu", "us"),
        ("attributes", "runbook"): (),
        ("attributes", "team"): ("Platform",),
        ("attributes", "service"): ("api",),
        ("attributes", "tier"): ("01X",),
        ("attributes", "owner"): None,
        ("description",): None,
    }
    assert case.alert.given["attributes", "service"].words == (Word("api", "external_id"),)
    assert case.alert.given["attributes", "tier"].words == (Word("01X", "id"),)
    expected = case.expected
    assert (expected.routes, expected.pages, expected.not_pages) == (("A", "B"), (), ("On-Call",))
    assert (expected.channels, expected.incident, expected.unrouted) == (("#alerts",), False, False)
    assert (case.because, case.assume) == ({"A": "severity"}, {"text_case": True})
    assert (case.tags, case.skip, case.gap_until) == (("smoke",), "later", None)


def test_cases_and_a_matrix_are_written_out_with_names() -> None:
    found = cases(
        FIXTURES
        + """\
tests:
  - name: T
    alert: {use: prod}
    matrix: {source: [A, B], attributes.branch: [main, null]}
    expect: {pages: []}
    cases:
      - {attributes: {severity: warning}, expect: {routes: [X]}}
      - {name: unknown, unknown: [severity], expect: {routes: {X: unknown}}}
"""
    )

    assert [case.name for case in found[:4]] == [
        "T [severity=warning] [source=A, branch=main]",
        "T [severity=warning] [source=A, branch=missing]",
        "T [severity=warning] [source=B, branch=main]",
        "T [severity=warning] [source=B, branch=missing]",
    ]
    assert [case.name for case in found[4:5]] == ["T [unknown] [source=A, branch=main]"]
    first, last = found[0], found[7]
    assert (first.alert.source, last.alert.source) == ("A", "B")
    assert words(first.alert.given["title",]) == ("PodNotRunning",)
    assert words(first.alert.given["attributes", "severity"]) == ("warning",)
    assert last.alert.given["attributes", "severity"].words is None
    assert last.alert.given["attributes", "branch"].words == ()
    assert (first.expected.routes, first.expected.pages) == (("X",), ())
    assert (last.expected.routes, last.expected.verdicts) == (None, {"X": "unknown"})


def test_what_a_file_assumes_its_tests_may_assume_otherwise() -> None:
    one, other = cases(
        FIXTURES
        + """\
assume: {text_case: counts, empty_group: no alert}
tests:
  - {name: one, alert: {use: prod}, expect: {pages: []}}
  - {name: other, alert: {use: prod}, expect: {pages: []}, assume: {text_case: ignored}}
"""
    )

    assert one.assume == {"text_case": True, "empty_group": False}
    assert other.assume == {"text_case": False, "empty_group": False}


def test_a_known_gap_has_a_last_day() -> None:
    start = FIXTURES + "tests:\n  - {name: T, alert: {use: prod}, expect: {pages: []}, "

    (case,) = cases(start + "tags: [known-gap], expires: 2027-03-31}\n")

    assert case.gap_until == date(2027, 3, 31)
    (missing,) = findings(start + "tags: [known-gap]}\n")
    assert (missing.code, "expires" in missing.message) == ("missing-key", True)
    (odd,) = findings(start + "expires: 2027-03-31}\n")
    assert odd.code == "known-gap"
    (day,) = findings(start + "tags: [known-gap], expires: 2027-02-30}\n")
    assert day.code == "date"


def test_same_as_names_a_fixture() -> None:
    start = FIXTURES + "tests:\n  - {name: T, alert: {use: prod}, expect: {same_as: "

    assert cases(start + "prod}}\n")[0].expected.same_as == "prod"
    (wrong,) = findings(start + "prood}}\n")
    assert (wrong.code, wrong.hint) == ("unknown-fixture", "did you mean `prod`?")


@pytest.mark.parametrize(
    ("text", "code", "line", "hint"),
    [
        ("tests: []\ntets: []\n", "unknown-key", 2, "did you mean `tests`?"),
        ("version: 2\ntests: []\n", "unknown-word", 1, "write 1"),
        ("fixtures: {}\n", "missing-key", 1, "tests"),
        ("tests:\n  - {alert: {source: A}, expect: {pages: []}}\n", "missing-key", 2, "name"),
        ("tests:\n  - {name: T, alert: {source: A}}\n", "missing-key", 2, "expected"),
        ("tests:\n  - {name: T, expect: {pages: []}}\n", "missing-key", 2, "source"),
        ("tests:\n  - {name: T, alert: {source: A}, expect: {}}\n", "missing-key", 2, "expected"),
        (
            "tests:\n  - {name: T, alert: {source: A}, expect: {not_pages: []}}\n",
            "empty-value",
            2,
            "`pages: []`",
        ),
        (
            "tests:\n  - {name: T, alert: {source: A}, expect: {routes: {X: matches}}}\n",
            "unknown-word",
            2,
            "`matched`",
        ),
        (
            "tests:\n  - {name: T, alert: {use: x}, expect: {pages: []}}\n",
            "unknown-fixture",
            2,
            "no alert yet",
        ),
        (
            "tests:\n  - name: T\n    alert: {source: A, attributes: {a: {catlog: x}}}\n"
            "    expect: {pages: []}\n",
            "unknown-key",
            3,
            "did you mean `catalog`?",
        ),
        (
            "tests:\n  - name: T\n    alert: {source: A, attributes: {a: {catalog: x, id: y}}}\n"
            "    expect: {pages: []}\n",
            "wrong-kind",
            3,
            "{catalog: NAME}",
        ),
        (
            "tests:\n  - name: T\n    alert: {source: A, attributes: {a: x}, unknown: [a]}\n"
            "    expect: {pages: []}\n",
            "unknown-and-given",
            3,
            "keep one",
        ),
        (
            "tests:\n  - name: T\n    matrix: {severity: [x]}\n    alert: {source: A}\n"
            "    expect: {pages: []}\n",
            "unknown-key",
            3,
            "`attributes.severity`",
        ),
        (
            "tests:\n  - name: T\n    alert: {source: A}\n    expect: {pages: []}\n"
            "    cases:\n      - {name: c, title: one}\n      - {name: c, title: two}\n",
            "duplicate-test",
            7,
            "",
        ),
        (
            "tests:\n  - name: T\n    cases: []\n    alert: {source: A}\n    expect: {pages: []}\n",
            "empty-value",
            3,
            "or not at all",
        ),
        (
            "tests:\n  - name: T\n    alert: {source: A}\n    expect: {pages: []}\n"
            "    matrix:\n      attributes.a: [x]\n      attributes.b: []\n",
            "empty-value",
            7,
            "or not at all",
        ),
        (
            "tests:\n  - name: T\n    matrix: [x]\n    alert: {source: A}\n"
            "    expect: {pages: []}\n",
            "wrong-kind",
            3,
            "",
        ),
        (
            "tests:\n  - {name: T, alert: {source: A}, expect: {pages: []}}\n"
            "  - {name: T, alert: {source: A}, expect: {pages: []}}\n",
            "duplicate-test",
            3,
            "",
        ),
    ],
)
def test_each_mistake_is_said_at_its_line(text: str, code: str, line: int, hint: str) -> None:
    found = findings(text)

    assert [one.code for one in found] == [code]
    assert found[0].position is not None
    assert found[0].position.line == line
    assert hint in found[0].hint


def test_an_empty_file_says_how_to_begin() -> None:
    (finding,) = findings("")

    assert (finding.code, finding.hint) == (
        "empty-file",
        "a file of routing tests starts with `tests:`",
    )
    assert finding.position == Position("routing-tests/a.yaml", 1, 1)


def test_a_file_of_many_values_says_how_to_write_fewer() -> None:
    (finding,) = findings("tests: [" + "a," * 50_001 + "]")

    assert (finding.code, "several files" in finding.hint) == ("too-large", True)


def test_a_long_file_says_so_too(tmp_path: Path) -> None:
    folder = tmp_path / "routing-tests"
    folder.mkdir()
    (folder / "a.yaml").write_text("tests:\n" + "# x\n" * 100_000)

    (finding,) = read_cases(tmp_path)[1]

    assert (finding.code, "several files" in finding.hint) == ("too-large", True)


def test_a_matrix_has_an_end() -> None:
    values = ", ".join(map(str, range(101)))
    text = (
        "tests:\n  - name: T\n    alert: {source: A}\n    expect: {pages: []}\n"
        f"    matrix: {{attributes.a: [{values}], attributes.b: [{values}]}}\n"
    )

    (finding,) = findings(text)

    assert (finding.code, str(MOST_CASES) in finding.message) == ("too-large", True)
