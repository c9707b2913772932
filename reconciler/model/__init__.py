"""The nouns of the house, and the one notion of equality. No ids from anywhere, no I/O."""
