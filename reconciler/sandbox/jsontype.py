"""JSON as the sandbox handles and sends it.

`Any` is deliberate: `shapes` looks at every value that a caller sends before anything else
touches it, and what comes from `account` is ours.
"""

import json
from typing import Any

Body = dict[str, Any]
Node = Any


def encode(value: Node) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
