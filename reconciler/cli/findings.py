"""Findings on this terminal, or as the reader of a pipe wants them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reconciler.cli.shell import Shell
from reconciler.model.finding import Finding
from reconciler.report.findings_text import findings_text


def show_findings(shell: Shell, findings: Sequence[Finding]) -> None:
    """On standard error, for commands whose result is something else."""
    if findings:
        shell.warn(findings_text(findings, width=shell.width, unicode=shell.unicode))


def say_findings(shell: Shell, findings: Sequence[Finding], form: str) -> None:
    """As the result itself: `text`, `json`, `github` or `markdown`."""
    if form == "json":
        from reconciler.report.findings_json import findings_json

        shell.say(findings_json(findings))
    elif form == "github":
        from reconciler.report.annotations import findings_github

        shell.command(findings_github(_from_the_checkout(shell, findings)))
    elif form == "markdown":
        from reconciler.report.plan_markdown import finding_lines

        shell.say("".join(f"{line}\n" for line in finding_lines(findings)))
    elif findings:
        shell.say(
            findings_text(findings, width=shell.width, colour=shell.colour, unicode=shell.unicode)
        )


def _from_the_checkout(shell: Shell, findings: Sequence[Finding]) -> Sequence[Finding]:
    """With files as they are called from the root of the checkout: GitHub knows no other names."""
    workspace = shell.environment.get("GITHUB_WORKSPACE", "")
    folder = shell.root.resolve()
    if not workspace or not folder.is_relative_to(Path(workspace).resolve()):
        return findings
    below = folder.relative_to(Path(workspace).resolve())
    return tuple(
        replace(one, position=replace(one.position, file=(below / one.position.file).as_posix()))
        if one.position
        else one
        for one in findings
    )
