"""What the commands for every forge share."""
