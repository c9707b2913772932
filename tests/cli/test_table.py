"""The table that people keep in their heads, from the files."""

import json

import pytest

from tests.e2e.team import REPOSITORY, Team

ROWS = [  # the table of the issue that this project began with, cell by cell
    (
        "Production Alerts",
        "Alertmanager (Prod), Checkly (Prod), sev0@, Grafana Cloud",
        "severity=critical (Alertmanager only)",
        "Engineering On-Call",
        "#alerts",
    ),
    ("Production Warnings", "Alertmanager (Prod)", "severity=warning", "None", "#alerts"),
    ("Unrouted Alerts", "Alertmanager (Prod)", "Labels missing severity key", "None", "#alerts"),
    ("Database Alerts", "PlanetScale", "branch=main", "Engineering On-Call", "#alerts"),
    (
        "Staging Notifications",
        "Alertmanager (Staging), Checkly (Staging)",
        "—",
        "None",
        "#alerts",
    ),
    ("Informational", "Axiom, Status Page Views", "—", "None", "#alerts"),
]
HEADS = ("Route", "Source", "Condition", "Escalation", "Slack")


def cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip().replace("`", "") for cell in line.strip("|\n ").split("|"))


def test_text_has_the_five_columns_in_order(team: Team) -> None:
    head, *lines = team.run("table").out.splitlines()

    assert head.split() == list(HEADS)
    for line, row in zip(lines, ROWS, strict=True):
        assert tuple(part.strip() for part in line.split("  ") if part.strip()) == row


def test_markdown_has_the_same_cells(team: Team) -> None:
    lines = [
        one for one in team.run("table", "--format", "markdown").out.splitlines() if "|" in one
    ]

    assert cells(lines[0]) == HEADS
    assert [cells(line) for line in lines[2:]] == ROWS


def test_json_has_the_same_routes(team: Team) -> None:
    document = json.loads(team.run("table", "--format", "json").out)

    text = json.dumps(document, ensure_ascii=False)
    for name, *_ in ROWS:
        assert name in text


def test_a_page_that_holds_the_table_is_up_to_date(team: Team) -> None:
    table = team.run("table", "--format", "markdown").out
    team.write("docs/routes.md", f"# Our routes\n\n{table}\nEnd.\n")

    ended = team.run("table", "--check", "docs/routes.md")

    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "docs/routes.md is up to date\n"


def test_the_committed_page_is_up_to_date(team: Team) -> None:
    page = REPOSITORY / "docs" / "routes.md"

    assert team.run("table", "--check", str(page)).code == 0


@pytest.mark.parametrize("page", ["", "# nothing\n", None])
def test_another_page_fails_and_says_how_to_write_it(team: Team, page: str | None) -> None:
    table = team.run("table", "--format", "markdown").out
    team.write("routes.md", table.replace("warning", "info") if page is None else page)

    ended = team.run("table", "--check", "routes.md")

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith("the output of:\n  reconciler table --format markdown\n")


def test_a_page_that_is_not_there_is_an_error(team: Team) -> None:
    ended = team.run("table", "--check", "nowhere.md")

    assert ended.code == 1
    assert "nowhere.md: no such file" in ended.err


def test_files_with_errors_give_no_table(team: Team) -> None:
    team.edit("routes/informational.yaml", "sources:", "sorces:")

    ended = team.run("table")

    assert (ended.code, ended.out) == (1, "")
    assert "routes/informational.yaml:3:1: error:" in ended.err
    assert ended.err.endswith("2 errors, 0 warnings, 0 notes\n")


def test_the_published_page_is_linked_below_the_markdown_table_alone(team: Team) -> None:
    plain = {form: team.run("table", "--format", form).out for form in ("text", "markdown", "json")}
    address = "https://acme.github.io/alerts/?of=all#map"
    team.write("reconciler.yaml", f"page: {address}\n{team.read('reconciler.yaml')}")

    link = f"[The page of all routes]({address}) says which alerts page whom.\n"
    linked = team.run("table", "--format", "markdown").out
    assert linked == f"{plain['markdown']}\n{link}"
    assert team.run("table").out == plain["text"]
    assert team.run("table", "--format", "json").out == plain["json"]

    team.write("docs/routes.md", plain["markdown"])
    assert team.run("table", "--check", "docs/routes.md").code == 1
    team.write("docs/routes.md", f"# Routes\n\n{linked}\nMore.\n")
    assert team.run("table", "--check", "docs/routes.md").code == 0
