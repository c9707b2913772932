"""The expressions of GitHub's workflows, as far as ours use them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|&&|\|\||==|!=|!|\(|\)|,|[A-Za-z_][\w.-]*)")
_INSERTED = re.compile(r"\$\{\{(.*?)\}\}")


@dataclass
class Reading:
    """One expression being evaluated. `status`: success, failure or cancelled."""

    tokens: list[str]
    contexts: Mapping[str, Any]
    status: str = "success"
    asked_status: bool = field(default=False)

    def any(self) -> Any:
        """`a || b`: the first that is true, else the last."""
        value = self.all()
        while self._take("||"):
            other = self.all()
            value = value or other
        return value

    def all(self) -> Any:
        """`a && b`."""
        value = self.equal()
        while self._take("&&"):
            other = self.equal()
            value = value and other
        return value

    def equal(self) -> Any:
        """`a == b`, `a != b`."""
        value = self.one()
        if self._take("=="):
            return value == self.one()
        if self._take("!="):
            return value != self.one()
        return value

    def one(self) -> Any:
        """A value, a call, a negation, or an expression in brackets."""
        if self._take("!"):
            return not self.one()
        if self._take("("):
            value = self.any()
            assert self._take(")")
            return value
        token = self.tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if self._take("("):
            if token == "format":
                return self._formatted()
            assert self._take(")")
            self.asked_status = True
            return token == "always" or token == self.status
        found: Any = self.contexts
        for part in token.split("."):
            found = found.get(part, "") if isinstance(found, Mapping) else ""
        return found

    def _formatted(self) -> str:
        template, values = self.any(), []
        while self._take(","):
            values.append(self.any())
        assert self._take(")")
        return str(template.format(*values))

    def _take(self, token: str) -> bool:
        if self.tokens[:1] == [token]:
            self.tokens.pop(0)
            return True
        return False


def reading(text: str, contexts: Mapping[str, Any], status: str = "success") -> Reading:
    """An expression, taken apart."""
    tokens, place = [], 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        assert match, f"{text!r} is beyond what these tests understand"
        tokens.append(match[1])
        place = match.end()
    return Reading(tokens, contexts, status)


def inserted(text: str, contexts: Mapping[str, Any]) -> str:
    """The text with each `${{ … }}` replaced by its value."""

    def value(match: re.Match[str]) -> str:
        found = reading(match[1], contexts).any()
        return str(found).lower() if isinstance(found, bool) else str(found)

    return _INSERTED.sub(value, text)


def goes_on(condition: str, contexts: Mapping[str, Any], status: str) -> bool:
    """Whether a step runs: without a word about the status only while all went well."""
    if not condition:
        return status == "success"
    read = reading(condition.strip().removeprefix("${{").removesuffix("}}"), contexts, status)
    value = bool(read.any())
    return value and (read.asked_status or status == "success")
