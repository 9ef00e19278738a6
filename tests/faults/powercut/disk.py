"""The disk that can be full, read-only or without power, built where there is a compiler."""

import shutil
import subprocess
from pathlib import Path

import pytest

_SOURCE = Path(__file__).with_name("disk.c")


def built(folder: Path) -> Path:
    """Compile the library into that folder; skips the test where there is no gcc."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no gcc to build the disk with")
    library = folder / "disk.so"
    flags = ["-shared", "-fPIC", "-O2", "-Wall"]
    subprocess.run([compiler, *flags, "-o", library, _SOURCE, "-ldl", "-lpthread"], check=True)
    return library
