"""What the image promises: one pinned base, nothing that builds, no root, only what it needs."""

import re
from fnmatch import fnmatch

from tests.deploy.containerfile import REPOSITORY, stages

BUILDERS = re.compile(r"\b(gcc|g\+\+|make|build-essential|\S+-dev|cargo|rustc|curl|wget)\b")


def test_every_stage_is_of_one_image_pinned_by_digest() -> None:
    (image,) = {one.image for one in stages()}

    assert re.fullmatch(r"docker\.io/library/python:3\.13\.\d+-slim-\w+@sha256:[0-9a-f]{64}", image)


def test_the_last_stage_has_nothing_that_builds() -> None:
    last = stages()[-1]
    (run,) = last.all("RUN")

    assert len(stages()) == 2
    assert not BUILDERS.search(run)
    assert "pip install" not in run
    for gone in ("/usr/local/bin/pip*", "site-packages/pip*", "ensurepip", "/var/lib/apt/lists/*"):
        assert gone in run.partition("rm -rf")[2]
    assert last.all("COPY") == ["--from=build /opt/reconciler /opt/reconciler"]
    assert "--without-pip /opt/reconciler" in stages()[0].all("RUN")[0]


def test_it_runs_as_a_user_that_a_cluster_knows_is_not_root() -> None:
    last = stages()[-1]
    (user,) = last.all("USER")

    uid, _, gid = user.partition(":")
    assert int(uid) >= 10_000
    assert int(gid) >= 10_000
    words = [word for word, _ in last.instructions]
    assert words.index("USER") > max(words.index("RUN"), words.index("COPY"))
    assert last.all("ENTRYPOINT") == ['["reconciler"]']


def test_nothing_is_written_beside_tmp() -> None:
    assert "PYTHONDONTWRITEBYTECODE=1" in stages()[-1].all("ENV")[0]
    assert "HOME=/tmp" in stages()[-1].all("ENV")[0]


def test_no_secret_is_a_part_of_it() -> None:
    text = " ".join(rest for stage in stages() for _, rest in stage.instructions)

    assert not re.search(r"(?i)\b\w*(api_?key|token|password)\w*=", text)
    assert not any(stage.all("ARG") for stage in stages())


def test_what_is_copied_is_there_and_is_all_that_a_builder_sees() -> None:
    copied = stages()[0].all("COPY")[0].split()[:-1] + stages()[0].all("COPY")[1].split()[:1]
    ignored = (REPOSITORY / ".dockerignore").read_text("utf-8").splitlines()
    let_through = {line[1:] for line in ignored if line.startswith("!")}

    assert "*" in ignored
    assert set(copied) == let_through
    assert all((REPOSITORY / path).exists() for path in copied)
    assert not any(fnmatch("directory.lock.json", path) for path in let_through)
