"""Runs of an apply: their folder, journal and history, and what they meant to write."""
