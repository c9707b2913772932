"""Who moved a route is known from the record, with git and without."""
