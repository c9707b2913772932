"""What every forge shares: its API's manners, the comment, the review, the drift issue."""
