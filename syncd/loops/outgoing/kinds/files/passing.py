"""A place for a file on its way."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from syncd.core.errors import Unavailable


@contextmanager
def passing() -> Iterator[BinaryIO]:
    """Yield a file that has no name, so that nothing of it is left, however the process ends.

    It lies beside the database where systemd names a folder: there a temporary one may be memory.
    Unavailable when there is no room for it.
    """
    folder = os.environ.get("STATE_DIRECTORY", "").partition(":")[0] or None
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            yield cast(BinaryIO, file)
    except OSError as exc:
        raise Unavailable(f"there is no room for a file on its way: {exc.strerror}") from exc
