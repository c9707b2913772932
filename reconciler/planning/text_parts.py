"""Texts that are a part of another text on the same attribute, each with its place.

Nothing documents whether `one_of` compares whole texts: if it does not, `prod` holds for
`prod-eu`, too.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model import (
    TEXT_TYPES,
    Condition,
    Config,
    Declaration,
    Finding,
    Literal,
    Path,
    admissible,
    groups_in,
)
from reconciler.plan.compare.words import reference_words

MOST_TEXTS = 1_000  # that are compared on one attribute: each is compared with each
ONE_OF = ("one_of", "contains_one_of")


@dataclass(frozen=True, slots=True)
class _TextTest:
    """A test of a text; `part`: the place of the conditions that it is one of."""

    declaration: Declaration
    part: Path
    path: Path
    condition: Condition
    texts: frozenset[str]


def parts_of_others(
    declarations: Sequence[Declaration], config: Config, names: Mapping[str, str]
) -> Iterator[Finding]:
    """Of all routes together, and of the parts of one route: its branches, its destinations."""
    readings = [reading for reading in admissible(config.assumed) if not reading.text_one_of]
    if not readings:
        return
    by_subject: dict[str, list[_TextTest]] = defaultdict(list)
    for declaration in declarations:
        if declaration.route.enabled:
            for test in _tests(declaration):
                by_subject[test.condition.subject].append(test)
    exact = all(reading.text_case for reading in readings)
    for subject, tests in by_subject.items():
        if len(set().union(*(test.texts for test in tests))) <= MOST_TEXTS:
            yield from _parts_of(tests, reference_words(subject, names), exact)


def _tests(declaration: Declaration) -> Iterator[_TextTest]:
    for part, groups in groups_in(declaration.route):
        for number, group in enumerate(groups):
            for place, condition in enumerate(group):
                if condition.subject_type in TEXT_TYPES:
                    path = (*part, number, place)
                    yield _TextTest(declaration, part, path, condition, _texts(condition))


def _parts_of(tests: Sequence[_TextTest], subject: str, exact: bool) -> Iterator[Finding]:
    by_text: dict[str, list[_TextTest]] = defaultdict(list)
    for test in tests:
        for text in test.texts:
            by_text[text].append(test)
    longer_than = {
        text: [longer for longer in sorted(by_text) if _is_part(text, longer, exact)]
        for text in by_text
    }
    for test in tests:
        if test.condition.operation not in ONE_OF:
            continue
        for text in sorted(test.texts):
            others = (
                (other, longer)
                for longer in longer_than[text]
                if longer not in test.texts
                for other in by_text[longer]
                if _meet(test, other)
            )
            if found := next(others, None):
                yield _part(test, text, *found, subject)


def _meet(test: _TextTest, other: _TextTest) -> bool:
    """Whether one alert may come to both: another route of the same source, or another part of
    this route. Two sources have no alert in common.
    """
    if test.declaration is other.declaration:
        return test.part != other.part and not test.part[0] == other.part[0] == "sources"
    here = {place.source for place in test.declaration.route.sources}
    return any(place.source in here for place in other.declaration.route.sources)


def _is_part(text: str, longer: str, exact: bool) -> bool:
    if not exact:
        text, longer = text.casefold(), longer.casefold()
    return bool(text) and text != longer and text in longer


def _part(test: _TextTest, text: str, other: _TextTest, longer: str, subject: str) -> Finding:
    route = other.declaration.route.name
    tested = (
        "which this route tests, too"
        if test.declaration is other.declaration
        else (f"which {route} tests")
    )
    message = (
        f'"{text}" is a part of "{longer}", {tested}, and incident.io does not document '
        "whether `one_of` compares whole texts"
    )
    hint = (
        f"if it does not, this condition also holds where {subject} is {longer}; rename one of the "
        "values, or pin `text_one_of` with `assume` in reconciler.yaml once you know"
    )
    return test.declaration.finding("warning", "part-of-another", message, hint, test.path)


def _texts(condition: Condition) -> frozenset[str]:
    return frozenset(
        value.text
        for binding in condition.params
        for value in binding.values
        if isinstance(value, Literal)
    )
