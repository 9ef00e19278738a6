"""Which tests may be skipped: those that skips.txt lists with a reason, where CI is set."""

import os
from pathlib import Path

import pytest

LISTED = "skips.txt"


def read(path: Path) -> dict[str, str]:
    """Return what a test's id begins with -> why it may be skipped; each needs a reason."""
    listed: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        test, _, reason = line.partition(" ")
        if not reason.strip():
            raise pytest.UsageError(f"{path}: {test} has no reason")
        listed[test] = reason.strip()
    return listed


class Skips:
    """Fails the session under CI over a skipped or expected-to-fail test that is not listed."""

    def __init__(self, listed: dict[str, str]) -> None:
        self._listed = tuple(listed)
        self._unlisted: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report.nodeid, report.skipped)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report.nodeid, report.skipped)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._unlisted and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for test in self._unlisted:
            terminalreporter.write_line(
                f"skipped, but not listed with a reason in tests/{LISTED}: {test}", red=True
            )

    def _note(self, test: str, skipped: bool) -> None:
        if skipped and os.environ.get("CI") and not test.startswith(self._listed):
            self._unlisted.append(test)
