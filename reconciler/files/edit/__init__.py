"""Route files: changes spliced into a text, with all else as it stands."""
