"""GitOps for incident.io alert routes."""

__version__ = "0.2.0"
