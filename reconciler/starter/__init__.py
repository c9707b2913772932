"""The files of a new repository of routes. `start` decides which; their texts lie beside it."""
