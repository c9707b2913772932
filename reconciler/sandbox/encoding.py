"""JSON as the sandbox sends it."""

import json

from reconciler.sandbox.jsontype import Node


def encode(value: Node) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
