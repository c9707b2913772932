"""The git repository around the folder: commits, and the route files in them."""
