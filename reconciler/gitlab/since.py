"""The commits of the applied branch by what GitLab says of them."""

from dataclasses import dataclass
from urllib.parse import quote

from reconciler.forge.since import Since
from reconciler.forge.words import GITLAB, Words
from reconciler.gitlab.api import GitLab, GitLabError
from reconciler.model import text_at

_UNKNOWN_REF = 400
_UNRELATED = 404


@dataclass(frozen=True, slots=True)
class Branch:
    """The default branch, as `forge.since.History` needs it."""

    gitlab: GitLab

    @property
    def words(self) -> Words:
        """GitLab's."""
        return GITLAB

    def since(self, base: str, head: str) -> Since | None:
        """The commits between two; None where GitLab does not know the base. Raises GitLabError."""
        try:
            common = text_at(
                self.gitlab.get(f"/repository/merge_base?refs[]={base}&refs[]={head}"), "id"
            )
        except GitLabError as error:
            if error.status == _UNKNOWN_REF:
                return None
            if error.status != _UNRELATED:
                raise
            common = ""
        rows = [*self.gitlab.pages("/repository/commits", ref_name=f"{base}..{head}")]
        subjects = {text_at(row, "id"): text_at(row, "title") for row in reversed(rows)}
        left = common != base and not (common != head and self._tip() == head)
        return Since(base, tuple(filter(None, subjects)), left, subjects)

    def after(self, head: str) -> tuple[str, ...]:
        """Commits of the branch that the head lacks. Raises GitLabError."""
        since = self.since(head, tip) if (tip := self._tip()) else None
        return since.commits if since else ()

    def _tip(self) -> str:
        branch = self.gitlab.place.branch
        row = self.gitlab.get(f"/repository/branches/{quote(branch, safe='')}") if branch else None
        return text_at(row, "commit", "id")
