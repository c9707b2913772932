"""Live routes into files, live edits into files, the move to the other version of the API."""
