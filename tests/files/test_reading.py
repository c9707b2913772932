"""Each getter takes what is meant, and says what to write instead of everything else."""

import pytest

from reconciler.files.read.route import parse_as_far_as_possible
from reconciler.files.yaml import reading
from reconciler.files.yaml.compose import MAX_FINDINGS, compose
from reconciler.files.yaml.reading import Reading, near
from reconciler.model import Position
from tests.files.reading_routes import HEAD, declared, findings, the_finding, told


@pytest.mark.parametrize(
    ("body", "code", "line", "column", "hint"),
    [
        ("owners: [no]\n", "quote-it", 1, 10, 'quote it: "no"'),
        ("owners: [08]\n", "quote-it", 1, 10, 'quote it: "08"'),
        ("owners: [1e3]\n", "quote-it", 1, 10, 'quote it: "1e3"'),
        ("owners: [2026-01-01]\n", "quote-it", 1, 10, 'quote it: "2026-01-01"'),
        ("owners: [~]\n", "quote-it", 1, 10, 'quote it: "~"'),
        ("when: [{on: call}]\n", "quote-it", 1, 9, 'quote it: "on"'),
        ("enabled: yes\n", "not-true-or-false", 1, 10, "write true"),
        ("enabled: True\n", "not-true-or-false", 1, 10, "write true"),
        ("enabled: off\n", "not-true-or-false", 1, 10, "write false"),
        ('enabled: "true"\n', "not-true-or-false", 1, 10, "write true"),
        ("enabled: maybe\n", "not-true-or-false", 1, 10, "write true or false"),
        ("enabled: [true]\n", "wrong-kind", 1, 10, ""),
        ("when:\n", "empty-value", 1, 6, "leave the key out, or give it a value"),
        ("enabled:\n", "empty-value", 1, 9, "leave the key out, or give it a value"),
        (
            "notify:\n  - slack: #alerts\n",
            "empty-value",
            2,
            11,
            'a # starts a comment; if it is text, quote it: "#alerts"',
        ),
        ("group: {window: 30}\n", "duration", 1, 17, "write it with a unit: 30s or 30m"),
        (
            "group: {window: soon}\n",
            "duration",
            1,
            17,
            "write it with a unit, as in 90s, 30m or 2h",
        ),
        ("group: {window: 59s}\n", "out-of-range", 1, 17, "from 1m to 48h"),
        ("group: {window: 49h}\n", "out-of-range", 1, 17, "from 1m to 48h"),
        ("group: {window: [1m]}\n", "wrong-kind", 1, 17, ""),
        (
            "group: {window: 30m, extend: roling}\n",
            "unknown-word",
            1,
            30,
            "did you mean `rolling`?; if it is new in incident.io, write {raw: roling}",
        ),
        ("owners: Payments\n", "wrong-kind", 1, 9, "write it as `owners: [Payments]`"),
        ("owners: [[a]]\n", "wrong-kind", 1, 10, ""),
        ('owners: [" "]\n', "empty-text", 1, 10, ""),
        ("group: 30m\n", "wrong-kind", 1, 8, ""),
        ("enabld: true\n", "unknown-key", 1, 1, "did you mean `enabled`?"),
        ("Enabled: true\n", "unknown-key", 1, 1, "did you mean `enabled`?"),
        (
            "<<: {enabled: true}\n",
            "unknown-key",
            1,
            1,
            "merge keys are not supported: write the content out",
        ),
        ("[a]: b\n", "key-is-no-text", 1, 1, ""),
        ("incident: {name: x, custom_fields: {[a]: b}}\n", "key-is-no-text", 1, 37, ""),
        ("incident: {name: x, custom_fields: {'': b}}\n", "empty-text", 1, 37, ""),
        ("incident: {name: x, custom_fields: [a]}\n", "wrong-kind", 1, 36, ""),
    ],
)
def test_a_mistake_is_told_where_it_is_with_what_to_write(
    body: str, code: str, line: int, column: int, hint: str
) -> None:
    finding = the_finding(body)

    assert told(finding) == (code, line, column)
    assert finding.hint == hint
    assert finding.level == "error"
    assert finding.route == "Alerts"
    assert finding.excerpt == body.splitlines()[line - 1]


def test_an_unknown_key_that_resembles_none_lists_what_is_known() -> None:
    assert the_finding("group: {window: 30m, zzz: 1}\n").hint == (
        "known keys: `by`, `window`, `extend`"
    )


def test_a_key_that_is_written_twice_names_both_places() -> None:
    finding = the_finding("enabled: true\nprivate: false\nenabled: false\n")

    assert told(finding) == ("duplicate-key", 3, 1)
    assert "line 3, column 1" in finding.message


def test_names_that_are_written_twice_are_duplicate_keys_too() -> None:
    body = "incident:\n  name: x\n  custom_fields:\n    A: b\n    A: c\n"

    assert told(the_finding(body)) == ("duplicate-key", 5, 5)


def test_one_mistake_hides_no_other() -> None:
    body = "enabled: yes\nprivte: true\nwhen:\nowners: [no, Payments]\ngroup: {window: 5}\n"

    assert [finding.code for finding in findings(body)] == [
        "not-true-or-false",
        "unknown-key",
        "empty-value",
        "quote-it",
        "duration",
    ]


def test_the_rest_is_read_beside_the_mistake() -> None:
    parsed = parse_as_far_as_possible(HEAD + "owners: [no, Payments]\nprivate: true\n", "a.yaml")

    assert parsed.declaration is not None
    assert parsed.declaration.route.owners == ("Payments",)
    assert parsed.declaration.route.private


def test_a_known_word_may_be_raw_and_a_new_one_is_noted() -> None:
    assert findings("group: {window: 30m, extend: {raw: fixed}}\n") == ()
    note = the_finding("group: {window: 30m, extend: {raw: sliding}}\n")
    assert (note.level, note.code) == ("note", "raw-word")


@pytest.mark.parametrize("extend", ["{}", "{raw: }", "{rw: fixed}", "{raw: [a]}"])
def test_a_raw_word_is_a_word(extend: str) -> None:
    (found,) = findings(f"group: {{window: 30m, extend: {extend}}}\n")
    assert found.level == "error"


def test_findings_of_one_file_are_bounded() -> None:
    body = "owners: [" + "no, " * (2 * MAX_FINDINGS) + "]\n"

    found = findings(body)

    assert len(found) == MAX_FINDINGS + 1
    assert "too-many-findings" in {finding.code for finding in found}


def test_places_of_keys_and_values() -> None:
    declaration = declared(
        "name: Alerts\nsources:\n  - source: Grafana\n    when:\n      - severity: [high, low]\n"
        "      - title: {contains: x}\n"
        "escalate: {to: [{path: On-Call}], cancel_when_resolved: true}\n"
    )
    at = declaration.positions.at

    assert at(("name",)) == Position("routes/alerts.yaml", 1, 7, 13)
    assert at(("sources", 0)) == Position("routes/alerts.yaml", 3, 13, 20)
    assert at(("sources", 0, "when", 0, 0, "subject")).column == 9
    assert at(("sources", 0, "when", 0, 0, "params", 0, 1)).column == 26
    assert at(("sources", 0, "when", 0, 1, "operation")).column == 17
    assert at(("sources", 0, "when", 0, 1, "params", 0)).column == 27
    assert at(("escalate", "to", 0)).line == 7
    assert at(("escalate", "cancel_when_resolved")).line == 7
    assert at(("group", "window")) == at(("name",)), "what the file leaves out"


def test_near_words_forgive_case_and_typos() -> None:
    known = ("Engineering On-Call", "Platform On-Call", "notify")

    assert near("engineering on-call", known) == "did you mean `Engineering On-Call`?"
    assert near("Enginering On-Call", known).startswith("did you mean `Engineering On-Call`")
    assert near("qqq", known) == ""


@pytest.mark.parametrize("text", ["-1", "1.5", "'3'", "[1]", "many", "1234567890"])
def test_a_count_is_a_whole_number(text: str) -> None:
    root = compose(text, "a.yaml").root
    assert root is not None
    reading = Reading("a.yaml", (text,))

    assert reading.count(root, ("max_deletes",)) is None
    assert [finding.code for finding in reading.findings] == ["not-a-number"]


def test_past_the_limit_no_near_keys_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(word: str, _: object) -> str:
        asked.append(word)
        return ""

    monkeypatch.setattr(reading, "near", noted)

    found = findings("".join(f"zzz{n}: 1\n" for n in range(MAX_FINDINGS + 50)))

    assert [one.code for one in found].count("too-many-findings") == 1
    assert len(asked) == MAX_FINDINGS + 1
