"""What `init` did, what is left to the user, and the next commands. Pure."""

import shlex
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from reconciler.starter.filled import Place
from reconciler.starter.start import GITLAB, WORKFLOWS, File, Left
from reconciler.text import counted, folded, visible

_MOST_NAMED = 12  # route files that are named one by one


def written_lines(paths: Sequence[str]) -> list[str]:
    """A line for each file; of many route files the first, and their number."""
    routes = [path for path in paths if path.startswith("routes/")]
    hidden = {*routes[_MOST_NAMED:]} if len(routes) > _MOST_NAMED + 1 else set()
    lines = [f"wrote {visible(path)}" for path in paths if path not in hidden]
    if hidden:
        last = lines.index(f"wrote {visible(routes[_MOST_NAMED - 1])}")
        lines.insert(last + 1, f"wrote {len(hidden)} more files in routes/")
    return lines


def left_text(left: Sequence[Left], columns: int | None) -> str:
    """What is left, "" for nothing. Lines to paste are never wrapped."""
    lines = ["", "Left to do:"] if left else []
    for file in left:
        lines.append(folded(f"- {visible(file.words)}", columns, "  "))
        lines += [f"    {visible(line)}" for line in file.lines.splitlines()]
    return "\n".join(lines)


def different_text(count: int) -> str:
    routes = counted(count, "route")
    differ = "differs from its file" if count == 1 else "differ from their files"
    return f"{routes} {differ}: `reconciler plan` shows how."


def same_text(routes: int, others: int) -> str:
    """`routes` are this repository's, `others` those that `owns` leaves to another one."""
    if routes:
        return "No changes: the files match the live routes."
    if others:
        whose = f"{counted(others, 'live route')} of the account"
        return f"No changes: by `owns`, none of the {whose} belongs to this repository."
    return "No changes: the account has no route, and no file declares one."


def next_text(root: Path, place: Place, files: Sequence[File], *, broken: bool) -> str:
    """The next commands, to paste. `files` are to be committed, unless `broken`: a file of the
    folder has errors.
    """
    there = "" if root == Path() else f" -C {shlex.quote(str(root))}"
    ours = f"reconciler{there}"
    if broken:
        commands = [f"{ours} validate", f"{ours} init"]
    elif not files:
        commands = [f"{ours} validate", f"{ours} plan", f"{ours} apply"]
    else:
        added = shlex.join(sorted({_begin(file, place) for file in files}))
        commands = [
            f"git{there} add {added}",
            f'git{there} commit -m "{_subject(files)}"',
            f"git{there} push {shlex.quote(place.remote)} HEAD" if place.remote else f"{ours} plan",
        ]
        if place.folder is None:
            commands = [f"git{there} init", *commands[:2]]
    return "".join(f"  {command}\n" for command in commands)


def _subject(files: Sequence[File]) -> str:
    """What a commit of these files does."""
    paths = [file.path for file in files]
    if any(path == "routes" or path.startswith("routes/") for path in paths):
        return "Add the live routes"
    if any(path == GITLAB or path in WORKFLOWS for path in paths):
        return "Plan and apply the routes in a pipeline"
    return "Set reconciler up"


def _begin(file: File, place: Place) -> str:
    """The first part of a path, seen from the folder of the routes."""
    first = PurePosixPath(file.path).parts[0]
    up = [".."] * len(PurePosixPath(place.folder or "").parts) if file.at_top else []
    return "/".join((*up, first))
