"""What `compare` is made of: routes as formulas, a solver, and rows in words of conditions."""
