"""What is taken as an id although nobody knows it."""

import pytest

from reconciler.directory.directory import looks_like_id


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("01KHSNW67SZJ1KGWEMA9C0GPT7", "path"),
        ("C06E4KQ7R2N", "channel"),
        ("T06E4KQ7R/C06E4KQ7R2N", "channel"),
        ("01KHSNW67SZJ1KGWEMA9C0GPT7", "channel"),
        ("19:abc@thread.tacv2", "ms-teams-channel"),
    ],
)
def test_ids_look_like_ids(text: str, kind: str) -> None:
    assert looks_like_id(text, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Platform", "path"),
        ("C06E4KQ7R2N", "path"),
        ("01KHSNW67SZJ1KGWEMA9C0GPT", "path"),
        ("01khsnw67szj1kgwema9c0gpt7", "path"),
        ("#alerts", "channel"),
        ("alerts", "channel"),
        ("Payments / Alerts", "ms-teams-channel"),
        ("#alerts", "ms-teams-channel"),
    ],
)
def test_names_do_not(text: str, kind: str) -> None:
    assert not looks_like_id(text, kind)
