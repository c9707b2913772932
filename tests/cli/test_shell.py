"""What a command knows of its streams, whatever these are."""

import io
import sys
from pathlib import Path

import click
import pytest

from reconciler.cli.shell import Shell, shell


class Stream(io.TextIOWrapper):
    def __init__(self, encoding: str = "utf-8", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def plain(**environment: str) -> Shell:
    return Shell(Path(), False, False, environment)


@pytest.mark.parametrize(
    ("encoding", "unicode"),
    [("utf-8", True), ("UTF8", True), ("utf-8-sig", True), ("ascii", False), ("cp1252", False)],
)
def test_arrows_only_where_they_can_be_carried(
    monkeypatch: pytest.MonkeyPatch, encoding: str, unicode: bool
) -> None:
    monkeypatch.setattr(sys, "stdout", Stream(encoding))

    assert plain().unicode is unicode


def test_a_stream_that_is_not_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)

    assert (plain().colour, plain().interactive, plain().progress) == (False, False, False)
    assert (plain().width, plain().unicode) == (80, False)


def test_a_closed_stream_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    stream.close()
    monkeypatch.setattr(sys, "stdin", stream)

    assert plain().interactive is False


def test_colour_on_a_terminal_unless_somebody_minds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Stream(terminal=True))

    assert plain().colour is True
    assert plain(NO_COLOR="1").colour is False
    assert plain(NO_COLOR="").colour is True


def test_the_width_is_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Stream(terminal=True))
    monkeypatch.setenv("COLUMNS", "123")

    assert plain().width == 123


def test_an_empty_result_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    plain().say("")
    plain().say("a")
    plain().say("b\n")

    assert capsys.readouterr().out == "a\nb\n"


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(click.UsageError, match="folder not found"):
        shell(str(tmp_path / "file"), quiet=False, verbose=False)
