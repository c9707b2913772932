"""GitOps for incident.io alert routes."""

__version__ = "0.1.0"
