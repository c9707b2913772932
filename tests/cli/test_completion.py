"""Completion scripts for three shells, and what they complete."""

import pytest

from tests.e2e.team import Team


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(team: Team, shell: str) -> None:
    ended = team.run("completion", shell)

    assert ended.code == 0
    assert f"_RECONCILER_COMPLETE={shell}_complete" in ended.out


def test_another_shell_is_a_usage_error(team: Team) -> None:
    ended = team.run("completion", "csh")

    assert ended.code == 64
    assert "bash" in ended.err


def test_commands_and_options_complete(team: Team) -> None:
    def complete(*words: str) -> str:
        return team.process(
            _RECONCILER_COMPLETE="bash_complete",
            COMP_WORDS=" ".join(["reconciler", *words]),
            COMP_CWORD=str(len(words)),
        ).out

    assert "plain,plan" in complete("pl")
    assert "plain,--detailed-exitcode" in complete("plan", "--det")
