"""The systemd unit that runs the daemon.

https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html
"""

import os
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template

FOLDER = Path("/etc/syncd")
"""Where the configuration and, readable by root alone, the secrets of an installed service are."""
STATE = Path("/var/lib/syncd")
"""Where systemd keeps what StateDirectory= names."""
WATCHDOG_SECONDS = 30
_HIDDEN = ("/home", "/root", "/run/user", "/tmp", "/var/tmp")  # noqa: S108 - none is written to
"""What ProtectHome= and PrivateTmp= hide from the service."""
_STEPS_SINCE = 254
"""The version of systemd that can wait longer each time before it starts a service again."""
_RESTART = "RestartSec=5s"
_RESTART_IN_STEPS = "RestartSec=1s\nRestartSteps=8\nRestartMaxDelaySec=60s"


@dataclass(frozen=True)
class Unit:
    """What differs from one machine to the next."""

    program: Path
    """The command `syncd` of the installation that is to run."""
    interpreter: Path
    """The Python behind it, links followed."""
    config: Path
    credentials: tuple[str, ...]
    """Names of the secrets; each stands in a file of its name beside the configuration."""
    systemd: int = 0
    """The version of systemd, 0 where it is not known."""
    watchdog_seconds: int = WATCHDOG_SECONDS

    def text(self) -> str:
        """Return the unit as it stands in /etc/systemd/system."""
        template = Template(resources.files("syncd.ops").joinpath("syncd.service").read_text())
        loads = (f"LoadCredential={n}:{self.config.parent / n}" for n in self.credentials)
        return template.substitute(
            program=self.program,
            config=self.config,
            credentials="\n".join(loads),
            restart=_RESTART_IN_STEPS if self.systemd >= _STEPS_SINCE else _RESTART,
            watchdog_seconds=self.watchdog_seconds,
        )

    def problems(self) -> list[str]:
        """Return why a service of this unit could not start, as sentences."""
        found = []
        for path in (self.program, self.interpreter, self.config):
            ways = (Path(os.path.abspath(path)), path.resolve())
            if any(way.is_relative_to(hidden) for way in ways for hidden in _HIDDEN):
                found.append(
                    f"{path} is hidden from services: install syncd below /opt, with the system's "
                    "own Python, and keep its configuration in /etc."
                )
            if any(letter.isspace() or letter in "%$\\\"'" for letter in str(path)):
                found.append(f"{path} has letters in it that a unit cannot name.")
        return found


def sample() -> Path:
    """Return the sample of the configuration, of the installed package or of a checkout."""
    package = Path(str(resources.files("syncd")))
    installed = package / "_config" / "config.toml"
    return installed if installed.exists() else package.parent / "config.toml"
