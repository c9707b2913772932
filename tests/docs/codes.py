"""The codes of all findings, found in the source: wherever a parameter or field `code` is given.

A function that passes one of its own parameters on as a code takes a code itself, so wrappers of
wrappers are followed. An f-string such as `unknown-{slot.kind}` stands for one code a kind.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from reconciler.directory.directory import KINDS
from tests.docs.pages import REPOSITORY

PACKAGE = REPOSITORY / "reconciler"
WITHOUT_FINDINGS = ("client", "sandbox")  # their codes are the API's


@dataclass
class _Module:
    """`takes`: for each function here or imported, which argument is a code. `methods`: the same
    for methods of classes of the same room or of the model.
    """

    room: str
    tree: ast.Module
    functions: list[tuple[str, ast.FunctionDef, bool]]
    takes: dict[str, int] = field(default_factory=dict)


@cache
def codes() -> frozenset[str]:
    """Every code that a finding of this package can have."""
    modules = {_dotted(path): _read(path) for path in _paths()}
    methods: dict[str, dict[str, int]] = {}
    while _learn(modules, methods):
        pass
    found: set[str] = set()
    for module in modules.values():
        for call in _calls(module.tree):
            argument = _code_argument(call, module, methods)
            found |= set() if argument is None else set(_constants(argument))
    return frozenset(found)


def _paths() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in WITHOUT_FINDINGS:
            yield path


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")


def _read(path: Path) -> _Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return _Module(path.relative_to(PACKAGE).parts[0], tree, list(_functions(tree)))


def _learn(modules: dict[str, _Module], methods: dict[str, dict[str, int]]) -> bool:
    """One more round of finding out who takes codes; whether anything new was learned."""
    before = sum(len(m.takes) for m in modules.values()) + sum(map(len, methods.values()))
    for module in modules.values():
        for name, function, inside_class in module.functions:
            place = _code_parameter(function, module, methods)
            if place is None:
                continue
            if inside_class:
                methods.setdefault(module.room, {})[name] = place - 1
            else:
                module.takes[name] = place
        for name, place in _dataclasses(module.tree):
            module.takes[name] = place
        for node in module.tree.body:
            if isinstance(node, ast.ImportFrom) and node.module in modules:
                origin = modules[node.module].takes
                for alias in node.names:
                    if alias.name in origin:
                        module.takes[alias.asname or alias.name] = origin[alias.name]
    after = sum(len(m.takes) for m in modules.values()) + sum(map(len, methods.values()))
    return after > before


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef, bool]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node, False
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
                    yield node.name, _without_self(inner), False
                elif isinstance(inner, ast.FunctionDef):
                    yield inner.name, inner, True


def _without_self(function: ast.FunctionDef) -> ast.FunctionDef:
    arguments = ast.arguments(**{**vars(function.args), "args": function.args.args[1:]})
    return ast.FunctionDef(**{**vars(function), "args": arguments})


def _dataclasses(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """`Finding` has a field `code`; other classes with one (an exit code, say) have no findings."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == "Finding":
            names = [
                line.target.id
                for line in node.body
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
            ]
            yield node.name, names.index("code")


def _code_parameter(
    function: ast.FunctionDef, module: _Module, methods: dict[str, dict[str, int]]
) -> int | None:
    """Which parameter the function passes on as a code."""
    names = [argument.arg for argument in function.args.args]
    for call in _calls(function):
        argument = _code_argument(call, module, methods)
        if isinstance(argument, ast.Name) and argument.id in names:
            return names.index(argument.id)
    return names.index("code") if "code" in names and module.room != "cli" else None


@cache
def _calls(tree: ast.AST) -> tuple[ast.Call, ...]:
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _code_argument(
    call: ast.Call, module: _Module, methods: dict[str, dict[str, int]]
) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == "code" and module.room != "cli":
            return keyword.value
    if isinstance(call.func, ast.Name):
        place = module.takes.get(call.func.id)
    elif isinstance(call.func, ast.Attribute):
        known = {**methods.get("model", {}), **methods.get(module.room, {})}
        place = known.get(call.func.attr)
    else:
        place = None
    return call.args[place] if place is not None and place < len(call.args) else None


def _constants(argument: ast.expr) -> Iterator[str]:
    match argument:
        case ast.Constant(str(text)):
            yield text
        case ast.IfExp(_, one, other):
            yield from _constants(one)
            yield from _constants(other)
        case ast.JoinedStr([ast.Constant(str(start)), ast.FormattedValue()]):
            yield from (f"{start}{kind}" for kind in KINDS)
