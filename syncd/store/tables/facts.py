"""Small facts of our own that no platform could tell again: anchors, cursors, gaps, outages ..."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select

from syncd.core.model import Anchor, ChatId, MessageId, Ms
from syncd.core.operators.alarms import Outage
from syncd.store.portable import insert_once, put
from syncd.store.schema import anchors, cursors, gaps, joined, outages, site
from syncd.store.tables.rows import Rows, columns, noun

_NAMED = cursors.c.name == bindparam("name")
_POSITION = select(cursors.c.position).where(_NAMED)
_AT = select(cursors.c.at_ms).where(_NAMED)
_ANCHOR = (
    select(anchors.c.message_id)
    .where(anchors.c.root == bindparam("id"))
    .order_by(anchors.c.at_ms.desc(), anchors.c.message_id)
    .limit(1)
)
_ROOT = select(anchors.c.root).where(anchors.c.message_id == bindparam("id"))
_OUTAGE = select(outages).where(outages.c.name == bindparam("name"))
_JOINED = select(joined.c.at_ms).where(joined.c.chat_id == bindparam("chat_id"))
_SITE = select(site.c.address).where(site.c.name == bindparam("name"))
_ADDRESS, _CLOUD_ID = "jsm", "jsm cloud id"


@dataclass(frozen=True)
class Gap:
    """Messages are missing since then and are still to be read back."""

    since_ms: Ms
    found_ms: Ms


class Facts(Rows):
    def keep_anchor(self, anchor: Anchor) -> None:
        """Let the thread go on below that message; what stands below earlier ones is its, too."""
        row = {"root": anchor.thread.root, "message_id": anchor.message_id}
        put(self._connection, anchors, {**row, "at_ms": self._scope.now})

    def anchor_of(self, root: MessageId) -> MessageId | None:
        """Return the message below which the thread goes on whose root is gone."""
        return self._run(_ANCHOR, id=root).scalar()

    def root_of(self, anchor: MessageId) -> MessageId | None:
        """Return the root by which the conversation below an anchor is known."""
        return self._run(_ROOT, id=anchor).scalar()

    def outage(self, name: str) -> Outage | None:
        """Return an outage that had not ended when it was last judged."""
        row = self._run(_OUTAGE, name=name).first()
        return noun(Outage, row) if row else None

    def keep_outage(self, name: str, outage: Outage | None) -> None:
        """Write down how it stands; None when it is over."""
        if outage is None:
            self._run(delete(outages).where(outages.c.name == name))
        else:
            put(self._connection, outages, columns(outage, outages, name=name))

    def gaps(self) -> list[Gap]:
        """Return what was found missing and is not read back yet."""
        rows = self._run(select(gaps).order_by(gaps.c.since_ms, gaps.c.found_ms))
        return [noun(Gap, row) for row in rows]

    def add_gap(self, since_ms: Ms) -> None:
        row = {"since_ms": since_ms, "found_ms": self._scope.now}
        insert_once(self._connection, gaps, row, "since_ms+found_ms")

    def close_gap(self, gap: Gap) -> None:
        """Forget what was read back; one that somebody found meanwhile stays."""
        same = (gaps.c.since_ms == gap.since_ms, gaps.c.found_ms == gap.found_ms)
        self._run(delete(gaps).where(*same))

    def joined_ms(self, chat_id: ChatId) -> Ms:
        """Return since when the bot hears a group, 0 when nobody told."""
        return Ms(self._run(_JOINED, chat_id=chat_id).scalar() or 0)

    def keep_joined(self, chat_id: ChatId) -> None:
        put(self._connection, joined, {"chat_id": chat_id, "at_ms": self._scope.now})

    def site(self) -> str | None:
        """Return whose tickets the Links are about: address and project; None at first."""
        return self._run(_SITE, name=_ADDRESS).scalar()

    def keep_site(self, address: str) -> None:
        put(self._connection, site, {"name": _ADDRESS, "address": address})

    def cloud_id(self) -> str:
        """Return what names that site whatever its address, empty when it was never told."""
        return self._run(_SITE, name=_CLOUD_ID).scalar() or ""

    def keep_cloud_id(self, cloud_id: str) -> None:
        put(self._connection, site, {"name": _CLOUD_ID, "address": cloud_id})


class Cursors(Rows):
    """How far each source was read."""

    def get(self, name: str) -> Ms:
        """Return the cursor, 0 when the source was never read."""
        return Ms(self._run(_POSITION, name=name).scalar() or 0)

    def set(self, name: str, value: Ms) -> None:
        row = {"name": name, "position": value, "at_ms": self._scope.now}
        put(self._connection, cursors, row)

    def at(self, name: str) -> Ms:
        """Return when the cursor was last written, 0 when never."""
        return Ms(self._run(_AT, name=name).scalar() or 0)
