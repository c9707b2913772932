"""From declarations and live routes to a plan: pure, no clock, no environment, no network."""
