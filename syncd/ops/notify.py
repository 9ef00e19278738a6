"""What the daemon tells systemd, as sd_notify(3) says.

https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from syncd.core.text import clean

_RELOAD_SECONDS = 90.0
"""How long the watchdog may wait from when a reload begins until the new start feeds it."""
_LONGEST = 1000
"""Letters; systemd leaves alone what is longer than 4096 bytes."""


@dataclass
class Supervisor:
    """Speaks to whoever started the daemon as a service; says nothing where nobody did.

    `address` is $NOTIFY_SOCKET: the path of a datagram socket, or `@` and an abstract name.
    `watchdog_seconds` is after how long without `alive` the supervisor restarts us, 0 for never.
    """

    address: str = ""
    watchdog_seconds: float = 0.0
    _status: str = field(default="", init=False)

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] = os.environ) -> "Supervisor":
        """Read what systemd handed to the process that it started, and to no child of it."""
        meant = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        micros = environment.get("WATCHDOG_USEC", "")
        seconds = int(micros) / 1_000_000 if meant and micros.isdecimal() else 0.0
        return cls(environment.get("NOTIFY_SOCKET", ""), seconds)

    def ready(self) -> bool:
        """Return whether it was heard, as every word here does."""
        # A reload may have asked for more time than usual.
        usual = f"\nWATCHDOG_USEC={_micros(self.watchdog_seconds)}" if self.watchdog_seconds else ""
        return self._send(f"READY=1{usual}")

    def reloading(self) -> bool:
        """Say that the configuration is being read again; `ready` ends it."""
        if self.watchdog_seconds:
            self._send(f"WATCHDOG_USEC={_micros(_RELOAD_SECONDS)}\nWATCHDOG=1")
        return self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> bool:
        return self._send("STOPPING=1\nSTATUS=Stopping.")

    def starting(self) -> bool:
        """Ask for half a minute more, at a start or a reload that has to wait."""
        return self._send("EXTEND_TIMEOUT_USEC=30000000") and self.alive()

    def alive(self) -> bool:
        """Feed the watchdog."""
        return bool(self.watchdog_seconds) and self._send("WATCHDOG=1")

    def frozen(self) -> bool:
        """Ask to be restarted now, as if the watchdog had not been fed."""
        return bool(self.watchdog_seconds) and self._send("WATCHDOG=trigger")

    def status(self, sentence: str) -> None:
        """Say how things are, in one sentence for `systemctl status`; once while it is the same."""
        line = " ".join(clean(sentence).split())[:_LONGEST]
        if line != self._status and self._send(f"STATUS={line}"):
            self._status = line

    def _send(self, message: str) -> bool:
        if not self.address:
            return False
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mouth:
                # One that has stopped reading must not hold up the thread that asks whether
                # others stand still.
                mouth.setblocking(False)
                mouth.connect(address)
                mouth.sendall(message.encode(errors="replace"))
        except OSError:
            return False  # A supervisor that does not listen is none; the daemon's work goes on.
        return True


def _micros(seconds: float) -> int:
    return int(seconds * 1_000_000)
