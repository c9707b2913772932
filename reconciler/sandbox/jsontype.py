"""JSON as the sandbox handles it.

`Any` is deliberate: `shapes` looks at every value that a caller sends before anything else
touches it, and what comes from `account` is ours.
"""

from typing import Any

Body = dict[str, Any]
Node = Any
