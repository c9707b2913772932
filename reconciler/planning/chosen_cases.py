"""Which routing tests are meant by files, names and words. Pure."""

from collections.abc import Mapping, Sequence

from reconciler.model import near_matches
from reconciler.routing.case import Case, CaseFile

Chosen = list[tuple[CaseFile, Case]]


def chosen_cases(
    files: Sequence[CaseFile], paths: Mapping[str, str], words: str | None
) -> Chosen | str:
    """Those that an argument names, by file or by name, and that have the words in name or tags; or
    what is wrong, where nothing is meant. `paths`: each argument as a path from the root.
    """
    everything = [(file, case) for file in files for case in file.cases]
    chosen = _named(everything, files, paths) if paths else everything
    if isinstance(chosen, str) or not words:
        return chosen
    wanted = words.casefold()
    found = [
        (file, case)
        for file, case in chosen
        if any(wanted in text.casefold() for text in (case.name, *case.tags))
    ]
    return found or f"no test has `{words}` in its name or tags"


def _named(everything: Chosen, files: Sequence[CaseFile], paths: Mapping[str, str]) -> Chosen | str:
    meant: set[int] = set()
    for word, path in paths.items():
        found = {
            id(case)
            for file, case in everything
            if file.file == path or word in (case.name, case.name.partition(" [")[0])
        }
        if not found:
            names = {case.name.partition(" [")[0] for _, case in everything}
            near = near_matches(word, [*names, *(file.file for file in files)])
            hint = f"; did you mean `{near[0]}`?" if near else ""
            return f"no test and no file of tests is named `{word}`{hint}"
        meant |= found
    return [pair for pair in everything if id(pair[1]) in meant]
