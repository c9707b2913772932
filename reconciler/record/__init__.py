"""The record: what was applied last to each route, by whom and from which file."""
