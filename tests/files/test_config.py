"""Every key of reconciler.yaml, and what stands in its place when it is wrong."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reconciler.files.config import MAX_BYTES, parse_config, read_config
from reconciler.files.reasons import ANSWERS
from reconciler.files.schema import json_schema
from reconciler.model import Approval, Assumption, Config, InventorySource, Position
from reconciler.routing.reading import QUESTIONS
from tests.files.folders import put

FILE = "reconciler.yaml"


def read(text: str) -> Config:
    config, findings = parse_config(text, FILE)
    assert findings == ()
    return config


def refused(text: str) -> tuple[Config, list[tuple[str, int, int]]]:
    """The config beside (code, line, column) of each error."""
    config, findings = parse_config(text, FILE)
    told = []
    for finding in findings:
        assert finding.level == "error"
        assert finding.position is not None
        told.append((finding.code, finding.position.line, finding.position.column))
    return config, told


def test_a_file_of_every_key_is_read_whole() -> None:
    config = read(
        """\
account: https://app.incident.io/payments
api: v3
undeclared: delete
owns: {teams: [Payments, Ledger]}
max_deletes: 3
approvals:
  - route: Old Alerts
    allow: pages-nobody
    reason: moved to another team
    expires: 2026-12-31
  - {route: 01JA, allow: delete, reason: "not used", expires: "2027-01-01"}
require_reviewed_plan: false
channels:
  "#alerts": C06E4KQ7R2N
message_templates: {Compact: 01JT}
sources:
  - name: Grafana Cloud
  - {name: Alertmanager (Production), id: 01JS, alias: Alertmanager (Prod)}
table: {order: [Payments, Ledger]}
page: https://payments.github.io/alerts/
assume:
  text_case: {answer: counts, because: "seen on 3 July", since: 2026-07-03}
  empty_group:
    answer: no alert
    because: our support ticket
    since: "2026-08-01"
"""
    )

    assert config == Config(
        account="https://app.incident.io/payments",
        api="v3",
        undeclared="delete",
        owns_teams=("Payments", "Ledger"),
        max_deletes=3,
        approvals=(
            Approval(
                "Old Alerts",
                "pages-nobody",
                "moved to another team",
                date(2026, 12, 31),
                Position(FILE, 7, 5),
            ),
            Approval("01JA", "delete", "not used", date(2027, 1, 1), Position(FILE, 11, 5)),
        ),
        require_reviewed_plan=False,
        channels={"#alerts": "C06E4KQ7R2N"},
        message_templates={"Compact": "01JT"},
        sources=(
            InventorySource("Grafana Cloud"),
            InventorySource("Alertmanager (Production)", "01JS", "Alertmanager (Prod)"),
        ),
        table_order=("Payments", "Ledger"),
        page="https://payments.github.io/alerts/",
        assume=(
            Assumption("text_case", True, "seen on 3 July", date(2026, 7, 3)),
            Assumption("empty_group", False, "our support ticket", date(2026, 8, 1)),
        ),
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n"])
def test_an_empty_file_has_the_defaults(text: str) -> None:
    assert read(text) == Config()


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("page: acme.github.io/alerts\n", "page", 1, 7),
        ("page: http://acme.github.io/alerts\n", "page", 1, 7),
        ("page: https://me:word@acme.github.io/alerts\n", "page", 1, 7),
        ("page: 'https://acme.github.io/a) [b](https://x'\n", "page", 1, 7),
        ("page: [https://acme.github.io]\n", "wrong-kind", 1, 7),
        ("account: payments\n", "account", 1, 10),
        ("account: app.incident.io/payments\n", "account", 1, 10),
        ("account: https://app.incident.io/\n", "account", 1, 10),
        ("account: https://key@app.incident.io/payments\n", "account", 1, 10),
        ("api: v4\n", "unknown-word", 1, 6),
        ("api: {raw: v4}\n", "wrong-kind", 1, 6),
        ("api:\n", "empty-value", 1, 5),
        ("undeclared: remove\n", "unknown-word", 1, 13),
        ("undeclared: delete\n", "owns-missing", 1, 1),
        ("owns: {teams: []}\n", "owns-nothing", 1, 15),
        ("owns: {prefixes: []}\n", "owns-nothing", 1, 18),
        ('owns: {prefixes: [""]}\n', "empty-text", 1, 19),
        ("owns: {teams: [A], prefixes: [B]}\n", "owns-both", 1, 20),
        ("owns: {elsewhere: [{teams: [A]}]}\n", "missing-key", 1, 20),
        ("owns: {elsewhere: [{repository: b}]}\n", "missing-key", 1, 20),
        ("owns: [Payments]\n", "wrong-kind", 1, 7),
        ("owns: {team: [Payments]}\n", "unknown-key", 1, 8),
        ("owns: {}\n", "missing-key", 1, 7),
        ("table: {order: Payments}\n", "wrong-kind", 1, 16),
        ("max_deletes: -1\n", "not-a-number", 1, 14),
        ("max_deletes: many\n", "not-a-number", 1, 14),
        ("require_reviewed_plan: no\n", "not-true-or-false", 1, 24),
        ("approvals: {route: A}\n", "wrong-kind", 1, 12),
        ("approvals: [A]\n", "wrong-kind", 1, 13),
        ("channels: [C06]\n", "wrong-kind", 1, 11),
        ("channels: {no: C06}\n", "quote-it", 1, 12),
        ('channels: {"#alerts": no}\n', "quote-it", 1, 23),
        ("sources: Grafana\n", "wrong-kind", 1, 10),
        ("sources: [Grafana]\n", "wrong-kind", 1, 11),
        ("sources: [{id: 01J}]\n", "missing-key", 1, 11),
        ("apis: v2\n", "unknown-key", 1, 1),
        ("- api\n", "wrong-kind", 1, 1),
        ("api: [\n", "yaml-syntax", 2, 1),
        ("a: &b c\n", "anchor", 1, 4),
    ],
)
def test_what_is_wrong_is_told_and_has_its_default(
    text: str, code: str, line: int, column: int
) -> None:
    config, told = refused(text)

    assert told == [(code, line, column)]
    assert config == Config(undeclared="delete" if code == "owns-missing" else "report")


@pytest.mark.parametrize(
    "owns",
    [
        "{teams: [A], elsewhere: [{repository: b, teams: [C, A]}]}",
        '{prefixes: ["Pay"], elsewhere: [{repository: b, prefixes: ["Payments: "]}]}',
        '{prefixes: ["Payments: "], elsewhere: [{repository: b, prefixes: ["Pay"]}]}',
    ],
)
def test_two_repositories_cannot_own_the_same(owns: str) -> None:
    _, told = refused(f"owns: {owns}\n")

    assert told == [("owns-overlap", 1, owns.index("{repository") + 7)]


def test_of_a_key_that_is_written_twice_the_first_counts() -> None:
    config, told = refused("api: v2\napi: v3\n")

    assert told == [("duplicate-key", 2, 1)]
    assert config == Config(api="v2")


def test_the_rest_counts_beside_a_mistake() -> None:
    config, told = refused("api: v4\nmax_deletes: 2\n")

    assert (config.max_deletes, len(told)) == (2, 1)


APPROVAL = {
    "route": "Old Alerts",
    "allow": "delete",
    "reason": "not used",
    "expires": "2026-12-31",
}


def approval(**changed: str | None) -> str:
    entries = {key: value for key, value in (APPROVAL | changed).items() if value is not None}
    lines = "\n    ".join(f"{key}: {value}" for key, value in entries.items())
    return f"approvals:\n  - {lines}\n"


@pytest.mark.parametrize("key", APPROVAL)
def test_an_approval_that_lacks_something_approves_nothing(key: str) -> None:
    config, told = refused(approval(**{key: None}))

    assert told == [("missing-key", 2, 5)]
    assert config.approvals == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"allow": "everything"}, "unknown-word"),
        ({"expires": "2026-02-30"}, "date"),
        ({"expires": "31.12.2026"}, "date"),
        ({"expires": "2026-12-31 10:00:00"}, "date"),
        ({"expires": "[2026-12-31]"}, "date"),
        ({"expires": ""}, "date"),
        ({"reason": '""'}, "empty-text"),
        ({"reason": "…"}, "reason-not-written"),
        ({"reason": "severity is one of critical → NOBODY …"}, "reason-not-written"),
        ({"reason": "moved to ..."}, "reason-not-written"),
        ({"reason": "TODO ask the team"}, "reason-not-written"),
        ({"route": "no"}, "quote-it"),
    ],
)
def test_an_approval_with_a_mistake_approves_nothing(changed: dict[str, str], code: str) -> None:
    config, told = refused(approval(**changed))

    assert [found for found, *_ in told] == [code]
    assert config.approvals == ()


PIN = {"answer": "counts", "because": "seen", "since": "2026-07-03"}


def assuming(question: str = "text_case", /, **changed: str | None) -> str:
    entries = {key: value for key, value in (PIN | changed).items() if value is not None}
    return f"assume:\n  {question}:\n    " + "\n    ".join(f"{k}: {v}" for k, v in entries.items())


@pytest.mark.parametrize(
    ("word", "question", "answer"),
    [
        ("text_case counts", "text_case", True),
        ("text_case ignored", "text_case", False),
        ("text_one_of equals", "text_one_of", True),
        ("text_one_of contains", "text_one_of", False),
        ("empty_text set", "empty_text_is_set", True),
        ("empty_text not set", "empty_text_is_set", False),
        ("empty_group every alert", "empty_group", True),
        ("empty_group no alert", "empty_group", False),
    ],
)
def test_each_answer_to_a_question_has_a_word(word: str, question: str, answer: bool) -> None:
    key, _, answered = word.partition(" ")
    (pin,) = read(assuming(key, answer=answered)).assume

    assert (pin.question, pin.answer) == (question, answer)
    assert pin.position == Position(FILE, 3, 5)


def test_the_words_of_assumptions_are_those_of_the_schema() -> None:
    pins: Any = json_schema("config")
    pins = pins["properties"]["assume"]["properties"]

    assert {key: list(words) for key, (_, words) in ANSWERS.items()} == {
        key: pin["properties"]["answer"]["enum"] for key, pin in pins.items()
    }
    assert {question for question, _ in ANSWERS.values()} == set(QUESTIONS)


@pytest.mark.parametrize("key", PIN)
def test_an_assumption_without_answer_reason_or_day_assumes_nothing(key: str) -> None:
    without: dict[str, str | None] = {key: None}
    config, told = refused(assuming(**without))

    assert told == [("missing-key", 3, 5)]
    assert config.assume == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (assuming(answer="ignore"), "unknown-word"),
        (assuming(answer="equals"), "unknown-word"),
        (assuming(since="July"), "date"),
        (assuming(because='""'), "empty-text"),
        (assuming("text_cases"), "unknown-key"),
        ("assume: {text_case: counts}", "wrong-kind"),
        ("assume: [text_case]", "wrong-kind"),
    ],
)
def test_an_assumption_with_a_mistake_assumes_nothing(text: str, code: str) -> None:
    config, told = refused(text)

    assert [found for found, *_ in told] == [code]
    assert config.assume == ()


def test_an_unknown_question_is_told_with_what_it_may_mean() -> None:
    _, findings = parse_config(assuming("text_cases"), FILE)

    assert "text_case" in findings[0].hint


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        ("{name: A, id: 01A}", "{name: B, id: 01A}", "id"),
        ("{name: A}", "{name: A}", "name"),
        ("{name: A, id: 01A}", "{name: A}", "name"),
        ("{name: A, id: 01A, alias: X}", "{name: B, id: 01B, alias: X}", "alias"),
        ("{name: A, id: 01A}", "{name: B, id: 01B, alias: A}", "alias"),
    ],
)
def test_a_spelling_means_one_source(first: str, second: str, path: str) -> None:
    _, (finding,) = parse_config(f"sources:\n  - {first}\n  - {second}\n", FILE)

    assert finding.code == "duplicate-source"
    assert finding.path == ("sources", 1, path)
    assert finding.position is not None
    assert finding.position.line == 3


def test_sources_of_one_name_are_told_apart_by_their_ids() -> None:
    config = read("sources: [{name: A, id: 01A}, {name: A, id: 01B, alias: A2}]\n")

    assert [source.id for source in config.sources] == ["01A", "01B"]


def test_a_folder_without_the_file_has_the_defaults(tmp_path: Path) -> None:
    assert read_config(tmp_path) == (Config(), ())


def test_the_file_of_a_folder_is_read(tmp_path: Path) -> None:
    put(tmp_path, FILE, "api: v2\n")

    assert read_config(tmp_path) == (Config(api="v2"), ())


def test_a_file_that_cannot_be_read_is_an_error_and_not_the_defaults(tmp_path: Path) -> None:
    for place, content, code in (
        ("utf8", b"api: \xff\n", "not-utf8"),
        ("large", b"#" * (MAX_BYTES + 1), "too-large"),
        ("folder", None, "unreadable"),
        ("outside", "../utf8/reconciler.yaml", "outside-tree"),
        ("hidden", ".git/config", "outside-tree"),
        ("broken", "nowhere", "unreadable"),
    ):
        root = tmp_path / place
        if isinstance(content, bytes):
            put(root, FILE, content)
        elif content is None:
            (root / FILE).mkdir(parents=True)
        else:
            root.mkdir()
            (root / FILE).symlink_to(content)

        config, (finding,) = read_config(root)

        assert config == Config()
        assert (finding.level, finding.code) == ("error", code)
        assert finding.position is not None
        assert finding.position.file == FILE


@pytest.mark.parametrize(
    "text",
    [
        "accepted_gaps: [{source: A, gap: dropped, reason: …, expires: 2026-12-31}]\n",
        "assume: {text_case: {answer: counts, because: tbd, since: 2026-07-03}}\n",
    ],
)
def test_no_other_reason_is_left_open(text: str) -> None:
    config, told = refused(text)

    assert [code for code, *_ in told] == ["reason-not-written"]
    assert (config.accepted_gaps, config.assume) == ((), ())


def test_a_reason_may_have_an_ellipsis_inside_and_a_word_that_begins_like_one() -> None:
    assert read(approval(reason="moved … in May")).approvals
    assert read(approval(reason="todos are kept elsewhere")).approvals
