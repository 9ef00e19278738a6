"""`make faults`: the fault suite and the crash matrix, and the table of docs that they come to.

python -m faults.run [SEEDS] [JOBS], in the folder of the tests.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from faults import rows
from faults.crash.campaign import Report, conduct
from faults.rows import Row

_TESTS = Path(__file__).parents[1]
_ROOT = _TESTS.parent
_PROMISES = _ROOT / "docs" / "promises.md"
_SEEDS, _JOBS = 5, 8
"""A play waits three quarters of its time, so that four of them keep one processor busy."""
_EVERY_REPETITION_FROM = 50
"""With so many seeds, points that come again are tried again, too."""


def main() -> int:
    numbers = [int(word) for word in sys.argv[1:]] + [_SEEDS, _JOBS][len(sys.argv) - 1 :]
    seeds, jobs = numbers[:2]
    began = time.monotonic()
    status, proven = _suite()
    report = conduct(range(1, seeds + 1), jobs, times=2 if seeds >= _EVERY_REPETITION_FROM else 1)
    print(*report.lines(), sep="\n")
    print(f"{seeds} seeds, {time.monotonic() - began:.0f} s")
    if status != 0 or not report.good:
        return 1
    _publish([*proven, row_of(report)])
    return 0


def row_of(report: Report) -> Row:
    """Return what the crash matrix adds to the table."""
    return Row(
        "kill -9 before or after any commit and any call",
        "one form, one ticket, each answer and each reply once and in order",
        "`delivery_rescued` and `doubt_ended` after the restart",
        "make faults",
    )


def _suite() -> tuple[int, list[Row]]:
    """Run the tests of single faults; return pytest's status and the rows that they proved."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "pytest", "-q", "tests/faults"]
        command += ["--deselect", "tests/faults/test_published.py"]
        command += ["--ignore", "tests/faults/crash"]
        environment = {**os.environ, "FAULT_ROWS": str(target)}
        ended = subprocess.run(command, cwd=_ROOT, env=environment, check=False)
        return ended.returncode, rows.load(target) if target.exists() else []


def _publish(proven: list[Row]) -> None:
    page = _PROMISES.read_text(encoding="utf-8")
    try:
        written = rows.with_table(page, proven)
    except LookupError as missing:
        print(f"docs/promises.md was left as it is: {missing}")
        return
    _PROMISES.write_text(written, encoding="utf-8")
    print(f"docs/promises.md: {len(set(proven))} rows")


if __name__ == "__main__":
    sys.exit(main())
