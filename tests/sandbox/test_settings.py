"""The defaults behave like the real thing."""

from reconciler.sandbox import Settings


def test_the_defaults_are_those_of_the_real_api() -> None:
    settings = Settings()

    assert (settings.bucket, settings.refill_per_second, settings.rate_limit) == (1200, 20.0, True)
    assert (settings.v3_available, settings.extra_fields, settings.latency_ms) == (True, False, 0.0)
