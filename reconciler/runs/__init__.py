"""Runs of an apply: their folder, journal and history, and their intended writes."""
