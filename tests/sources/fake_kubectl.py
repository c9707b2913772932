"""What the fake `kubectl` of `cluster` does. Its only imports are quick ones."""

import argparse
import base64
import json
import sys
import time
from pathlib import Path

State = dict[str, object]


def main(folder: str, arguments: list[str]) -> int:
    """One call, over the state in the folder. Returns its exit code."""
    with (Path(folder) / "calls.jsonl").open("a") as log:
        log.write(json.dumps(arguments) + "\n")
    file = Path(folder) / "state.json"
    state: State = json.loads(file.read_text())
    parser = argparse.ArgumentParser()
    parser.add_argument("--context")
    parser.add_argument("-n", "--namespace", default="default")
    parser.add_argument("-o", "--output")
    parser.add_argument("--overwrite", action="store_true")
    parser.add_argument("words", nargs="+")
    said = parser.parse_args(arguments)
    if said.words[0] == state["hangs"]:
        time.sleep(600)  # beyond every limit: whoever calls it must kill it
    if said.words[:2] == ["config", "view"]:
        contexts = [{"name": name} for name in listed(state["contexts"])]
        print_json({"kind": "Config", "current-context": state["current"], "contexts": contexts})
        return 0
    if said.context not in listed(state["contexts"]):
        return fail(f'error: context "{said.context}" does not exist')
    verb, kind, name = said.words[:3]
    known = {"secret": state["secret"], "externalsecret": state["external"]}
    if said.namespace != state["namespace"] or known.get(kind) != name:
        return fail(f'Error from server (NotFound): {kind}s "{name}" not found')
    if kind == "secret" and not state["made"]:  # the operator did not sync yet
        return fail(f'Error from server (NotFound): {kind}s "{name}" not found')
    if verb == "get":
        print_json(secret(state) if kind == "secret" else external_secret(state))
        return 0
    assert (verb, kind) == ("annotate", "externalsecret")
    key, _, value = said.words[3].partition("=")
    annotations = dict(pairs(state["annotations"]))
    if key in annotations and not said.overwrite:
        return fail(f"error: --overwrite is false but found the annotation(s): {key}")
    state["annotations"] = {**annotations, key: value}
    state["hangs"] = state["hangs_then"]
    if state["syncs"] and annotations.get(key) != value:
        state["data"], state["made"] = {"token": copied(pairs(state["aws"]))}, True
    file.write_text(json.dumps(state))
    sys.stdout.write(f"externalsecret.external-secrets.io/{name} annotated\n")
    return 0


def secret(state: State) -> State:
    return {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": state["data"],
            "metadata": metadata(state, str(state["secret"]))}  # fmt: skip


def external_secret(state: State) -> State:
    status, reason, message = listed(state["ready"])
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {
            **metadata(state, str(state["external"])), "annotations": state["annotations"]
        },
        "status": {
            "refreshTime": "2026-11-20T10:00:00Z",
            "conditions": [
                {"type": "Ready", "status": status, "reason": reason, "message": message}
            ],
        },
    }  # fmt: skip


def metadata(state: State, name: str) -> State:
    return {"name": name, "namespace": state["namespace"], "uid": "0", "resourceVersion": "1"}


def copied(aws: dict[str, str]) -> str:
    """What the operator does: AWS's value, in base64."""
    import boto3

    manager = boto3.client("secretsmanager", endpoint_url=aws["endpoint"])
    answer = manager.get_secret_value(SecretId=aws["secret"])
    value: str = json.loads(answer["SecretString"])["alert_source_token"]
    return base64.b64encode(value.encode()).decode()


def listed(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


def pairs(value: object) -> dict[str, str]:
    assert isinstance(value, dict)
    return value


def print_json(body: State) -> None:
    sys.stdout.write(json.dumps(body))


def fail(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1
