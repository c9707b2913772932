"""`python -m tests.deploy.schemas FROM TO`: schemas of one Kubernetes, for kubeconform.
Those of the package `kubernetes-validate` name each other by an address of their own.
"""

import json
import sys
from pathlib import Path

ADDRESS = "/api/_definitions.json#"


def main(there: Path, here: Path) -> None:
    here.mkdir(parents=True, exist_ok=True)
    for path in there.glob("*.json"):
        schema = json.loads(path.read_text("utf-8").replace(f'"{ADDRESS}', '"_definitions.json#'))
        schema.pop("$id", None)
        (here / path.name).write_text(json.dumps(schema), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
