"""The commands about alert sources, their senders and their tokens."""
