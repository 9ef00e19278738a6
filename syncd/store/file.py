"""A SQLite file: made for one user, used by one daemon."""

import fcntl
import os
import time
from pathlib import Path

from syncd.core.errors import StoreError

_TRIES = 10
_PAUSE_SECONDS = 0.05


class DatabaseFile:
    """The file, and a lock beside it that the operating system releases when the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock_path = path.with_name(path.name + ".lock")
        self._lock: int | None = None

    def make(self) -> None:
        """Make an empty file if there is none; only its owner may read what people wrote."""
        try:
            self._path.touch(mode=0o600, exist_ok=True)
            if self._path.stat().st_mode & 0o077:
                self._path.chmod(0o600)
        except OSError as failure:
            raise StoreError(
                f"The database {self._path} cannot be made: {failure.strerror}."
            ) from failure

    def can_be_used(self) -> bool:
        """Tell whether the file is there; StoreError when it cannot be made or written."""
        folder, there = self._path.parent, self._path.exists()
        for path in [folder, *([self._path] if there else [])]:
            if not os.access(path, os.W_OK):
                wrong = "cannot be written" if path.exists() else "is not there"
                raise StoreError(f"The database {self._path} cannot be used: {path} {wrong}.")
        if not folder.is_dir() or self._path.is_dir():
            raise StoreError(f"The database {self._path} cannot be used: it is no file.")
        return there

    def size(self) -> int:
        """Return the bytes of the file and of its journal; 0 when there is none."""
        journal = self._path.with_name(self._path.name + "-wal")
        try:
            return sum(path.stat().st_size for path in (self._path, journal) if path.exists())
        except OSError:
            return 0  # The journal has gone in that moment.

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
        if not _taken(handle):
            os.close(handle)
            raise StoreError(f"Another syncd is running on {self._path}; stop it first.")
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._lock = handle

    def holder(self) -> int | None:
        """Return the number of the process that has the lock, 0 where it is not told, else None."""
        try:
            handle = os.open(self._lock_path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as failure:
            raise StoreError(
                f"The lock {self._lock_path} cannot be read: {failure.strerror}."
            ) from failure
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            said = os.pread(handle, 20, 0)
            return int(said) if said.isdigit() else 0
        finally:
            os.close(handle)
        return None

    def release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _taken(handle: int) -> bool:
    """Take the lock; `holder` of another process may have it for a moment."""
    for again in reversed(range(_TRIES)):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            time.sleep(_PAUSE_SECONDS if again else 0)
    return False
