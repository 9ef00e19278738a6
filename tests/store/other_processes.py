"""Other processes on the same database."""

import subprocess
import sys


def start_process(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Run the program text in a Python of its own, with pipes to it and from it."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
