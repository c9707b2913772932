"""What each forge calls things: the words of reports, and how a person starts a run."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.text import MOST


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one forge, as they stand in a sentence."""

    name: str
    request: str  # a request to merge
    sign: str  # before its number
    start: str  # where a person starts an apply; the inputs follow
    start_with: str  # the same at the end of a sentence; the inputs follow
    most: int  # characters of a report in a comment
    newest: str  # how a person starts it on the newest commit
    to_open: str  # how a person opens an artifact, behind its link

    @property
    def by_hand(self) -> str:
        """What to do where nothing says what was applied."""
        return (
            f"Name the commit whose files the account has: {self.start_with} `base`. From then on "
            "the record has it"
        )


GITHUB = Words(
    name="GitHub",
    request="pull request",
    sign="#",
    start="Actions → apply → Run workflow",
    start_with="start the workflow with",
    most=MOST,
    newest="run the workflow on the newest commit",
    to_open=": unpack it and open `index.html`",
)
GITLAB = Words(
    name="GitLab",
    request="merge request",
    sign="!",
    start="Build → Pipelines → New pipeline",
    start_with="run a new pipeline with the input",
    most=200_000,  # GitLab takes a million, but gives up drawing what is very complex
    newest="run a new pipeline of the newest commit",
    to_open="",
)


def words_of(environment: Mapping[str, str]) -> Words:
    """Those of the forge whose job this is; GitHub's outside of one."""
    return GITLAB if environment.get("GITLAB_CI") else GITHUB
