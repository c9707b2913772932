"""What a team sees in its editor: names that are offered, typos that are red, words that explain.

`make editors` runs it, as it needs Node.js and the language server.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.directory import Directory, parse_lock
from reconciler.directory.directory import Attribute, Named, Team, whole
from reconciler.files import json_schema, read_config, read_text
from reconciler.model import Config
from reconciler.planning.named_schema import named_schema, schema_for_editors
from tests.editors.server import REPOSITORY, Server, editor

MANY = 3_000
HEAD = "name: A\nsources: [Axiom]\n"
PATHS = ("Database On-Call", "Engineering On-Call", "Platform On-Call")
TEAMS = ("Database", "Engineering", "Platform")
PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
SEVERITIES = ("Critical", "Major", "Minor")
OPERATIONS = set(json_schema("route")["$defs"]["operation"]["properties"])  # type: ignore[index,call-overload,arg-type]


@pytest.fixture(scope="module")
def account() -> tuple[Directory, Config]:
    """That of this repository's lock file."""
    lock, findings = parse_lock(read_text(REPOSITORY / "directory.lock.json"), "")
    config, _ = read_config(REPOSITORY)
    assert lock is not None
    assert not findings
    return lock, config


@pytest.fixture(scope="module")
def named(
    tmp_path_factory: pytest.TempPathFactory, account: tuple[Directory, Config]
) -> Iterator[Server]:
    """An editor that knows the account's names."""
    schema = tmp_path_factory.mktemp("editor") / "route.schema.json"
    schema.write_text(schema_for_editors(*account), "utf-8")
    with editor(schema) as server:
        yield server


@pytest.fixture(scope="module")
def plain() -> Iterator[Server]:
    """An editor with the schema as it ships."""
    with editor(REPOSITORY / "reconciler/files/schema/route.schema.json") as server:
        yield server


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name: A\nsources:\n  - |", ("Axiom", "Grafana Cloud", "sev0@")),
        ("name: A\nsources:\n  - source: |", ("Axiom", "Grafana Cloud", "sev0@")),
        (HEAD + "when:\n  - |", ("title", "priority", "branch", "service", "severity")),
        (HEAD + "when:\n  any:\n    - - |", ("title", "priority", "branch", "service")),
        (HEAD + "when:\n  - subject: |\n    operation: is", ("title", "branch", "service")),
        (HEAD + "when:\n  - priority: |", PRIORITIES),
        (HEAD + "when:\n  - priority: [P1, |]", PRIORITIES),
        (HEAD + "when:\n  - priority:\n      one_of: |", PRIORITIES),
        (HEAD + "escalate:\n  - path: |", PATHS),
        (HEAD + "escalate:\n  to:\n    - path: |", PATHS),
        (HEAD + "escalate:\n  - path:\n      reference: |", ("Escalation path", "team")),
        (HEAD + "notify:\n  - slack: |", ('"#alerts"',)),
        (HEAD + "notify:\n  - slack:\n      channel: |", ('"#alerts"',)),
        (HEAD + "owners:\n  - |", TEAMS),
        (HEAD + "group:\n  window: 5m\n  by:\n    - |", ("title", "service")),
        (HEAD + "incident:\n  name: x\n  severity: |", SEVERITIES),
        (HEAD + "incident:\n  name: x\n  type: |", ("Default", "Security")),
        (HEAD + "incident:\n  name: x\n  custom_fields:\n    |", ("Affected service",)),
        (HEAD + "expressions:\n  x:\n    from: |", ("service", "team")),
    ],
)
def test_names_of_the_account_are_offered(named: Server, text: str, names: tuple[str, ...]) -> None:
    offered = named.completed(text).labels

    assert set(names) <= set(offered)
    assert not [label for label in offered if label.startswith("01")], "an id is no name to offer"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("name: A\nsources: [Grafana Clout]", "name: A\nsources: [Grafana Cloud]"),
        ("name: A\nsources: [{source: axiom}]", "name: A\nsources: [{source: Axiom}]"),
        (HEAD + "when: [{serverity: critical}]", HEAD + "when: [{severity: critical}]"),
        (HEAD + "when: [{priority: P9}]", HEAD + "when: [{priority: P1}]"),
        (
            HEAD + "when: [{priority: {one_of: [P1, P9]}}]",
            HEAD + "when: [{priority: {one_of: P1}}]",
        ),
        (HEAD + "when: [{title: {contain: x}}]", HEAD + "when: [{title: {contains: x}}]"),
        (
            HEAD + "escalate: [{path: Engineering}]",
            HEAD + "escalate: [{path: Engineering On-Call}]",
        ),
        (
            HEAD + "escalate: [{path: {reference: tem}}]",
            HEAD + "escalate: [{path: {reference: team}}]",
        ),
        (HEAD + 'notify: [{slack: "#alertz"}]', HEAD + 'notify: [{slack: "#alerts"}]'),
        (HEAD + "owners: [Paltform]", HEAD + "owners: [Platform]"),
        (HEAD + "group: {window: 5m, by: [titel]}", HEAD + "group: {window: 5m, by: [title]}"),
        (
            HEAD + "incident: {name: x, severity: Mayor}",
            HEAD + "incident: {name: x, severity: Major}",
        ),
    ],
)
def test_a_typo_is_red_while_it_is_typed(named: Server, wrong: str, right: str) -> None:
    assert named.red(wrong)
    assert named.red(right) == []


@pytest.mark.parametrize(
    "text",
    [
        *[
            path.read_text("utf-8").partition("\n")[2]  # below the line that names another schema
            for path in sorted((REPOSITORY / "routes").glob("*.yaml"))
        ],
        HEAD + "when: [{'attribute:title': x}]",
        HEAD + "when: [{'service.[\"Tier\"]': one}]",
        HEAD + "when: [{'expressions[\"x\"]': one}]",
        HEAD + "when: [{alert.source_url: {contains: x}}]",
        HEAD + "when: [{title: 5}, {title: [a, b]}, {title: {reference: branch}}]",
        HEAD + "when: [{silenced: true}, {silenced: {is_false: true}}]",
        HEAD + "escalate: [{path: 01JJ7GTCAJEZ2X719RXE69JWP2}, {user: new@example.com}]",
        HEAD + "escalate: [{path: {reference: 'service.[\"Path\"]'}}]",
        HEAD + "notify: [{slack: C06E4KQ7R2N}, {slack: alerts}]",
        HEAD + "notify: [{ms_teams: '19:abc@thread.tacv2'}]",
    ],
)
def test_what_is_right_is_not_red(named: Server, plain: Server, text: str) -> None:
    assert named.red(text) == []
    assert plain.red(text) == []


@pytest.mark.parametrize("line", ["      |", "      con|", "      con|: x"])
def test_operations_are_offered_under_a_condition(plain: Server, named: Server, line: str) -> None:
    for server in (plain, named):
        for subject in ("title", "severity"):
            offered = server.completed(HEAD + f"when:\n  - {subject}:\n{line}").labels
            assert set(offered) >= OPERATIONS - {"literal"}


@pytest.mark.parametrize(
    "text",
    [
        "na|me: A",
        HEAD + "when:\n  - title: {conta|ins: x}",
        "name: A\nsources:\n  - Ax|iom",
        "name: A\nsources:\n  - source: Ax|iom",
        HEAD + "escalate:\n  - pa|th: Engineering On-Call",
        HEAD + "incident:\n  na|me: x",
        HEAD + "owners:\n  - Plat|form",
    ],
)
def test_a_hover_explains_the_setting(plain: Server, text: str) -> None:
    words = plain.hovered(text)

    assert len(words.partition("Source:")[0].strip()) > 20
    assert "A text that says something" not in words
    assert "Quote what YAML reads" not in words


def test_no_offer_is_an_object_of_javascript(plain: Server, named: Server) -> None:
    ends = (
        "when:\n  - |",
        "when:\n  - title: |",
        "escalate: |",
        "notify:\n  - |",
        "incident: |",
        "|",
    )
    for server in (plain, named):
        for end in ends:
            offered = server.completed(HEAD + end)
            assert "object Object" not in "".join((*offered.labels, *offered.inserted))


def test_three_thousand_names_are_quick(
    tmp_path: Path, named: Server, account: tuple[Directory, Config]
) -> None:
    """A key must be answered before the next is typed. A second is ten times what it takes."""
    numbers = range(MANY)
    directory = Directory(
        sources=whole(Named(f"01SOURCE{n:018}", f"Source {n}") for n in numbers),
        attributes=whole(Attribute(f"01ATTR{n:020}", f"attribute {n}", "String") for n in numbers),
        paths=whole(Named(f"01PATH{n:020}", f"Path {n}") for n in numbers),
        teams=whole(Team(f"01TEAM{n:020}", f"Team {n}") for n in numbers),
    )
    config = Config(channels={f"#channel-{n}": f"C{n:08}" for n in numbers})
    schema = tmp_path / "route.schema.json"
    schema.write_text(json.dumps(named_schema(json_schema("route"), directory, config)), "utf-8")
    text = f"name: A\nsources: [Source {MANY - 1}]\n"
    with editor(schema) as server:
        assert server.red(text) == []
        assert server.red("name: A\nsources: [Source x]\n")
        for end, last in {
            "escalate:\n  - path: |": f"Path {MANY - 1}",
            "when:\n  - |": f"attribute {MANY - 1}",
            "owners:\n  - |": f"Team {MANY - 1}",
            "notify:\n  - slack: |": f'"#channel-{MANY - 1}"',
        }.items():
            offered = server.completed(text + end)
            assert last in offered.labels
            assert offered.seconds < 1
    assert schema.stat().st_size < 5 * 1_048_576
