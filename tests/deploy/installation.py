"""The image's own steps, as far as a machine without a registry of images can take them: its pip
command in a fresh environment, then the command as a user without rights, from a tree that nobody
can write. `make deploy` runs it.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler import sandbox
from tests.deploy.containerfile import REPOSITORY, stages

UID = 47_110  # in no /etc/passwd


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment of the last stage."""
    place = tmp_path_factory.mktemp("image")
    place.chmod(0o755)
    for above in place.parents[:2]:
        above.chmod(above.stat().st_mode | 0o011)  # others may not enter pytest's own folders
    (run,) = stages()[0].all("RUN")
    opt = place / "opt"
    steps = run.replace("/opt/reconciler", str(opt)).replace("/src/", f"{REPOSITORY}/")
    steps = re.sub(r"^python ", f"{sys.executable} ", steps)
    steps = re.sub(r"\bpip --python", f"{sys.executable} -m pip --python", steps)
    quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_QUIET": "1"}
    subprocess.run(["sh", "-ec", steps], cwd=REPOSITORY, env=quiet, check=True)
    subprocess.run(["chmod", "-R", "a-w,a+rX", str(opt)], check=True)
    return opt


def as_somebody(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """As root a user that is nobody; otherwise the user at hand, who cannot write there either."""
    other = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--no-new-privs"]
    prefix = other if os.geteuid() == 0 else []
    surroundings = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **environment}
    return subprocess.run([*prefix, *command], env=surroundings, capture_output=True, text=True)


def test_it_runs_as_a_user_without_rights_from_a_tree_that_is_read_only(
    installed: Path, tmp_path: Path
) -> None:
    home = tmp_path / "tmp"
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    for above in tmp_path.parents[:2]:
        above.chmod(above.stat().st_mode | 0o011)
    tmp_path.chmod(0o755)
    command = str(installed / "bin" / "reconciler")
    before = sorted(installed.rglob("*"))
    with sandbox.start(sandbox.Settings(rate_limit=False)) as running:
        account = {"INCIDENT_ENDPOINT": running.url, "INCIDENT_API_KEY": running.key}
        ended = as_somebody(
            command, "-C", str(home), "backup", str(home / "backup"),
            "--metrics", str(home / "backup.prom"), HOME=str(home), **account,
        )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    assert len(list((home / "backup").glob("*.json"))) >= 6
    assert (home / "backup.prom").is_file()
    assert sorted(installed.rglob("*")) == before


def test_nothing_that_builds_came_along(installed: Path) -> None:
    packages = {path.name.partition("-")[0] for path in installed.rglob("*.dist-info")}

    assert "incidentio_reconciler" in packages
    assert "prometheus_client" in packages
    assert not packages & {"pip", "setuptools", "wheel", "hatchling", "pytest", "boto3", "aiohttp"}
    assert not (installed / "bin" / "pip").exists()


def test_its_versions_are_those_of_the_lock_file(installed: Path) -> None:
    lock = (REPOSITORY / "requirements.lock").read_text("utf-8").lower().replace("_", "-")
    for path in installed.rglob("*.dist-info"):
        name, _, version = path.name.removesuffix(".dist-info").partition("-")
        if name != "incidentio_reconciler":
            assert f"\n{name.lower().replace('_', '-')}=={version}\n" in f"\n{lock}"
