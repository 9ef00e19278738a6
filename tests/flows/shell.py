"""The command line, run beside a house.

In this process, for its start would take longer than what it does; tests/test_cli.py starts it.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import structlog

from syncd.cli import main


@dataclass(frozen=True)
class Shell:
    folder: Path

    def run(self, *words: str, status: int = 0) -> str:
        """Run `syncd` on the house's configuration; return what it printed, errors included."""
        code, printed = self.ask(*words)
        assert code == status, printed
        return printed

    def ask(self, *words: str) -> tuple[object, str]:
        """Run it, and return its exit status and what it printed."""
        printed = io.StringIO()
        with _logging_as_before(), redirect_stdout(printed), redirect_stderr(printed):
            try:
                main([*words, "--config", str(self.folder / "config.toml")])
            except SystemExit as ended:
                code = ended.code
        return code, printed.getvalue()


@contextmanager
def _logging_as_before() -> Iterator[None]:
    """Undo what the program does to the log, which is the log of this process."""
    root, own = logging.getLogger(), logging.getLogger("syncd")
    before, handlers, levels = structlog.get_config(), root.handlers, (root.level, own.level)
    try:
        yield
    finally:
        structlog.configure(**before)
        root.handlers = handlers
        root.setLevel(levels[0])
        own.setLevel(levels[1])
