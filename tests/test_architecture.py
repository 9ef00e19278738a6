"""The walls of the house: who may import whom, read a clock, print, or be how long."""

import re
import sys
from pathlib import Path

import imports
import pytest
from imports import Module, belongs, modules, within

TESTS = Path(__file__).parent

# Each part of syncd and the parts that it may import, itself always included.
# core <- store <- loops <- app <- cli; the adapters see core and the network alone.
MAY_IMPORT = {
    "core": (),
    "log": ("core",),
    "store_outage": ("core", "log"),
    "schedule": ("core", "log", "store_outage"),
    "network": ("core",),
    "config": ("core", "network"),
    "store": ("core",),
    "alerting": ("core", "network"),
    "chat": ("core", "network"),
    "translation": ("core", "network"),
    "helpdesk": ("core", "network"),
    "loops": ("core", "log", "store_outage", "store"),
    "ops": ("core", "log", "loops", "store"),
    "app": (
        "alerting",
        "chat",
        "config",
        "core",
        "helpdesk",
        "log",
        "loops",
        "network",
        "ops",
        "store_outage",
        "store",
        "translation",
    ),
    "doctor": (
        "app",
        "chat",
        "config",
        "core",
        "helpdesk",
        "loops",
        "network",
        "store",
    ),
    "probe": ("app", "chat", "core", "doctor", "helpdesk"),
    "daemon": ("app", "core", "log", "loops", "ops", "schedule", "store"),
    "sandbox": (),
    "cli": (
        "app",
        "config",
        "core",
        "daemon",
        "doctor",
        "log",
        "loops",
        "network",
        "ops",
        "probe",
        "sandbox",
        "store",
    ),
    "__main__": ("cli",),
    "syncd": (),
}

# What each part may import that is neither syncd nor Python's own.
LIBRARIES = {
    "alerting": {"httpx"},
    "chat": {"httpx", "lark_oapi", "websockets"},
    "helpdesk": {"httpx"},
    "translation": {"httpx"},
    "network": {"httpx", "websockets"},
    "store": {"alembic", "sqlalchemy"},
    "config": {"email_validator", "pydantic", "pydantic_core", "pydantic_settings", "sqlalchemy"},
    "log": {"structlog"},
    "ops": {"prometheus_client"},
    "schedule": {"apscheduler"},
    "cli": {"rich", "segno", "typer"},
    "sandbox": {"starlette", "uvicorn", "websockets"},
}

CLOCKS = {
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today",
    "datetime.date.today",
}  # fmt: skip
CHANCE = ("random", "secrets", "uuid", "os.urandom")
IO = (
    "asyncio", "http", "io", "logging", "os", "pathlib", "selectors", "shutil", "signal", "socket",
    "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib.request",
)  # fmt: skip


def part(module: Module) -> str:
    return module.name.partition(".")[0]


def names(found: list[Module]) -> list[str]:
    return [module.name for module in found]


def of_syncd(module: Module) -> set[str]:
    """What a module imports of syncd, without the leading `syncd.`."""
    return {name.partition(".")[2] for name in module.imports() if name.startswith("syncd.")}


def foreign(module: Module) -> set[str]:
    tops = {name.partition(".")[0] for name in module.imports()}
    return tops - set(sys.stdlib_module_names) - {"syncd"}


def outside(*parts: str) -> list[Module]:
    return [module for module in modules() if part(module) not in parts]


def test_every_part_is_named_here() -> None:
    assert {part(module) for module in modules()} == set(MAY_IMPORT)


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_part_imports_only_what_lies_below_it(name: str) -> None:
    allowed = (name, *MAY_IMPORT[name], "__version__")
    for module in modules():
        if part(module) == name:
            strangers = {other for other in of_syncd(module) if not belongs(other, allowed)}
            assert strangers == set(), module.name


def test_parts_that_are_allowed_to_each_other_form_no_ring() -> None:
    left = {name: set(below) for name, below in MAY_IMPORT.items()}
    while ground := {name for name, below in left.items() if not below & set(left)}:
        left = {name: below for name, below in left.items() if name not in ground}
    assert left == {}


def test_adapters_do_not_know_each_other() -> None:
    for one, other in (("chat", "helpdesk"), ("helpdesk", "chat")):
        known = {name for module in within(one) for name in of_syncd(module)}
        assert not any(belongs(name, (other,)) for name in known)


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_part_uses_only_its_own_libraries(name: str) -> None:
    used = {found for module in modules() if part(module) == name for found in foreign(module)}
    assert used <= LIBRARIES.get(name, set())


def test_no_import_is_relative() -> None:
    assert [m.name for m in modules() if any(n.startswith(".") for n in m.imports())] == []


def test_core_does_nothing_but_think() -> None:
    for module in within("core"):
        assert [n for n in module.imports() if belongs(n, (*IO, *CHANCE))] == [], module.name
        assert module.names() & {*CLOCKS, "open", "print", "input", "exec", "eval"} == set()


def test_only_what_connects_knows_the_vendors_sdk_and_knows_it_late() -> None:
    def vendors(imported: set[str]) -> bool:
        return any(belongs(name, ("lark_oapi",)) for name in imported)

    assert names([m for m in modules() if vendors(m.imports())]) == [
        "chat.lark.connection.longconn",
        "chat.lark.connection.registration",
    ]
    assert names([m for m in modules() if vendors(m.early_imports())]) == []


def test_only_the_command_line_opens_the_sandbox() -> None:
    opening = [m for m in outside("sandbox") if any(belongs(n, ("sandbox",)) for n in of_syncd(m))]
    assert {part(module) for module in opening} == {"cli"}


def test_nothing_asks_whether_it_is_in_the_sandbox() -> None:
    asking = re.compile(r"\b(if|elif|while)\b.*\bsandbox\b")
    for module in outside("sandbox"):
        code = module.path.read_text(encoding="utf-8").splitlines()
        assert [line for line in code if asking.search(line)] == [], module.name


def test_only_app_reads_the_time_of_day() -> None:
    # APScheduler wants to be told in wall time when a job runs next; nothing else uses it.
    reading = [module for module in outside("sandbox") if module.names() & CLOCKS]
    assert names(reading) == ["app", "schedule"]


def test_chance_is_handed_in() -> None:
    using = [m for m in outside("sandbox") if any(belongs(n, CHANCE) for n in m.imports())]
    assert names(using) == ["app", "store.ids", "store.store"]


def test_only_the_command_line_prints_or_exits() -> None:
    speaking = {"print", "sys.exit", "exit", "quit", "os._exit", "os.abort", "sys.stdout"}
    for module in outside("cli"):
        assert module.names() & speaking == set(), module.name


def test_command_line_imports_nothing_heavy_before_it_is_needed() -> None:
    light = ("syncd.__version__", "syncd.cli", "syncd.core.errors")
    for module in within("cli"):
        early = {
            name
            for name in module.early_imports()
            if name.startswith("syncd.") and not belongs(name, light)
        }
        assert early <= for_types(module), module.name


def for_types(module: Module) -> set[str]:
    """What stands under `if TYPE_CHECKING:`."""
    blocks = [
        node
        for node in imports.ast.walk(module.tree)
        if isinstance(node, imports.ast.If) and imports.dotted(node.test) == "TYPE_CHECKING"
    ]
    return {
        name
        for block in blocks
        for name in Module("", module.path, imports.ast.Module(block.body, [])).imports()
    }


@pytest.mark.parametrize("folder", [imports.PACKAGE, TESTS, TESTS.parent / "migrations"])
def test_no_file_is_longer_than_one_can_read(folder: Path) -> None:
    lengths = {
        str(path.relative_to(folder)): len(path.read_text(encoding="utf-8").splitlines())
        for path in folder.rglob("*.py")
    }
    assert lengths
    assert {path: length for path, length in lengths.items() if length > 400} == {}


@pytest.mark.parametrize("name", ["utils", "util", "manager", "helpers", "misc", "common"])
def test_no_file_is_named_after_nothing(name: str) -> None:
    assert [m.name for m in modules() if m.name.rpartition(".")[2] == name] == []


def test_tests_patch_nothing() -> None:
    pretending = re.compile(
        r"\b(unittest\.mock|import mock|from mock|MagicMock|respx|pytest_httpx|httpx_mock"
        r"|pytest_mock|mocker)\b|\bmonkeypatch\.setattr\b|\.setattr\("
    )
    for path in TESTS.rglob("*.py"):
        if path != Path(__file__):
            code = path.read_text(encoding="utf-8").splitlines()
            assert [line for line in code if pretending.search(line)] == [], path.name
