"""What every test shares: hypothesis' profiles, which skips are allowed, what was not tested."""

import os
import sys
from pathlib import Path

import compiled
import pytest
import skips
from hypothesis import settings

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

compiled.share()

# What each part of the tests says about itself in the end, if it was loaded.
_REMARKS = (("databases", "skipped_line"), ("openapi", "report_line"))


def pytest_configure(config: pytest.Config) -> None:
    listed = skips.read(Path(__file__).with_name(skips.LISTED))
    config.pluginmanager.register(skips.Skips(listed))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for module, function in _REMARKS:
        if module in sys.modules:
            line = getattr(sys.modules[module], function)()
            if line:
                terminalreporter.write_line(line)
