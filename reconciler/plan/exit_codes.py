"""All exit codes, a documented contract (docs/reference/exit-codes.md)."""

DONE = 0
ERROR = 1
CHANGES_PENDING = 2  # only with --detailed-exitcode
REFUSED = 3
CONFLICT = 4
PARTLY_APPLIED = 5
USAGE = 64
INTERRUPTED = 130
TERMINATED = 143
