"""The exit codes that plan and apply decide on; docs/reference/exit-codes.md explains each."""

DONE = 0
ERROR = 1
CHANGES_PENDING = 2  # only with --detailed-exitcode
REFUSED = 3
CONFLICT = 4
PARTLY_APPLIED = 5
