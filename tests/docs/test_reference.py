"""The references are complete: generated pages, commands, findings, exit codes, the table."""

import re
from pathlib import Path

import pytest

from docs import generate
from reconciler import sandbox
from reconciler.cli.main import COMMANDS
from reconciler.plan import exit_codes
from tests.docs.codes import codes
from tests.docs.pages import REPOSITORY, Page
from tests.e2e.team import Team

REFERENCE = REPOSITORY / "docs" / "reference"


def _page(name: str) -> Page:
    path = REFERENCE / f"{name}.md"
    return Page(path, path.read_text(encoding="utf-8"))


def _first_cells(page: Page) -> list[str]:
    return [line.split(" | ")[0] for line in page.text.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("page", generate.PAGES, ids=lambda page: page.name)
def test_generated_parts_are_up_to_date(page: Path) -> None:
    # `make docs` writes them.
    assert page.read_text(encoding="utf-8") == generate.generated(page)


def test_check_fails_for_an_old_page_and_writing_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "commands.md"
    page.write_text("by hand\n<!-- begin generated: commands -->\nold\n<!-- end generated -->\n")
    monkeypatch.setattr(generate, "DOCS", tmp_path)
    monkeypatch.setattr(generate, "PAGES", (page,))

    assert generate.main(["--check"]) == 1
    assert "old" in page.read_text("utf-8")
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    assert page.read_text("utf-8").startswith("by hand\n")
    assert "old" not in page.read_text("utf-8").split()
    assert capsys.readouterr().out == "out of date: docs/commands.md\nwrote: docs/commands.md\n"


def test_every_command_has_a_heading_and_its_example() -> None:
    page = _page("commands")

    for words, command in generate.all_commands():
        assert "-".join(("reconciler", *words)) in page.anchors
        assert (command.epilog or "").removeprefix("\b\n").startswith("Example: ")


def test_every_command_is_in_the_readme_and_with_its_key_in_the_page_about_keys() -> None:
    for name in ("README.md", "docs/api-key.md"):
        cells = " ".join(
            re.findall(r"^\| (\[?`.*?) \| ", (REPOSITORY / name).read_text("utf-8"), re.M)
        )
        listed = {words.split()[0] for words in re.findall(r"`([^`]+)`", cells)}
        assert set(COMMANDS) - listed == set(), name


def test_every_code_of_a_finding_is_explained_and_no_other() -> None:
    cells = [cell for cell in _first_cells(_page("findings")) if cell.startswith("| `")]
    explained = [code for cell in cells for code in re.findall(r"`([a-z0-9-]+)`", cell)]

    assert set(explained) - codes() == set()
    assert codes() - set(explained) == set()
    assert len(explained) == len(set(explained))


def test_codes_are_found_in_each_way_in_which_findings_are_made() -> None:
    # In a constructor, through a wrapper, by keyword, in an f-string, passed on as a parameter.
    assert {"guard-delete", "unknown-key", "route-vanished", "unknown-path", "alias"} <= codes()
    assert "200" not in codes()


def test_every_exit_code_is_explained() -> None:
    explained = {
        int(number)
        for cell in _first_cells(_page("exit-codes"))
        for number in re.findall(r"\d+", cell)
    }

    assert explained == {code for name, code in vars(exit_codes).items() if name.isupper()}


def test_the_committed_table_is_that_of_the_files() -> None:
    assert Team(REPOSITORY).run("table", "--check", "docs/routes.md").code == 0


def test_the_committed_files_are_valid_without_a_key() -> None:
    ended = Team(REPOSITORY).run("validate")

    assert (ended.code, ended.out, ended.err) == (0, "", "6 routes valid\n")


def test_the_committed_lock_is_that_of_the_sandbox() -> None:
    with sandbox.start() as account:
        team = Team(REPOSITORY, {"INCIDENT_ENDPOINT": account.url, "INCIDENT_API_KEY": account.key})

        assert team.run("directory", "refresh", "--check").code == 0
