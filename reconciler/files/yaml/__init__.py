"""YAML as it is: parsed strictly, with positions. Knows nothing of routes."""
