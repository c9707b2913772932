"""Which alerts page whom: one alert evaluated, and two sets of routes compared over all alerts."""
