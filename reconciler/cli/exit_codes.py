"""All exit codes, a documented contract (docs/reference/exit-codes.md)."""

from reconciler.plan.exit_codes import (
    CHANGES_PENDING,
    CONFLICT,
    DONE,
    ERROR,
    PARTLY_APPLIED,
    REFUSED,
)

USAGE = 64
INTERRUPTED = 130
TERMINATED = 143

__all__ = [
    "CHANGES_PENDING",
    "CONFLICT",
    "DONE",
    "ERROR",
    "INTERRUPTED",
    "PARTLY_APPLIED",
    "REFUSED",
    "TERMINATED",
    "USAGE",
]
