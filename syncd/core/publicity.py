"""Is this comment public? Fail closed: what is not proven public is not shown."""

from dataclasses import dataclass
from enum import StrEnum


class Publicity(StrEnum):
    PUBLIC = "public"
    NOT_PUBLIC = "not public"
    UNREADABLE = "unreadable"
    """The answer proves nothing; ask again later and show nothing meanwhile."""


@dataclass(frozen=True)
class Signs:
    """What Jira's answer says about a comment, unchanged; a missing member is None."""

    jsd_public: object = None
    visibility: object = None
    internal: object = None
    """The member `internal` of the property `sd.public.comment`, None when there is none."""
    author_can_see: object = None


# `jsdPublic` is true by default, even for a comment restricted to a role, so it is not enough:
# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
# The property that the portal writes on an internal comment is `sd.public.comment`, today a
# boolean and once the string "true".
def first_test(signs: Signs) -> Publicity:
    """Judge a comment by its own signs, without a call; PUBLIC only when all of them say so."""
    public = (
        signs.jsd_public is True
        and signs.visibility is None
        and (signs.internal is None or signs.internal is False)
        and (signs.author_can_see is None or signs.author_can_see is True)
    )
    return Publicity.PUBLIC if public else Publicity.NOT_PUBLIC


def why_hidden(signs: Signs) -> str:
    """Return why a comment that fails the first test is not shown, for the operator."""
    if signs.visibility is not None:
        return "restricted to a role or group"
    if signs.author_can_see is not None and signs.author_can_see is not True:
        return "its author may not see it"
    if signs.jsd_public is False or signs.internal is True:
        return "internal"
    return "nothing says that it is public"


def surely_hidden(signs: Signs) -> bool:
    """Tell whether a comment's own signs prove that it is not public.

    Not the opposite of `first_test`: a comment that is shown is withdrawn on proof alone, so that a
    missing or unknown sign in Jira's answer does not empty the chats.
    """
    return (
        signs.jsd_public is False
        or (signs.visibility is not None and signs.visibility != {})
        or signs.internal is True
        or signs.internal == "true"
    )
