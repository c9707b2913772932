"""A job that calls a workflow of this repository, as GitHub makes one of it.

The called job gets the inputs and secrets that the caller names, and no others. Its permissions may
not be more than the caller's, or GitHub starts no run at all. `github` stays that of the caller;
`job.workflow_sha` and `job.workflow_repository` are those of the called file.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from tests.e2e.team import REPOSITORY as SOURCE
from tests.github.expressions import inserted

PROGRAM = "OWNER/reconciler"
COMMIT = "c0ffee" * 6 + "c0ff"
_USES = re.compile(rf"{PROGRAM}/\.github/workflows/([\w-]+\.yml)@COMMIT")
_RIGHTS = ("none", "read", "write")


class NoStart(Exception):
    """GitHub starts no run of such a workflow."""


def job_of(
    job: Mapping[str, Any], contexts: dict[str, Any]
) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """The called job, with its contexts; a job that calls nothing as it is. Raises NoStart."""
    if "uses" not in job:
        return job, contexts
    named = _USES.fullmatch(job["uses"])
    assert named, job["uses"]
    text = (SOURCE / ".github" / "workflows" / named[1]).read_text("utf-8")
    called = yaml.safe_load(text)
    about = called[True]["workflow_call"]  # YAML 1.1 reads `on` as true
    (inner,) = called["jobs"].values()
    _check(job.get("permissions", {}), inner["permissions"])
    given = {k: inserted(str(v), contexts) for k, v in job.get("with", {}).items()}
    secrets = {k: inserted(v, contexts) for k, v in job.get("secrets", {}).items()}
    if unknown := {*given} - {*about["inputs"]} or {*secrets} - {*about["secrets"]}:
        raise NoStart(f"{unknown} is not defined in the called workflow")
    inputs = {k: given.get(k, one["default"]) for k, one in about["inputs"].items()}
    return inner, {**contexts, "inputs": inputs, "secrets": secrets}


def _check(caller: Mapping[str, str], called: Mapping[str, str]) -> None:
    for name, right in called.items():
        if _RIGHTS.index(right) > _RIGHTS.index(caller.get(name, "none")):
            raise NoStart(f"the job asks for {name}: {right}, which its caller does not have")


def environment_of(job: Mapping[str, Any], contexts: Mapping[str, Any]) -> str:
    """The name of the job's environment, "" for none."""
    found = job.get("environment", "")
    name = found.get("name", "") if isinstance(found, Mapping) else found
    return inserted(str(name), contexts)
