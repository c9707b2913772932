"""The fake GitHub on a port of loopback."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.forge import served
from tests.forge.served import Answer
from tests.github.fake import REPOSITORY, FakeGitHub


@contextmanager
def running(fake: FakeGitHub) -> Iterator[FakeGitHub]:
    """Serve it on a free port of 127.0.0.1 until the block ends."""

    class Handler(served.Handler):
        def answered(self) -> Answer:
            if self.path.startswith(f"/{REPOSITORY}/"):
                return fake.git(self.of_git())
            if self.path.startswith("/blob/"):
                fake.leaks += [self.authorization] if self.authorization else []
                identity = self.path.removeprefix("/blob/").partition("?")[0]
                return Answer(200, content=fake.archives[int(identity)])
            token = self.authorization.removeprefix("Bearer ")
            return fake.answer(self.command, self.path, token, self.document())

    with served.serving(Handler) as fake.url:
        yield fake
