"""Where the program of the pipelines comes from, and which forge a remote is on."""

import json

import pytest

from reconciler.starter.program import (
    Program,
    Remote,
    forge_of,
    installed_from,
    may_be_enterprise,
    pipeline_of,
    program_of,
    remote_of,
)

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("acme/reconciler", Program("github.com", "acme/reconciler", "v1.0")),
        ("acme/reconciler@v0.2.0", Program("github.com", "acme/reconciler", "v0.2.0")),
        (f"acme/reconciler@{COMMIT}", Program("github.com", "acme/reconciler", COMMIT)),
        ("https://git.acme.com/a/b/c.git@v2", Program("git.acme.com", "a/b/c", "v2")),
        ("https://git.acme.com:8443/a/b", Program("git.acme.com:8443", "a/b", "v1.0")),
        (f"https://me:secret@git.acme.com/a/b@{COMMIT}", Program("git.acme.com", "a/b", COMMIT)),
    ],
)
def test_a_program_is_a_repository_and_a_ref(text: str, program: Program) -> None:
    assert program_of(text, "v1.0") == program
    assert "secret" not in repr(program_of(text, "v1.0"))


@pytest.mark.parametrize(
    "text",
    ["", "reconciler", "acme/", "a b/c", "-x/y", "acme/reconciler@", "acme/r@--upload-pack=x",
     "ext::sh -c true/x", "http://acme.com/a/b", "file:///a/b", "acme/r@v1\nrun: x", "a/b@c@d e"],
)  # fmt: skip
def test_any_other_text_is_none(text: str) -> None:
    assert program_of(text, "v1.0") is None


def test_pip_s_note_names_the_commit_that_is_installed() -> None:
    note = {"url": "https://me:pass@github.com/acme/reconciler.git", "vcs_info": {
        "vcs": "git", "commit_id": COMMIT, "requested_revision": "v0.2.0"}}  # fmt: skip

    found = installed_from(json.dumps(note), {}, "v9")

    assert found == Program("github.com", "acme/reconciler", COMMIT, "v0.2.0")
    note["vcs_info"]["requested_revision"] = "main"  # type: ignore[index]
    assert installed_from(json.dumps(note), {}, "v9") == Program(
        "github.com", "acme/reconciler", COMMIT
    )


@pytest.mark.parametrize("note", ["", "{", "[]", '{"url": "file:///x", "dir_info": {}}'])
def test_without_it_the_package_s_own_address_does(note: str) -> None:
    urls = {"Documentation": "https://x.org", "Repository": "https://github.com/acme/reconciler"}

    assert installed_from(note, urls, "v9") == Program("github.com", "acme/reconciler", "v9")
    assert installed_from(note, {}, "v9") is None


@pytest.mark.parametrize(
    ("url", "remote", "forge"),
    [
        ("git@github.com:acme/routes.git", Remote("github.com", "acme/routes"), "github"),
        ("https://github.com/acme/routes", Remote("github.com", "acme/routes"), "github"),
        ("ssh://git@ssh.github.com:443/a/r.git", Remote("ssh.github.com", "a/r"), "github"),
        ("https://u:p@gitlab.com/a/b/r.git", Remote("gitlab.com", "a/b/r"), "gitlab"),
        ("git@gitlab.acme.com:a/r.git", Remote("gitlab.acme.com", "a/r"), "gitlab"),
        ("git@GitHub.com:acme/routes.git", Remote("github.com", "acme/routes"), "github"),
        ("https://github.acme.com/a/r", Remote("github.acme.com", "a/r"), None),
        ("https://notgitlab.com/a/r", Remote("notgitlab.com", "a/r"), None),
        ("git@bitbucket.org:a/r.git", Remote("bitbucket.org", "a/r"), None),
        ("/srv/git/routes.git", None, None),
        ("../routes", None, None),
        ("", None, None),
    ],
)
def test_the_host_of_a_remote_names_the_forge(
    url: str, remote: Remote | None, forge: str | None
) -> None:
    assert remote_of(url) == remote
    assert forge_of(remote) == forge


def test_an_unknown_forge_is_told_with_what_to_do() -> None:
    assert pipeline_of("gitlab", None) == ("gitlab", "")
    assert pipeline_of("none", Remote("github.com", "a/b")) == ("none", "")
    assert pipeline_of(None, Remote("github.com", "a/b")) == ("github", "")

    for remote, word in ((None, "no remote"), (Remote("bitbucket.org", "a/b"), "bitbucket.org")):
        forge, words = pipeline_of(None, remote)
        assert forge == "none"
        assert word in words
        assert "--ci gitlab" in words


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("github.acme.com", True),
        ("acme.ghe.com", True),
        ("github.com-work", True),  # an alias of ssh
        ("github.com", False),
        ("ssh.github.com", False),
        ("bitbucket.org", False),
    ],
)
def test_a_github_of_a_company_has_words_of_its_own(host: str, may: bool) -> None:
    forge, words = pipeline_of(None, Remote(host, "a/b"))

    assert may_be_enterprise(host) is may
    assert ("looks like GitHub Enterprise" in words) is may
    assert forge == ("github" if host.endswith("github.com") else "none")
