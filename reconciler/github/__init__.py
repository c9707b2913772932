"""The pull request: the sticky comment, reviewed plans, what was applied, the drift issue."""
