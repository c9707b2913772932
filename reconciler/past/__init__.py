"""Alerts of the past, read once and kept in a file of their own below `.reconciler/`."""
