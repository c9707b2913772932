"""The texts of pipelines with a user's own names in them, which may hold anything. Pure.

YAML gives back exactly the name, a filter of GitHub matches nothing else, and a name that a
pipeline would evaluate is refused.
"""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from reconciler.files.config import CONFIG_FILE
from reconciler.files.write.nodes import spelled
from reconciler.files.yaml.strict import is_integer, misread
from reconciler.model import SEMANTICS_FILE
from reconciler.starter.program import GITHUB, Forge, Program

_OPEN = re.compile(r"^( *)<(with )?(path(?: default-branch)?)>\n|<([a-z]+)>", re.MULTILINE)
_FILTER = re.compile(r"[\\*?+\[\]!]")
_GITLAB_FOLDER = re.compile(r"[A-Za-z0-9._/-]+")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Place:
    """The repository around the folder. `folder`: the path from its top, "" for the top, None where
    there is no repository; `branch`: its default one; `host`: that of its remote; `remote`: git's
    name for it.
    """

    folder: str | None = None
    branch: str = "main"
    host: str = ""
    remote: str = ""

    @property
    def inputs(self) -> dict[str, str]:
        """What a pipeline has to be told."""
        inputs = {"path": self.folder} if self.folder else {}
        return inputs | ({} if self.branch == "main" else {"default-branch": self.branch})


def unfit(forge: Forge, place: Place) -> str:
    """Why no pipeline of the forge can hold the names of this place; "" if it can."""
    folder = place.folder or ""
    if forge == "gitlab":
        if not folder or _GITLAB_FOLDER.fullmatch(folder):
            return ""
        return (
            f"the folder `{folder}` has a character that the component of GitLab does not take. "
            "Rename it: letters, digits, `.`, `_`, `-` and `/` are taken."
        )
    for noun, name in (("folder", folder), ("branch", place.branch)):
        if "${{" in name:
            why = "GitHub would evaluate `${{`"
        elif _CONTROLS.search(name):
            why = "it has a line end or another control character"
        elif not _is_unicode(name):
            why = "it is not UTF-8"
        else:
            continue
        return f"the {noun} `{name}` cannot stand in a workflow: {why}. Rename it."
    return ""


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def hook_entry(folder: str) -> str:
    """The line of a hook that checks a folder below the top."""
    return f"entry: {scalar(f'reconciler -C {shlex.quote(folder)} validate')}"


def filled(name: str, program: Program, place: Place) -> str:
    """A template with its `<names>` filled in."""
    ref = f'"{program.ref}"' if is_integer(program.ref) or misread(program.ref) else program.ref
    below = f"{_literal(place.folder)}/" if place.folder else ""
    names = {
        "program": program.path,
        "include": _include(program, place),
        "url": program.url,
        "pin": f"{ref} # {program.version}" if program.version else ref,
        "branch": scalar(_literal(place.branch)),
        "routes": scalar(f"{below}routes/**"),
        "settings": scalar(f"{below}{CONFIG_FILE}"),
        "semantics": scalar(f"{below}{SEMANTICS_FILE}"),
    }

    def value(found: re.Match[str]) -> str:
        return names[found[4]] if found[4] else _given(found, place.inputs)

    return _OPEN.sub(value, template(name))  # at once: a name may look like one to fill in


def template(name: str) -> str:
    """A text beside this file, with `<names>` to fill in."""
    return (resources.files("reconciler.starter") / name).read_text(encoding="utf-8")


def scalar(text: str) -> str:
    """As YAML of each version reads it: this text, and no number or truth."""
    spelling = spelled(text, flow=True)
    bare = spelling == text and not text[0].isalpha()
    return json.dumps(text, ensure_ascii=False) if bare else spelling


def _literal(name: str) -> str:
    """As a filter of GitHub for branches and paths that matches this name alone."""
    return _FILTER.sub(r"\\\g<0>", name)


def _include(program: Program, place: Place) -> str:
    """GitLab takes a component from itself alone, and a file of any other host."""
    if program.host == place.host:
        return f"component: $CI_SERVER_FQDN/{program.path}/reconciler@{program.ref}"
    file = f"{program.ref}/templates/reconciler.yml"
    if program.host == GITHUB:
        return f"remote: https://raw.githubusercontent.com/{program.path}/{file}"
    return f"remote: {program.url}/-/raw/{file}"


def _given(line: re.Match[str], inputs: Mapping[str, str]) -> str:
    """A line with those of the named inputs that differ from their default; no line without any."""
    given = [f"{name}: {scalar(inputs[name])}" for name in line[3].split() if name in inputs]
    rows = ", ".join(given)
    return (
        "" if not given else f"{line[1]}with: {{ {rows} }}\n" if line[2] else f"{line[1]}{rows}\n"
    )
