"""A file as a message or a comment tells of it."""

from dataclasses import dataclass

from syncd.core.model import CommentId

_FILES = "/files"


@dataclass(frozen=True)
class InMessage:
    """A picture or a file in a message of the chat."""

    key: str
    """By which the chat platform hands it out, together with its message."""
    kind: str
    """`image` or `file`, as the platform asks for it."""
    name: str = ""
    """As its sender named it; pictures and sound have none."""


@dataclass(frozen=True)
class OnComment:
    """A file that is attached to a comment of a ticket."""

    id: str
    name: str
    size: int
    """In bytes, as the helpdesk tells it."""


def of_files(comment_id: CommentId) -> CommentId:
    """Return the name under which the messages are paired that show a comment's files: they leave
    the chat with its words, and are never changed."""
    return CommentId(f"{comment_id}{_FILES}")


def without_files(comment_id: CommentId) -> CommentId:
    """Return the comment, whether its words or its files are meant."""
    return CommentId(comment_id.removesuffix(_FILES))
