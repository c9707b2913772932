"""A checkout full of files that would run if anything imported, sourced or started them.

Each writes its own path into one file, `sprung`, which must never be there.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

PACKAGES = ("click", "ensurepip", "hatchling", "pip", "reconciler", "requests", "venv", "yaml")
MORE_MODULES = ("conftest", "hatch_build", "setup", "sitecustomize", "startup", "usercustomize")
PROGRAMS = (
    *("bash", "basename", "cat", "chmod", "cp", "cut", "date", "dirname", "echo", "env", "find"),
    *(
        "git",
        "git-lfs",
        "grep",
        "head",
        "kubectl",
        "less",
        "ls",
        "mkdir",
        "mktemp",
        "mv",
        "openssl",
    ),
    *("pip", "pip3", "printf", "python", "python3", "realpath", "reconciler", "rm", "sed", "sh"),
    *("sort", "tail", "tee", "test", "tr", "true", "uname", "uniq", "uuidgen", "wc", "xargs"),
)
SCRIPTS = (".bashrc", ".bash_profile", ".profile", ".bashenv", ".envrc", "hooks/post-checkout")


def plant(folder: Path, sprung: Path) -> None:
    """Into the root of what will be checked out."""
    python = f"open({str(sprung)!r}, 'a').write(__file__ + '\\n')\n"
    shell = f"#!/bin/sh\necho \"$0\" >> '{sprung}'\n"
    modules = {*sys.stdlib_module_names, *packages_distributions(), *MORE_MODULES}
    for name in modules:
        _write(folder / f"{name}.py", python)
    for name in PACKAGES:
        for file in ("__init__.py", "__main__.py"):
            _write(folder / name / file, python)
    for name in (*PROGRAMS, *SCRIPTS):
        for where in ("", "bin", "node_modules/.bin"):
            if not (folder / where / name).is_dir():
                _write(folder / where / name, shell).chmod(0o755)
    for where in ("", f"lib/python3.{sys.version_info.minor}/site-packages"):
        line = f"import builtins; builtins.open({str(sprung)!r}, 'a').write('a .pth\\n')\n"
        _write(folder / where / "trap.pth", line)
        _write(folder / where / "sitecustomize.py", python)
        _write(folder / where / "usercustomize.py", python)
    _write(folder / "pip.conf", _pip(folder))
    _write(folder / ".config/pip/pip.conf", _pip(folder))
    _write(folder / ".pip/pip.conf", _pip(folder))
    _write(folder / "setup.cfg", "[install]\nprefix = /nowhere\n[easy_install]\nindex_url = x\n")
    _write(folder / ".pydistutils.cfg", "[install]\nprefix = /nowhere\n")
    _write(folder / "pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = 'setup'\n")
    _write(folder / "pyvenv.cfg", "home = bin\ninclude-system-site-packages = true\n")
    _write(folder / ".python-version", "../../bin\n")
    _write(folder / ".netrc", "default login trap password trap\n")
    _write(folder / ".gitattributes", "* filter=trap diff=trap merge=trap\n")
    _write(folder / ".gitconfig", _git(folder / "git-trap"))
    _write(folder / "git-trap", shell).chmod(0o755)


def _pip(folder: Path) -> str:
    return f"[global]\npython = {folder}/bin/python\nno-index = true\nfind-links = {folder}\n"


def _git(program: Path) -> str:
    """Every setting of git that names a program."""
    return (
        f"[core]\nfsmonitor = {program}\nhooksPath = hooks\npager = {program}\n"
        f"editor = {program}\nsshCommand = {program}\ngitProxy = {program}\n"
        f'[diff]\nexternal = {program}\n[diff "trap"]\ntextconv = {program}\n'
        f'[filter "trap"]\nclean = {program}\nsmudge = {program}\nprocess = {program}\n'
        f'[merge "trap"]\ndriver = {program}\n[pager]\nls-tree = true\nrev-list = true\n'
        f"[credential]\nhelper = !{program}\n[gpg]\nprogram = {program}\n"
        f"[alias]\nmerge-base = !{program}\nls-tree = !{program}\n"
    )


def arm(checkout: Path) -> Mapping[str, str]:
    """Let git's own settings name the traps, too; returns variables of a job that lead there."""
    with (checkout / ".git/config").open("a", encoding="utf-8") as config:
        config.write(_git(checkout / "git-trap"))
    return {
        "PATH": f".::bin:node_modules/.bin:{sys.base_prefix}/bin:{os.environ['PATH']}",
        "HOME": str(checkout),
        "XDG_CONFIG_HOME": str(checkout / ".config"),
        "PYTHONPATH": f"{checkout}::.",
        "PYTHONHOME": str(checkout),
        "PYTHONSTARTUP": str(checkout / "startup.py"),
        "PYTHONUSERBASE": str(checkout),
        "PYTHONWARNINGS": "ignore::startup.Warning",
        "PYTHONBREAKPOINT": "startup.breakpoint",
        "PYTHONINSPECT": "1",
        "PIP_CONFIG_FILE": str(checkout / "pip.conf"),
        "PIP_PYTHON": str(checkout / "bin/python"),
        "PIP_TARGET": str(checkout),
        "BASH_ENV": str(checkout / ".bashenv"),
        "ENV": str(checkout / ".bashenv"),
        "CDPATH": str(checkout),
        "GIT_EXTERNAL_DIFF": str(checkout / "git-trap"),
        "GIT_PAGER": str(checkout / "git-trap"),
        "PAGER": str(checkout / "git-trap"),
        "EDITOR": str(checkout / "git-trap"),
    }


def bare_repository(folder: Path, program: Path) -> None:
    """Let git take a folder for a repository of its own, whose settings name the program."""
    made = folder.with_name(f"{folder.name}.git")
    for command in (
        ("git", "clone", "-q", "--bare", str(folder.parent), str(made)),
        ("git", "--git-dir", str(made), "read-tree", "HEAD"),
    ):
        subprocess.run(command, check=True, capture_output=True)
    for part in ("HEAD", "config", "index", "objects", "packed-refs"):
        (made / part).rename(folder / part)
    for part in ("refs/heads", "refs/tags"):
        _write(folder / part / "keep", "")
    shutil.rmtree(made)
    settings = f"[core]\n\tbare = false\n\tworktree = ..\n{_git(program)}"
    with (folder / "config").open("a", encoding="utf-8") as config:
        config.write(settings)


def _write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
