"""Where a forge shows a line, by the address of git's remote."""

import pytest

from reconciler.forge.links import links_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HUB = f"https://github.com/acme/alerts/blob/{COMMIT}/routes/a%20b.yaml#L4"
LAB = f"https://gitlab.example.com/acme/on-call/alerts/-/blob/{COMMIT}/routes/a%20b.yaml#L4"


@pytest.mark.parametrize(
    ("remote", "link"),
    [
        ("https://github.com/acme/alerts", HUB),
        ("https://github.com/acme/alerts.git", HUB),
        ("https://me:word@github.com/acme/alerts.git", HUB),
        ("git@github.com:acme/alerts.git", HUB),
        ("ssh://git@github.com:22/acme/alerts.git", HUB),
        ("https://gitlab.example.com/acme/on-call/alerts.git", LAB),
        ("git@gitlab.example.com:acme/on-call/alerts.git", LAB),
        ("https://git.example.com/acme/alerts.git", ""),
        ("https://evil-github.com.example/acme/alerts", ""),
        ("/srv/git/alerts.git", ""),
        ("https://github.com:x/acme/alerts", ""),
        ("https://github.com", ""),
        ("javascript://github.com/%0aalert(1)", ""),
        ("", ""),
    ],
)
def test_a_remote_leads_to_its_forge(remote: str, link: str) -> None:
    assert links_of(remote, COMMIT, "", {}).to("routes/a b.yaml", 4) == link


def test_a_folder_of_the_checkout_stands_before_the_path() -> None:
    links = links_of("git@github.com:acme/alerts.git", COMMIT, "teams/one/", {})

    assert links.to("routes/a.yaml", 1).endswith(f"{COMMIT}/teams/one/routes/a.yaml#L1")


@pytest.mark.parametrize(
    ("server", "seat"), [("GITHUB_SERVER_URL", "blob"), ("CI_SERVER_URL", "-/blob")]
)
def test_a_job_says_whose_forge_its_server_is(server: str, seat: str) -> None:
    told = {server: "https://git.example.com"}

    link = links_of("https://git.example.com/a/b.git", COMMIT, "", told).to("c", 1)

    assert link == f"https://git.example.com/a/b/{seat}/{COMMIT}/c#L1"


def test_without_a_commit_there_is_no_link() -> None:
    assert links_of("git@github.com:acme/alerts.git", "", "", {}).to("a", 1) == ""
