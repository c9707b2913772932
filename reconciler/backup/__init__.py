"""Backups: written, read, compared with what is live, and planned from."""
