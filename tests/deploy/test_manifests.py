"""The manifests as a careful cluster wants them. `make deploy` holds them to the API's schemas."""

from typing import Any

import pytest
import yaml

from tests.deploy.containerfile import REPOSITORY, stages

FOLDER = REPOSITORY / "deploy" / "kubernetes"


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((FOLDER / name).read_text("utf-8")))


def pod(name: str) -> dict[str, Any]:
    found: dict[str, Any] = documents(name)[0]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return found


JOBS = pytest.mark.parametrize("name", ["drift.yaml", "backup.yaml"])


@JOBS
def test_no_two_run_at_once_and_each_ends(name: str) -> None:
    spec = documents(name)[0]["spec"]

    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["startingDeadlineSeconds"] >= 10
    job = spec["jobTemplate"]["spec"]
    assert 60 <= job["activeDeadlineSeconds"] <= 3600
    assert job["backoffLimit"] <= 2
    assert pod(name)["restartPolicy"] == "Never"


@JOBS
def test_it_meets_the_restricted_standard(name: str) -> None:
    of_pod = pod(name)
    (user,) = stages()[-1].all("USER")

    assert documents("namespace.yaml")[0]["metadata"]["labels"] == {
        "pod-security.kubernetes.io/enforce": "restricted"
    }
    assert of_pod["automountServiceAccountToken"] is False
    outer = of_pod["securityContext"]
    assert outer["runAsNonRoot"] is True
    assert f"{outer['runAsUser']}:{outer['runAsGroup']}" == user
    assert outer["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in (*of_pod["initContainers"], *of_pod["containers"]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container["resources"]["requests"]) == {"cpu", "memory"}
        assert container["resources"]["limits"]["memory"]
        assert {"name": "tmp", "mountPath": "/tmp"} in container["volumeMounts"]


@JOBS
def test_no_container_has_both_secrets_and_both_come_from_secrets(name: str) -> None:
    of_pod = pod(name)
    (checkout,), (work,) = of_pod["initContainers"], of_pod["containers"]

    secrets = [
        {one["name"]: one["valueFrom"]["secretKeyRef"]["name"] for one in container["env"]}
        for container in (checkout, work)
    ]
    assert secrets == [
        {"GIT_TOKEN": "reconciler-git"},
        {"INCIDENT_API_KEY": "reconciler-incident-io"},
    ]
    assert not [one for name in FOLDER.glob("*.yaml") for one in documents(name.name)
                if one["kind"] == "Secret"]  # fmt: skip


def test_every_script_that_a_job_runs_is_in_the_config_map() -> None:
    made = documents("kustomization.yaml")[0]["configMapGenerator"][1]

    ran = {"push.py"}
    for name in ("drift.yaml", "backup.yaml"):
        for container in (*pod(name)["initContainers"], *pod(name)["containers"]):
            assert container["command"][0] == "sh"
            ran.add(container["command"][1].removeprefix("/scripts/"))
    assert set(made["files"]) == ran
    assert all((FOLDER / file).is_file() for file in ran)
