"""In a CI service nothing that a command prints is a command, and `--format github` is."""

import ast
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import reconciler
from reconciler.cli import shell as module
from reconciler.cli.shell import Guarded, guard, guarded
from tests.e2e.team import REPOSITORY, Team
from tests.github.commands import obeyed

PAST_THE_GUARD = ("__stdout__", "__stderr__", "buffer", "get_binary_stream")
FORGED = "::error::forged"
SERVICES = ({"CI": "true"}, {"GITHUB_ACTIONS": "true"}, {"TF_BUILD": "True"}, {"CI": "1"})


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = Team(tmp_path / "team")
    for path in ("reconciler.yaml", "directory.lock.json", "routes/database-alerts.yaml"):
        team.write(path, (REPOSITORY / path).read_text("utf-8"))
    name = json.dumps("##[error]forged")
    team.edit("routes/database-alerts.yaml", "name: Database Alerts", f"name: {name}")
    return team


@pytest.mark.parametrize("service", SERVICES)
def test_every_command_is_guarded(team: Team, service: dict[str, str]) -> None:
    plain = team.run("table", "--format", "json")
    ended = team.run("table", "--format", "json", **service)

    assert obeyed(plain.out) != []
    assert obeyed(ended.out) == []
    assert json.loads(ended.out) == json.loads(plain.out)


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_elsewhere_texts_are_as_they_are(team: Team, value: str) -> None:
    assert team.run("table", CI=value).out == team.run("table").out


def test_arguments_that_click_repeats_are_guarded(team: Team) -> None:
    ended = team.run("plan", f"--format=\n{FORGED}", CI="true")

    assert ended.code == 64
    assert "forged" in ended.err
    assert obeyed(ended.err) == []


def test_annotations_are_obeyed_and_nothing_beside_them(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "sources:", f"'{FORGED}': 1\nsources:")

    ended = team.run("validate", "--format", "github", CI="true")

    assert obeyed(ended.out) == [line for line in ended.out.splitlines() if line[:2] == "::"]
    assert any(line.startswith("::error file=routes/") for line in obeyed(ended.out))
    assert all(re.match("::(error|warning|notice) ", line) for line in obeyed(ended.out))
    assert obeyed(ended.err) == []


def test_a_traceback_is_guarded(team: Team) -> None:
    program = (
        "import sys\nfrom reconciler.cli import main\n"
        f"main.run = lambda: (_ for _ in ()).throw(RuntimeError('\\n{FORGED}'))\nmain.main()"
    )

    ended = subprocess.run(
        (sys.executable, "-c", program),
        env=team.surroundings({"CI": "true"}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "forged" in ended.stderr
    assert obeyed(ended.stderr) == []


def test_a_wrong_locale_loses_no_character(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "##[error]forged", "Ünïcode ##[error]")

    ended = team.process("table", "--format", "json", CI="true", PYTHONIOENCODING="ascii")

    assert ended.code == 0, ended.err
    assert "Ünïcode" in ended.out


def test_a_command_begins_a_line_of_its_own() -> None:
    behind = io.StringIO()
    stream = Guarded(behind, "utf-8")

    stream.write("asked: ")
    stream.write_commands("::error::meant\n")
    stream.write(FORGED)

    assert behind.getvalue() == "asked: \n::error::meant\n:\\x3aerror::forged"


def test_a_stream_is_guarded_once_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    behind = io.StringIO()
    monkeypatch.setattr(sys, "stdout", behind)
    with guarded({"CI": "true"}):
        first = sys.stdout
        guard({"CI": "true"})
        assert sys.stdout is first
        assert isinstance(first, Guarded)
    assert sys.stdout is behind


def test_a_closed_stream_stays_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with guarded({"CI": "true"}):
        assert sys.stdout is None


def ways_out() -> Iterator[str]:
    """Every place in the program that could print past the guard."""
    for file in sorted(Path(reconciler.__file__).parent.rglob("*.py")):
        if file == Path(module.__file__):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in PAST_THE_GUARD:
                yield f"{file.name}: {node.attr}"
            if isinstance(node, ast.Name) and node.id == "print":
                yield f"{file.name}: print"


def test_nothing_prints_past_the_guard() -> None:
    assert list(ways_out()) == []
