"""The way back: live routes into files, live edits into files, one API version to the other.

Writes files, never the account.
"""
