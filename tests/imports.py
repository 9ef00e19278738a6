"""What each module of syncd imports and calls, read from its text without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import syncd

PACKAGE = Path(syncd.__file__).parent


@dataclass(frozen=True)
class Module:
    name: str
    """Dotted, without the leading `syncd.`: `core.decide.form`."""
    path: Path
    tree: ast.Module

    def imports(self) -> set[str]:
        """The dotted name of every import, late ones and those for types alone included.

        `from a import b` counts as `a.b`, because `b` may be a module.
        """
        return {name for node in ast.walk(self.tree) for name in _imported(node)}

    def early_imports(self) -> set[str]:
        """What is imported when the module itself is."""
        late = {
            inner
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for inner in ast.walk(node)
        }
        return {
            name for node in ast.walk(self.tree) if node not in late for name in _imported(node)
        }

    def names(self) -> set[str]:
        """Every name that the code mentions, as its import has it: `print`, `time.time`."""
        meant = dict(pair for node in ast.walk(self.tree) for pair in _bound(node))
        written = {name for node in ast.walk(self.tree) if (name := dotted(node))}
        split = (name.partition(".") for name in written)
        return {meant.get(first, first) + dot + rest for first, dot, rest in split}


@cache
def modules() -> tuple[Module, ...]:
    return tuple(_read(path) for path in sorted(PACKAGE.rglob("*.py")))


def within(*packages: str) -> list[Module]:
    """The modules of those packages, the packages themselves included."""
    return [module for module in modules() if belongs(module.name, packages)]


def belongs(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def _read(path: Path) -> Module:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    name = ".".join(part for part in parts if part != "__init__") or "syncd"
    return Module(name, path, ast.parse(path.read_text(encoding="utf-8")))


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        # A relative import would slip through what these names are compared with.
        yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def _bound(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that an import makes, and what they stand for."""
    if isinstance(node, ast.Import):
        yield from ((alias.asname, alias.name) for alias in node.names if alias.asname)
    if isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"
