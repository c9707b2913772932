"""The record: what was last applied to each route, by whom and from which file."""
