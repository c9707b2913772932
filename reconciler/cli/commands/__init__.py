"""One file a command: arguments, a call, a report, an exit code."""
