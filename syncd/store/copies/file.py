"""A copy in one file: gzip, JSON lines.

The first line is the header. Then, for each table, a line with its name and columns, and a line for
each row: a list, in which bytes stand as Base64. The last line counts the rows, so that a file that
was cut off is known.
"""

import binascii
import gzip
import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from syncd.core.errors import StoreError
from syncd.core.model import Ms
from syncd.store.copies.rows import Block, Row

_FORMAT = 1
_LEVEL = 3
"""Of compression; higher ones take much longer and save little."""


@dataclass(frozen=True)
class Header:
    """What a file says of itself."""

    version: str
    """Of the syncd that wrote it."""
    migration: str
    """Of the tables whose rows these are."""
    kind: str
    """Of the database: `sqlite`, `postgresql` ..."""
    taken_ms: Ms
    syncd_copy: int = _FORMAT


def write(path: Path, header: Header, blocks: Iterable[Block]) -> dict[str, int]:
    """Write the file whole or not at all, readable by its owner only; return the rows by table.

    StoreError when something else stands there, or it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.exists():
            _refuse_strange(path)
        with _new(beside) as out:
            counts = _write(out, header, blocks)
        beside.replace(path)
        _keep_name(path.parent)
    except OSError as failure:
        raise StoreError(f"{path} cannot be written: {failure.strerror}.") from failure
    finally:
        with suppress(OSError):
            beside.unlink()
    return counts


@contextmanager
def opened(path: Path) -> Iterator[tuple[Header, Iterator[Block]]]:
    """Open a file to be read from its beginning to its end; StoreError when it is none of ours, or
    damaged, which may show only at its end."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            yield _header(path, lines), _blocks(path, lines)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as failure:
        why = getattr(failure, "strerror", None) or "it is damaged, or no backup of syncd"
        raise StoreError(f"{path} cannot be read: {why}.") from failure


@contextmanager
def _new(path: Path) -> Iterator[TextIO]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        with gzip.open(file, "wt", _LEVEL, encoding="utf-8", newline="\n") as out:
            yield out
        file.flush()
        os.fsync(file.fileno())


def _keep_name(folder: Path) -> None:
    """Have the file's name survive a power cut, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_strange(path: Path) -> None:
    """An earlier backup is replaced; a database, or anything else, is not."""
    try:
        with opened(path):
            return
    except StoreError:
        raise StoreError(f"{path} is there already and no backup; name another file.") from None


def _write(out: TextIO, header: Header, blocks: Iterable[Block]) -> dict[str, int]:
    _line(out, asdict(header))
    counts: dict[str, int] = {}
    for block in blocks:
        _line(out, {"table": block.table, "columns": block.columns, "raw": block.raw})
        counts[block.table] = 0
        for row in block.rows:
            _line(out, [b64encode(v).decode() if isinstance(v, bytes) else v for v in row])
            counts[block.table] += 1
    _line(out, {"rows": counts})
    return counts


def _line(out: TextIO, said: object) -> None:
    out.write(json.dumps(said, separators=(",", ":")) + "\n")


def _header(path: Path, lines: TextIO) -> Header:
    said = _said(path, lines.readline())
    if not isinstance(said, dict) or "syncd_copy" not in said:
        raise _damaged(path)
    if said["syncd_copy"] != _FORMAT:
        raise StoreError(f"{path} was written by a newer syncd; install that one to read it.")
    try:
        return Header(**said)
    except TypeError:
        raise _damaged(path) from None


def _blocks(path: Path, lines: TextIO) -> Iterator[Block]:
    counts: dict[str, int] = {}
    ahead: list[Any] = [_said(path, lines.readline())]

    def rows(name: str, raw: list[bool]) -> Iterator[Row]:
        for line in lines:
            said = _said(path, line)
            if not isinstance(said, list):
                ahead.append(said)
                return
            counts[name] += 1
            yield _row(path, said, raw)

    while ahead:
        said = ahead.pop()
        if not isinstance(said, dict):
            raise _damaged(path)
        if "rows" in said:
            if said["rows"] != counts:
                raise _damaged(path)
            return
        name, columns, raw = said.get("table"), said.get("columns"), said.get("raw")
        if not isinstance(name, str) or not isinstance(columns, list) or not isinstance(raw, list):
            raise _damaged(path)
        counts[name] = 0
        in_base64 = [one in raw for one in columns]
        yield Block(name, tuple(columns), tuple(raw), rows(name, in_base64))
    raise _damaged(path)


def _row(path: Path, said: list[Any], raw: list[bool]) -> Row:
    try:
        return tuple(b64decode(v) if of else v for v, of in zip(said, raw, strict=True))
    except (ValueError, TypeError, binascii.Error):
        raise _damaged(path) from None


def _said(path: Path, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        raise _damaged(path) from None


def _damaged(path: Path) -> StoreError:
    return StoreError(f"{path} is damaged, or no backup of syncd.")
