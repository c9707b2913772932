"""Route files: YAML to the model, with findings."""
