"""What senders of alerts are configured to do, checked and rendered."""
