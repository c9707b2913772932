"""The fake GitLab on a port of loopback."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.forge import served
from tests.forge.served import Answer
from tests.gitlab.fake import PATH, PROGRAM, FakeGitLab


@contextmanager
def running(fake: FakeGitLab) -> Iterator[FakeGitLab]:
    """Serve it on a free port of 127.0.0.1 until the block ends."""

    class Handler(served.Handler):
        def answered(self) -> Answer:
            token = self.headers.get("PRIVATE-TOKEN", "")
            if self.path.startswith((f"/{PATH}.git/", f"/{PROGRAM}.git/")):
                return fake.git(self.of_git())
            if self.path.startswith("/store/"):
                fake.leaks += [secret for secret in (self.authorization, token) if secret]
                identity = self.path.removeprefix("/store/").partition("?")[0]
                return Answer(200, content=fake.archives[int(identity)])
            return fake.answer(self.command, self.path, token, self.document())

    with served.serving(Handler) as fake.url:
        yield fake
