"""A lock that is held across a call to a platform or to the database."""

import threading


class Turnstile:
    """Lets one thread in at a time, again where it is in already.

    Whoever waits here stands in this file, and so is known to wait for somebody who is outside:
    `syncd.ops.pulse`.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
