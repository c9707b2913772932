"""The only room that changes anything out there."""
