"""A pytest of its own runs in another process, with our conftest.py and another list of skips."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_SKIPPED = "import pytest\n\n@pytest.mark.skip(reason='no moon')\ndef test_tide():\n    pass\n"


def _session(folder: Path, *, ci: bool, listed: str = "", tests: str = _SKIPPED) -> tuple[int, str]:
    for name in ("conftest.py", "skips.py", "compiled.py"):
        shutil.copy(_HERE / name, folder)
    (folder / "skips.txt").write_text(listed)
    (folder / "test_sea.py").write_text(tests)
    (folder / "pytest.ini").write_text("[pytest]\n")
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    if ci:
        environment["CI"] = "true"
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_an_unlisted_skip_fails_the_session_under_ci(tmp_path: Path) -> None:
    status, said = _session(tmp_path, ci=True)
    assert status == 1
    assert (
        "skipped, but not listed with a reason in tests/skips.txt: test_sea.py::test_tide" in said
    )


def test_an_unlisted_skip_passes_on_a_developers_machine(tmp_path: Path) -> None:
    status, said = _session(tmp_path, ci=False)
    assert status == 0
    assert "not listed" not in said


def test_a_listed_skip_passes_under_ci(tmp_path: Path) -> None:
    status, said = _session(tmp_path, ci=True, listed="test_sea.py::test_tide needs a moon\n")
    assert status == 0
    assert "not listed" not in said


@pytest.mark.parametrize(
    "tests",
    [
        "import pytest\npytest.skip('no sea', allow_module_level=True)\n",
        "import pytest\npytest.importorskip('no_such_sea')\n\ndef test_tide():\n    pass\n",
        "import pytest\n\n@pytest.mark.xfail\ndef test_tide():\n    assert 0\n",
    ],
    ids=["whole file", "missing import", "expected failure"],
)
def test_every_kind_of_skip_counts(tmp_path: Path, tests: str) -> None:
    status, said = _session(tmp_path, ci=True, tests=tests)
    assert status == 1
    assert "test_sea.py" in said


def test_a_listed_skip_needs_its_reason(tmp_path: Path) -> None:
    status, said = _session(tmp_path, ci=True, listed="test_sea.py::test_tide\n")
    assert status == pytest.ExitCode.USAGE_ERROR
    assert "test_sea.py::test_tide has no reason" in said
