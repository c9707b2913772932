"""The files of a new repository of routes."""
