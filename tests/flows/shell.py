"""The command line, run beside a house in a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Shell:
    folder: Path

    def run(self, *words: str, status: int = 0) -> str:
        """Run `syncd` on the house's configuration; return what it printed, errors included."""
        config = str(self.folder / "config.toml")
        done = subprocess.run(
            [sys.executable, "-m", "syncd", *words, "--config", config],
            env=os.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        assert done.returncode == status, done.stdout
        return done.stdout
