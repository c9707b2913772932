"""Git, asked about the repository around the folder: commits, and the route files in them."""
