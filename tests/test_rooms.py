"""The rooms of the house: a kind of delivery stands in two files, and nobody else names it."""

import ast
from functools import cache
from pathlib import Path

import imports
import pytest
from imports import Module, modules, within

from syncd.core import decide, events
from syncd.core.ends import (
    Delayed,
    Delivered,
    Doubtful,
    DoubtLasts,
    Requeued,
    Undeliverable,
    Withheld,
)
from syncd.core.kinds import KINDS

MOST_FILES = 16
"""In one folder, `__init__.py` included."""
EVENTS = {kind.__name__ for kind in decide.MEANINGS} | {events.Click.__name__}


def own_code() -> list[Module]:
    return [module for module in modules() if not module.name.startswith("sandbox")]


@cache
def mentioned(module: Module) -> set[str]:
    """Every name in the code, imported ones and those in strings included."""
    strings = {
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    written = {name.rpartition(".")[2] for name in module.names() | module.imports()}
    return (
        strings
        | written
        | {node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)}
    )


def asked_for(node: ast.AST) -> set[str]:
    """The classes that an `isinstance` or a `case` asks for."""
    if isinstance(node, ast.match_case):
        return {n.id for n in ast.walk(node.pattern) if isinstance(n, ast.Name)}
    if isinstance(node, ast.Call) and imports.dotted(node.func) == "isinstance":
        return {n.id for n in ast.walk(node.args[1]) if isinstance(n, ast.Name)}
    return set()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_is_named_by_its_two_files_the_registry_and_one_that_orders_it(kind: str) -> None:
    naming = {module.name for module in own_code() if kind in mentioned(module)}
    file = KINDS[kind].__module__.removeprefix("syncd.core.kinds.")
    assert {f"core.kinds.{file}", f"loops.outgoing.kinds.{file}", "core.kinds"} <= naming
    assert len(naming) <= 4, sorted(naming)


def test_nobody_asks_of_which_kind_a_command_is() -> None:
    asking = [
        (module.name, found)
        for module in own_code()
        for node in ast.walk(module.tree)
        if (found := asked_for(node) & set(KINDS))
    ]
    assert asking == []


def test_hardly_anybody_asks_of_which_type_an_event_is() -> None:
    """What an event means is found in a table."""
    asking = {
        module.name
        for module in own_code()
        for node in ast.walk(module.tree)
        if asked_for(node) & EVENTS
    }
    assert asking <= {"loops.incoming.clicks", "loops.outgoing.settling", "chat.lark.wire"}


def test_every_event_has_its_row() -> None:
    told_of = {Delayed, Delivered, Doubtful, DoubtLasts, Requeued, Undeliverable, Withheld}
    read = {
        value
        for value in vars(events).values()
        if isinstance(value, type) and value.__module__ == events.__name__
    }
    named = {events.Named, events.Click}
    assert set(decide.MEANINGS) == (read - named) | told_of


def test_no_folder_holds_more_than_one_can_look_through() -> None:
    folders: dict[Path, int] = {}
    for module in modules():
        folders[module.path.parent] = folders.get(module.path.parent, 0) + 1
    assert {path.name: count for path, count in folders.items() if count > MOST_FILES} == {}


def test_every_interval_of_the_watch_stands_in_one_file() -> None:
    """But for how long it counts that a ticket was seen."""
    timing = {
        f"{module.name}.{target.id}"
        for module in within("loops.watch", "store.tables.looks")
        for node in module.tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.endswith("_MS")
    }
    assert timing == {"loops.watch.sight._LASTS_MS"}
