"""Breaks a copy of syncd in one way at a time and asks whether the tests notice: `make mutants`.

Exits 1 when a change goes unnoticed or no longer fits the code. Words given on the command line
choose the mutations whose names hold one of them.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mutations import MUTATIONS, Misfit, Mutation

ROOT = Path(__file__).resolve().parents[2]
_COPIED = (
    "syncd",
    "tests",
    "migrations",
    "openapi",
    "pyproject.toml",
    "config.toml",
    "README.md",
    "docs",
)
_LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*")
_FAILED = re.compile(r"^FAILED (\S+?)(?:\[.*)?(?: - .*)?$", re.MULTILINE)
_TESTS_FAILED = 1


def copied(to: Path) -> Path:
    """Copy what the tests need, so that the checkout itself is never changed."""
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=_LEFT_OUT)
        elif source.exists():
            shutil.copy(source, to / name)
    return to


def noticed_by(mutation: Mutation, tree: Path) -> str:
    """Return the test that fails on the changed code, empty when none does."""
    original = (tree / mutation.file).read_bytes()
    try:
        mutation.apply(tree)
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutation.tests],
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "CI": ""},
            capture_output=True,
            text=True,
        )
    finally:
        (tree / mutation.file).write_bytes(original)
    found = _FAILED.search(ended.stdout)
    if ended.returncode == _TESTS_FAILED and found:
        return found[1]
    if ended.returncode == 0:
        return ""
    raise Misfit(f"{mutation.name}: the tests could not run\n{ended.stdout}{ended.stderr}")


def main() -> int:
    """Try every mutation that was asked for; return the exit status."""
    chosen = [m for m in MUTATIONS if not sys.argv[1:] or any(w in m.name for w in sys.argv[1:])]
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = copied(Path(folder))
        for mutation in chosen:
            began = time.monotonic()
            try:
                test = noticed_by(mutation, tree)
            except Misfit as misfit:
                print(misfit, file=sys.stderr)
                test = ""
            survived += not test
            took = time.monotonic() - began
            print(f"{took:5.1f} s  {mutation.name}\n         -> {test or 'SURVIVED'}", flush=True)
    print(f"{len(chosen) - survived} of {len(chosen)} mutants were noticed")
    return 1 if survived or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
