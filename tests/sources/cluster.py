"""A fake `kubectl` on the PATH: one cluster's state in a file, and the verbs that are used.

It takes the arguments of the real one, answers with the JSON of core v1 and ExternalSecret v1, and
fails with its words. An annotation makes the operator copy AWS's value, as the real one does, from
the AWS endpoint that the state names.
"""

import base64
import json
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Cluster:
    """The state on the disk, and the folder that goes on the PATH."""

    folder: Path

    @property
    def path(self) -> str:
        return str(self.folder)

    @property
    def state(self) -> dict[str, object]:
        read: dict[str, object] = json.loads((self.folder / "state.json").read_text())
        return read

    def change(self, **values: object) -> None:
        (self.folder / "state.json").write_text(json.dumps({**self.state, **values}))

    @property
    def calls(self) -> list[list[str]]:
        """The arguments of every call so far."""
        log = self.folder / "calls.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def holds(self, token: str) -> None:
        self.change(data={"token": base64.b64encode(token.encode()).decode()})

    @property
    def token(self) -> str:
        data = self.state["data"]
        assert isinstance(data, dict)
        return base64.b64decode(data["token"]).decode()


def make_cluster(folder: Path, aws: str) -> Cluster:
    """A cluster with a secret that holds an old token."""
    folder.mkdir()
    (folder / "state.json").write_text(
        json.dumps(
            {
                "contexts": ["production", "staging"],
                "current": "production",
                "namespace": "observability",
                "secret": "alertmanager-incidentio",
                "external": "alertmanager-incidentio",
                "data": {},
                "made": True,
                "aws": {"endpoint": aws, "secret": "unkey/alertmanager-incident-io"},
                "annotations": {},
                "syncs": True,
                "hangs": "",  # a verb that never ends
                "hangs_then": "",  # the same, once the annotation was set
                "ready": ["True", "SecretSynced", "secret synced"],
            }
        )
    )
    script = folder / "kubectl"
    python = f"{sys.executable}"
    state = str(folder)
    script.write_text(
        f"#!{python} -IS\n"  # a quick start: no `.pth` files, so no coverage either
        f"import sys\nsys.path += [{str(REPOSITORY)!r}, {sysconfig.get_path('purelib')!r}]\n"
        f"from tests.sources.fake_kubectl import main\nsys.exit(main({state!r}, sys.argv[1:]))\n"
    )
    script.chmod(0o755)
    return Cluster(folder)
