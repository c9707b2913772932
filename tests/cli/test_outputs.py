"""A plan goes to several files at once, each to its own."""

import os
from pathlib import Path

import pytest

from tests.e2e.team import Team


@pytest.mark.parametrize(
    "outputs",
    [
        ("--out", "plan.out", "--markdown", "plan.out"),
        ("--out", "plan.out", "--comment", "./plan.out"),
        ("--markdown", "plan.out", "--drift-issue", "routes/../plan.out"),
    ],
)
def test_two_outputs_in_one_file_are_refused_before_anything_is_read(
    team: Team, outputs: tuple[str, ...]
) -> None:
    ended = team.run("plan", *outputs)

    assert ended.code == 64
    assert f"{outputs[0]} and {outputs[2]} name one file, {outputs[3]}" in ended.err
    assert not (team.folder / "plan.out").exists()


def test_a_file_for_each_output_is_what_is_meant(team: Team) -> None:
    ended = team.run("plan", "--out", "plan.json", "--markdown", "plan.md")

    assert ended.code == 0
    assert (team.folder / "plan.json").read_text("utf-8").startswith("{")
    assert (team.folder / "plan.md").exists()


def test_a_device_takes_any_number_of_outputs(team: Team) -> None:
    assert Path(os.devnull).exists()
    assert team.run("plan", "--out", os.devnull, "--markdown", os.devnull).code == 0
