"""Pages hold together: links lead somewhere, commands exist, words are plain."""

import re
import shlex
from collections import Counter
from pathlib import Path

import click
import pytest

from reconciler.cli.main import reconciler
from reconciler.files import parse_route
from tests.docs.pages import REPOSITORY, Page, pages

PAGES = pages()
NAMES = [page.name for page in PAGES]
BY_PATH = {page.path: page for page in PAGES}
TARGETS = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.M))
UNBROKEN = ("|", "<summary>")  # lines that no Markdown lets anybody break
OTHER_TOOLS = {
    "cat",
    "cd",
    "cp",
    "curl",
    "docker",
    "echo",
    "export",
    "git",
    "grep",
    "kubectl",
    "ls",
    "mv",
    "pip",
    "pipx",
    "rm",
    "sed",
    "source",
    "terraform",
}
WORDS_OF_ADVERTISING = re.compile(
    r"\b(simply|just|successfully|easily|obviously|of course)\b", re.I
)
every_page = pytest.mark.parametrize("page", PAGES, ids=NAMES)


@every_page
def test_links_lead_to_pages_and_headings(page: Page) -> None:
    broken = [link for link in page.links if not _leads_somewhere(page, link)]

    assert broken == []


def _leads_somewhere(page: Page, link: str) -> bool:
    if link.startswith("https://"):
        return True
    path, _, anchor = link.partition("#")
    target = (page.path.parent / path).resolve() if path else page.path
    if not target.exists():
        return False
    return not anchor or anchor in BY_PATH[target].anchors


@every_page
def test_no_two_headings_have_one_anchor(page: Page) -> None:
    assert [anchor for anchor, count in Counter(page.anchors).items() if count > 1] == []


@every_page
def test_commands_exist_with_their_options(page: Page) -> None:
    for line in page.shell_lines:
        for words in _commands_in(line):
            _parse(words)


def _commands_in(line: str) -> list[list[str]]:
    """The simple commands of a line, without redirections and assignments."""
    commands: list[list[str]] = [[]]
    for word in shlex.split(line, comments=True):
        if word in ("|", "&&", "||", ";"):
            commands.append([])
        else:
            commands[-1].append(word)
    return [_plain(words) for words in commands if words]


def _plain(words: list[str]) -> list[str]:
    ends = [place for place, word in enumerate(words) if word in (">", ">>", "<")]
    words = words[: ends[0]] if ends else words
    while len(words) > 1 and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    return words


def _parse(words: list[str]) -> None:
    """Raises what click raises for a command or an option that does not exist."""
    name, *arguments = words
    if name == "make":
        assert set(arguments) <= TARGETS
        return
    if name != "reconciler":
        assert name in OTHER_TOOLS, f"a page uses {name}; is it on every machine?"
        return
    context = reconciler.make_context("reconciler", [*arguments], resilient_parsing=False)
    group: click.Group = reconciler
    rest = [*context._protected_args, *context.args]
    while rest:
        command_name, command, rest = group.resolve_command(context, rest)
        assert command is not None
        if not isinstance(command, click.Group):
            command.make_context(command_name, rest, parent=context)
            return
        context = command.make_context(command_name, rest, parent=context)
        group, rest = command, [*context._protected_args, *context.args]


@every_page
def test_prose_has_no_words_of_advertising(page: Page) -> None:
    assert WORDS_OF_ADVERTISING.findall(page.prose) == []


@every_page
def test_prose_stays_within_120_columns(page: Page) -> None:
    text = page.text
    if page.path.name.startswith("github-comment-"):
        text, _, _ = text.partition("\n---\n")  # below it stands what GitHub gets
    prose = re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.M | re.S)
    long = [
        line
        for line in prose.splitlines()
        if len(line) > 120 and not line.lstrip().startswith(UNBROKEN)
    ]

    assert long == []


@every_page
def test_routes_that_pages_show_are_route_files(page: Page) -> None:
    for language, content, _ in page.blocks:
        is_workflow = re.search(r"^jobs:$", content, re.M)
        if language == "yaml" and re.search(r"^name: ", content, re.M) and not is_workflow:
            _, findings = parse_route(content, page.name)
            assert [finding for finding in findings if finding.level == "error"] == []


def test_every_page_is_reached_from_the_index_or_the_readme() -> None:
    roots = [REPOSITORY / "docs" / "index.md", REPOSITORY / "README.md"]
    reached: set[Path] = set()
    while roots:
        path = roots.pop()
        if path in BY_PATH and path not in reached:
            reached.add(path)
            links = [link.partition("#")[0] for link in BY_PATH[path].links]
            roots += [(path.parent / link).resolve() for link in links if link]

    assert set(BY_PATH) - reached == set()


def test_the_files_that_the_architecture_names_are_there() -> None:
    text = BY_PATH[REPOSITORY / "docs" / "architecture.md"].text
    named = re.findall(r"`([\w/]+\.py)`", text)
    roots = (REPOSITORY / "reconciler", REPOSITORY)

    assert named
    assert [name for name in named if not any((root / name).is_file() for root in roots)] == []


def test_the_readme_stays_short() -> None:
    assert len(BY_PATH[REPOSITORY / "README.md"].text.splitlines()) <= 150


def test_decisions_stay_within_sixty_lines_and_say_what_gets_worse() -> None:
    decisions = [page for page in PAGES if page.path.parent.name == "adr"]

    assert len(decisions) >= 12
    for page in decisions:
        assert len(page.text.splitlines()) < 60
        for heading in ("## Context", "## Decision", "## Consequences", "Worse"):
            assert heading in page.text


def test_the_index_lists_every_decision_in_the_order_of_their_numbers() -> None:
    decisions = [page.path.name for page in PAGES if page.path.parent.name == "adr"]
    links = BY_PATH[REPOSITORY / "docs" / "index.md"].links

    listed = [link.removeprefix("adr/") for link in links if link.startswith("adr/")]

    assert listed == sorted(decisions)


def test_the_changelog_tells_each_thing_once() -> None:
    text = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")

    counts = Counter(line for line in text.splitlines() if line.strip())

    assert [line for line, count in counts.items() if count > 1] == []
