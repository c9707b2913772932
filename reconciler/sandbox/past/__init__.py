"""What happened in the account: alerts, what routes did with them, and the calls that list it."""
