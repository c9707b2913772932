"""The commands for pipelines of GitLab."""
