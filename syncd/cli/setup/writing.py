"""Writes the files all together, or not at all."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from syncd.core.errors import SyncdError


def need_place(path: Path) -> None:
    """Find out before anything is asked whether that file could be written."""
    folder = next(place for place in path.parents if place.exists())
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        raise SyncdError(
            f"{path} could not be written: {folder} is not yours to write into. Run this as its "
            "owner (for /etc/syncd as root), or name another place with --config."
        )


def write(files: Mapping[Path, tuple[str, int]]) -> None:
    """Write each file whole, with its mode, in the order given; SyncdError leaves all as it was.

    A file is written beside its place first, and takes it only when all are on the disk.
    """
    made: list[tuple[Path, Path]] = []
    try:
        for path, (text, mode) in files.items():
            path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            made.append((_beside(path), path))
            _put(made[-1][0], text, mode)
        for fresh, path in made:
            os.replace(fresh, path)
    except OSError as failure:
        where = failure.filename or made[-1][1]
        raise SyncdError(
            f"{where} cannot be written: {failure.strerror}. What was there is as it was; mend "
            "that, and run `syncd setup` again."
        ) from failure
    finally:
        for fresh, _ in made:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.new")


def _put(path: Path, text: str, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
        os.fchmod(out.fileno(), mode)
