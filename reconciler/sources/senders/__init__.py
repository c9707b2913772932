"""The configuration of senders of alerts: checked and rendered."""
