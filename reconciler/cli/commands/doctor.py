"""`reconciler doctor`: is everything here that a plan and an apply need?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import click

from reconciler.cli.connection import NO_KEY, CannotConnect, key_of, reading
from reconciler.cli.project import Project, read_project
from reconciler.cli.shell import Shell
from reconciler.client import ApiError, Forbidden, ReadClient, endpoint_from_environment, join
from reconciler.directory import LOCK
from reconciler.files.config import CONFIG_FILE
from reconciler.live.identity import Identity, OtherAccount, read_identity
from reconciler.live.routes import probe
from reconciler.model import ApiVersion, Finding, same_account
from reconciler.plan import exit_codes
from reconciler.text import counted, folded, visible

WRITER = "can run `apply`; use a read-only key for plans"
READER = "can run `plan`; `apply` needs *Create and manage on-call resources*"
# Where the dashboard keeps them; the API tells the address of the dashboard alone.
PAGES = """\
keys: {account}/settings/api-keys
tokens of alert sources: {account}/settings/alert-sources
routes: {account}/alerts/configuration"""
SIGNS = {"ok": "ok     ", "note": "note   ", "problem": "PROBLEM"}
INDENT = " " * 9  # below the subject


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; `advice` says what to do."""

    state: Literal["ok", "note", "problem"]
    subject: str
    words: str
    advice: str = ""


@click.command("doctor", epilog="Example: INCIDENT_API_KEY=… reconciler doctor")
@click.pass_obj
def doctor_command(shell: Shell) -> int:
    """Check files, key, endpoint, rights and API version. Reads only.

    Exits with 1 if a plan is not possible.
    """
    problem = False
    for check in _checks(shell):
        problem = problem or check.state == "problem"
        words = f"{SIGNS[check.state]}  {check.subject}: {visible(check.words)}"
        shell.say(folded(words, shell.columns, INDENT))
        for line in check.advice.splitlines():
            shell.say(folded(f"{INDENT}{visible(line)}", shell.columns, INDENT))
    return exit_codes.ERROR if problem else exit_codes.DONE


def _checks(shell: Shell) -> Iterator[Check]:
    project = read_project(shell)
    yield _files(project, configured=(shell.root / CONFIG_FILE).exists())
    try:
        key = key_of(shell)
        endpoint = endpoint_from_environment(shell.environment)
    except (CannotConnect, ValueError) as error:
        yield Check("problem", "settings", str(error))
        return
    yield Check("ok", "endpoint", endpoint.origin)
    if key is None:
        yield Check("problem", "key", "none", NO_KEY)
        return
    yield Check("ok", "key", f"read from {key.source}")
    try:
        with reading(shell) as client:
            yield from _account(client, project)
    except CannotConnect as error:
        evidence, _, advice = error.format_message().partition("\n")
        yield Check("problem", "incident.io", evidence, advice)


def _files(project: Project, *, configured: bool) -> Check:
    errors = [finding for finding in project.findings if finding.level == "error"]
    if errors:
        if len(errors) == 1:
            return Check("problem", "files", _placed(errors[0]), errors[0].hint)
        words = counted(len(errors), "error")
        return Check("problem", "files", words, "`reconciler validate` lists them")
    routes = counted(len(project.files.declarations), "route")
    if project.lock is None:
        read = f"{routes} and {CONFIG_FILE}" if configured else routes
        words = f"{read} readable; no {LOCK} yet"
        return Check("ok", "files", words, "`reconciler directory refresh` writes it")
    if not configured:
        words = f"{routes} and lock file readable; no {CONFIG_FILE}, which is optional"
        return Check("ok", "files", words)
    return Check("ok", "files", f"{routes}, {CONFIG_FILE} and lock file readable")


def _placed(finding: Finding) -> str:
    at = finding.position
    return f"{at.file}:{at.line}:{at.column}: {finding.message}" if at else finding.message


def _account(client: ReadClient, project: Project) -> Iterator[Check]:
    identity = read_identity(client)
    named = project.config.account
    if named and not same_account(named, identity.account):
        other = OtherAccount(project.config, identity.account)
        yield Check("problem", "account", str(other), other.advice)
    elif identity.account:
        words = f"{identity.account}, key named {identity.name!r}"
        yield Check("ok", "account", words, PAGES.format(account=identity.account.rstrip("/")))
    else:
        yield Check("note", "account", "the API does not report the key's account")
    if project.lock and identity.account and project.lock.account != identity.account:
        yield Check(
            "note",
            "lock file",
            f"it belongs to another account, {project.lock.account}, and is not used",
            "`reconciler directory refresh` creates a lock file for this account",
        )
    api = probe(client, project.config.api)
    yield Check("ok", "API", f"{api} answers, as `api: {project.config.api}` asks")
    yield from _rights(client, api, identity)


def _rights(client: ReadClient, api: ApiVersion, identity: Identity) -> Iterator[Check]:
    for words, path in (
        ("routes", join(api, "alert_routes")),
        ("alert sources", join("v2", "alert_sources")),
        ("alert attributes", join("v2", "alert_attributes")),
        ("escalation paths", join("v2", "escalation_paths")),
    ):
        try:
            client.get(path, {"page_size": 1} if "routes" in path or "paths" in path else None)
        except Forbidden as error:
            yield Check("problem", f"reading {words}", "refused", error.advice)
        except ApiError as error:
            yield Check("problem", f"reading {words}", str(error), error.advice)
        else:
            yield Check("ok", f"reading {words}", "allowed")
    roles = ", ".join((*identity.roles, *identity.team_roles)) or "the API reports none"
    if identity.may_write:
        words, advice = f"allowed by the key's roles ({roles})", WRITER
        yield Check("ok", "writing routes", words, advice)
    else:
        known = "not allowed by" if identity.may_write is False else "not known from"
        yield Check("note", "writing routes", f"{known} the key's roles ({roles})", READER)
