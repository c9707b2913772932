"""A route of a file under the names that things have now. Nothing else of it changes.

It resolves each name, and where the name is a former one, writes what the id is called today. So a
reference keeps the spelling that its author chose unless a part of it was renamed.
"""

from collections.abc import Callable

from reconciler.directory.directory import Directory
from reconciler.directory.kinds import Slot
from reconciler.directory.lookup import Known, Lookup
from reconciler.directory.references import Scope, Typed
from reconciler.directory.resolve import Resolution
from reconciler.directory.slots import translate
from reconciler.directory.unresolve import Unresolution
from reconciler.directory.walk import FieldValue, Translation
from reconciler.model.binding import Literal, one
from reconciler.model.condition import Condition
from reconciler.model.config import Config
from reconciler.model.expression import Returns
from reconciler.model.finding import Path
from reconciler.model.route import Route
from reconciler.model.text import TextTemplate, format_template


def respelled_names(route: Route, directory: Directory, today: Directory, config: Config) -> Route:
    """The route with today's names for former ones; `directory` knows these, `today` need not."""
    return translate(route, _Respelling(Lookup(directory, config), Lookup(today, config)))


class _Respelling(Translation):
    """There and back again, where a former name is on the way."""

    def __init__(self, lookup: Lookup, today: Lookup) -> None:
        self.lookup = lookup
        self._there = Resolution(lookup)
        self._back = Unresolution(today)
        self._texts: list[tuple[FieldValue, FieldValue]] = []  # as written, as read

    def _is_former(self, before: int, path: Path) -> bool:
        uses = self.lookup.uses[before:]
        return any(use.path == path and self.lookup.renamed(use) is not None for use in uses)

    def name(self, slot: Slot, text: str, path: Path) -> str:
        before = len(self.lookup.uses)
        answer = self.lookup.find(slot, text, path)
        if isinstance(answer, Known) and self._is_former(before, path):
            return self._back.name(slot, answer.id, path)
        return text

    def literal(self, slot: Slot, literal: Literal, path: Path) -> Literal:
        if literal.exact or slot.kind in ("text", "opaque"):
            return literal
        name = self.name(slot, literal.text, path)
        return literal if name == literal.text else Literal(name)

    def _anew(self, there: Callable[[], tuple[str, Typed]], old: str, path: Path,
              back: Callable[[str], str]) -> tuple[str, Typed]:  # fmt: skip
        before = len(self.lookup.uses)
        text, typed = there()
        return (back(text) if self._is_former(before, path) else old), typed

    def reference(self, text: str, scope: Scope, path: Path) -> tuple[str, Typed]:
        return self._anew(
            lambda: self._there.reference(text, scope, path),
            text,
            path,
            lambda found: self._back.reference(found, scope, path)[0],
        )

    def navigation(self, text: str, start: Typed, path: Path) -> tuple[str, Typed]:
        return self._anew(
            lambda: self._there.navigation(text, start, path),
            text,
            path,
            lambda found: self._back.navigation(found, start, path)[0],
        )

    def returns(self, returns: Returns, path: Path) -> tuple[Returns, Typed]:
        before = len(self.lookup.uses)
        found, typed = self._there.returns(returns, path)
        former = self._is_former(before, path)
        return (self._back.returns(found, path)[0] if former else returns), typed

    def text(self, value: TextTemplate, _scope: Scope, /) -> TextTemplate:
        return value

    def text_field(self, value: FieldValue, scope: Scope, path: Path, /) -> FieldValue:
        read = self._there.text_field(value, scope, path)
        self._texts.append((value, read))
        return read

    def written(self, value: FieldValue) -> FieldValue:
        """What nobody renamed stays as it was typed."""
        typed, read = self._texts.pop()
        if value == read:
            return typed
        return one(format_template(value)) if isinstance(value, TextTemplate) else value

    def subject_type(self, condition: Condition, _typed: Typed, _path: Path, /) -> str:
        return condition.subject_type
