"""A SQLite file: made for one user, used by one daemon."""

import fcntl
import os
from pathlib import Path

from syncd.core.errors import StoreError


class DatabaseFile:
    """The file, and a lock beside it that ends with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock_path = path.with_name(path.name + ".lock")
        self._lock: int | None = None

    def make(self) -> None:
        """Make an empty file if there is none; only its owner may read what people wrote."""
        try:
            self._path.touch(mode=0o600, exist_ok=True)
        except OSError as failure:
            raise StoreError(
                f"The database {self._path} cannot be made: {failure.strerror}."
            ) from failure

    def lock(self) -> None:
        """Take the lock; StoreError when another process or Store has it."""
        if self._lock is not None:
            return
        try:
            handle = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as failure:
            raise StoreError(
                f"The lock {self._lock_path} cannot be made: {failure.strerror}."
            ) from failure
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as failure:
            os.close(handle)
            raise StoreError(
                f"Another syncd is running on {self._path}; stop it first."
            ) from failure
        self._lock = handle

    def release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
