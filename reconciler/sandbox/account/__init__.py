"""The account behind the sandbox: what routes refer to, and what it starts with."""
