"""The effects of a change on paging, as far as a route alone can tell."""
