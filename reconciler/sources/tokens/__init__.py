"""Tokens of alert sources: where they are stored, compared, and brought there."""
