"""`reconciler doctor`: is everything here that a plan and an apply need?"""

from collections.abc import Iterator
from functools import partial

import click

from reconciler.cli.connection import CannotConnect, key_of, no_key, reading
from reconciler.cli.project import Project, read_project
from reconciler.cli.shell import Shell
from reconciler.client import ApiError, Forbidden, ReadClient, endpoint_from_environment, join
from reconciler.directory import LOCK, needs_after, resolve_owned
from reconciler.files.config import CONFIG_FILE
from reconciler.live.identity import Identity, read_identity
from reconciler.live.routes import probe
from reconciler.live.survey import read_directory
from reconciler.model import ApiVersion, Finding, owners_tell, owns_all, rule_words
from reconciler.plan import exit_codes
from reconciler.report.doctor import Check, State, account_checks, check_lines, writing_check
from reconciler.text import counted


@click.command("doctor", epilog="Example: INCIDENT_API_KEY=… reconciler doctor")
@click.pass_obj
def doctor_command(shell: Shell) -> int:
    """Check files, key, endpoint, rights and API version. Reads only.

    Exits with 1 if a plan is not possible.
    """
    problem = False
    for check in _checks(shell):
        problem = problem or check.state == "problem"
        for row in check_lines(check, shell.columns):
            shell.say(row)
    return exit_codes.ERROR if problem else exit_codes.DONE


def _checks(shell: Shell) -> Iterator[Check]:
    project = read_project(shell)
    yield _files(project, configured=(shell.root / CONFIG_FILE).exists())
    if not owns_all(project.config) and not owners_tell(project.config):
        yield Check("ok", "owns", rule_words(project.config, {}))
    try:
        key = key_of(shell)
        endpoint = endpoint_from_environment(shell.environment)
    except (CannotConnect, ValueError) as error:
        yield Check("problem", "settings", str(error))
        return
    yield Check("ok", "endpoint", endpoint.origin)
    if key is None:
        yield Check("problem", "key", "none", no_key(shell))
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
    checks = [*account_checks(project.config, project.lock, identity)]
    yield from checks
    if owners_tell(project.config) and all(check.state != "problem" for check in checks):
        yield from _owns(client, project, identity.account)
    api = probe(client, project.config.api)
    yield Check("ok", "API", f"{api} answers, as `api: {project.config.api}` asks")
    yield from _rights(client, api, identity)


def _owns(client: ReadClient, project: Project, account: str) -> Iterator[Check]:
    """Whether the account has the teams that `owns` names: each plan ends if it lacks one."""
    config = project.config
    needs = partial(needs_after, declarations=(), lives=(), config=config)
    directory = read_directory(client, needs, account)
    _, found = resolve_owned(config, directory, project.lock)
    for finding in found:
        state: State = "problem" if finding.level == "error" else "note"
        yield Check(state, "owns", _placed(finding), finding.hint)
    if not found:
        yield Check("ok", "owns", rule_words(config, directory.display(config)))


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
    yield writing_check(identity)
