"""GitLab's own: its API, who wrote what, its notes, issues and plans."""
