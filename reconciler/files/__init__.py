"""YAML and the model: reading with positions and findings, canonical writing, fmt."""
