"""`-q` and `-v` mean the same before a command and behind it."""

from pathlib import Path

import pytest

from tests.e2e.team import Team


@pytest.mark.parametrize(
    "arguments", [("-q", "validate"), ("validate", "-q"), ("validate", "--quiet")]
)
def test_quiet_is_taken_on_both_sides(arguments: tuple[str, ...], tmp_path: Path) -> None:
    team = Team(tmp_path)
    team.write("routes/a.yaml", "name: A\nsources: [S]\nincident: {}\n")

    ended = team.run(*arguments)

    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_a_command_in_a_group_takes_them_too(tmp_path: Path) -> None:
    ended = Team(tmp_path).run("directory", "refresh", "--help")

    assert "--quiet" in ended.out
    assert "--verbose" in ended.out
