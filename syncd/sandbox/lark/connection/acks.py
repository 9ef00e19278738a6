"""Reading what a client sends back for a data frame."""

import base64
import binascii
import json
from dataclasses import dataclass

from syncd.sandbox.lark.connection.frames import Frame


class BadAck(ValueError):
    """The payload of an ack cannot be read."""


@dataclass(frozen=True)
class Ack:
    """`{"code": 200, "data": base64}`; `data` is None when the key is missing."""

    code: int
    data: bytes | None


def echoed(sent: list[Frame], ack: Frame) -> str:
    """Return what the ack did not carry back untouched, or "".

    The acked frame of a fragmented payload is whichever arrived last, so any of them will do.
    """
    for frame in sent:
        missing = [k for k, v in frame.headers if ack.header(k) != v]
        same = (frame.seq_id, frame.log_id, frame.service, frame.method) == (
            ack.seq_id,
            ack.log_id,
            ack.service,
            ack.method,
        )
        if same and not missing:
            return ""
    return f"the ack is not the frame that was sent: headers {dict(ack.headers)}"


def read_ack(payload: bytes) -> Ack:
    """Return the ack in a frame's payload; raises BadAck."""
    try:
        body = json.loads(payload)
    except ValueError as exc:
        raise BadAck(f"the ack's payload is not JSON: {payload[:80]!r}") from exc
    if not isinstance(body, dict) or type(body.get("code")) is not int:
        raise BadAck(f"the ack has no code: {payload[:80]!r}")
    if unknown := set(body) - {"code", "headers", "data"}:
        raise BadAck(f"the ack has unknown members: {sorted(unknown)}")
    data = body.get("data")
    if data is None:
        return Ack(body["code"], None)
    try:
        return Ack(body["code"], base64.b64decode(data, validate=True))
    except (TypeError, binascii.Error) as exc:
        raise BadAck(f"the ack's data is not base64: {data!r}") from exc
