"""Route files: the model to canonical YAML."""
