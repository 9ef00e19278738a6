"""The long connection's frame (`pbbp2.Frame`, protobuf 2), encoded and decoded without I/O."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

CONTROL, DATA = 0, 1
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class BadFrame(ValueError):
    """The bytes are not a frame."""


@dataclass(frozen=True)
class Frame:
    """One frame; field numbers and types are those of the vendor's SDK (`ws/pb/pbbp2_pb2.py`)."""

    seq_id: int
    log_id: int
    service: int
    method: int
    headers: tuple[tuple[str, str], ...] = ()
    payload_encoding: str | None = None
    payload_type: str | None = None
    payload: bytes | None = None
    log_id_new: str | None = None

    def header(self, key: str) -> str | None:
        """Return the first header of that name."""
        return next((v for k, v in self.headers if k == key), None)

    def with_payload(self, payload: bytes) -> "Frame":
        return replace(self, payload=payload)


def encode(frame: Frame) -> bytes:
    """Return the frame's bytes, fields in the order of their numbers."""
    out = bytearray()
    for number, value in enumerate(
        (frame.seq_id, frame.log_id, frame.service, frame.method), start=1
    ):
        out += _varint(number << 3 | _VARINT) + _varint(value)
    for key, text in frame.headers:
        out += _chunk(5, _chunk(1, key.encode()) + _chunk(2, text.encode()))
    optional = (frame.payload_encoding, frame.payload_type, frame.payload, frame.log_id_new)
    for number, item in enumerate(optional, start=6):
        if item is not None:
            out += _chunk(number, item if isinstance(item, bytes) else item.encode())
    return bytes(out)


@dataclass
class _Parts:
    numbers: dict[int, int] = field(default_factory=dict)
    chunks: dict[int, bytes] = field(default_factory=dict)
    headers: list[tuple[str, str]] = field(default_factory=list)


def decode(data: bytes) -> Frame:
    """Return the frame in `data`; raises BadFrame."""
    parts = _Parts()
    try:
        for number, value in _fields(data):
            if number == 5 and isinstance(value, bytes):
                parts.headers.append(_header(value))
            elif isinstance(value, bytes):
                parts.chunks[number] = value
            else:
                parts.numbers[number] = value
        return _frame(parts)
    except (IndexError, KeyError, UnicodeDecodeError) as exc:
        raise BadFrame(f"not a frame: {exc!r}") from exc


def _frame(parts: _Parts) -> Frame:
    def text(number: int) -> str | None:
        chunk = parts.chunks.get(number)
        return None if chunk is None else chunk.decode()

    return Frame(
        seq_id=parts.numbers[1],
        log_id=parts.numbers[2],
        service=_int32(parts.numbers[3]),
        method=_int32(parts.numbers[4]),
        headers=tuple(parts.headers),
        payload_encoding=text(6),
        payload_type=text(7),
        payload=parts.chunks.get(8),
        log_id_new=text(9),
    )


def _header(data: bytes) -> tuple[str, str]:
    chunks = {n: v for n, v in _fields(data) if isinstance(v, bytes)}
    return chunks[1].decode(), chunks[2].decode()


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    position = 0
    while position < len(data):
        tag, position = _read_varint(data, position)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            value, position = _read_varint(data, position)
            yield number, value
            continue
        if kind == _BYTES:
            size, position = _read_varint(data, position)
        elif kind in (_FIXED64, _FIXED32):
            size = 8 if kind == _FIXED64 else 4
        else:
            raise BadFrame(f"wire type {kind}")
        if position + size > len(data):
            raise BadFrame("cut short")
        if kind == _BYTES:
            yield number, data[position : position + size]
        position += size


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise BadFrame("endless number")


def _varint(value: int) -> bytes:
    value &= 0xFFFFFFFFFFFFFFFF
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _chunk(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(data)) + data


def _int32(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value & 0x80000000 else value
