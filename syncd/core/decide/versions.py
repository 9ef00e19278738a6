"""Which version of a comment the chat shows, and in which messages."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from syncd.core import text
from syncd.core.files.found import without_files
from syncd.core.model import (
    Comment,
    CommentId,
    MessageId,
    Origin,
    SeenComment,
    SeenVerdict,
    Twin,
)
from syncd.core.text import Body


def digest_of(body: Body) -> str:
    """Return what tells this text from any other: 16 characters."""
    return hashlib.sha256(text.dump(body).encode("utf-8", "replace")).hexdigest()[:16]


def times_of(seen: SeenComment | None) -> int:
    """Return how often a comment was withdrawn."""
    return seen.times if seen else 0


def is_edited(seen: SeenComment, comment: Comment) -> bool:
    """Tell whether the comment says something else than what was queued for the chat, or than its
    message shows: what shows it reads it once more, and may see an edit that is taken back later.

    Jira moves the stamp for other reasons, too, and a newer syncd may read the same document as
    another text: only both together are an edit.
    """
    if seen.verdict is not SeenVerdict.TOLD or not seen.digest:
        return False
    others = {seen.digest, seen.shown or seen.digest} - {digest_of(comment.body)}
    return comment.updated_ms != seen.edited_ms and bool(others)


def standing(
    twins: Iterable[Twin], seen: Mapping[CommentId, SeenComment]
) -> dict[CommentId, tuple[MessageId, ...]]:
    """Return the messages of ours that show each comment now: its post, and corrections of it."""
    found: dict[CommentId, tuple[MessageId, ...]] = defaultdict(tuple)
    for twin in twins:
        one = seen.get(without_files(twin.comment_id))
        if twin.origin is Origin.HELPDESK and twin.times == times_of(one):
            found[twin.comment_id] += (twin.message_id,)
    return dict(found)
