"""The commands for workflows of GitHub."""
