"""Episodes of everything at once: see `episode`."""
