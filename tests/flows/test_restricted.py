"""A role restriction, of which the portal says nothing, comes while others are being decided."""

from collections.abc import Callable

import databases
from house import ACME, House, watch_of

from syncd.core.model import Comment, CommentId

# On SQLite alone: what was read is not yet a row that could be made older on a server.
url = databases.fresh_on(databases.SQLITE)


class SlowDetails:
    """The helpdesk, but something happens after the comments were read with all their signs."""

    def __init__(self, house: House, meanwhile: Callable[[], object]) -> None:
        self._helpdesk = house.app.helpdesk
        self._meanwhile = meanwhile
        self.changed_since = self._helpdesk.changed_since
        self.tickets = self._helpdesk.tickets

    def comment_details(self, ids: list[CommentId]) -> dict[CommentId, Comment]:
        found = self._helpdesk.comment_details(ids)
        self._meanwhile()
        return found


def test_what_is_restricted_to_a_role_while_others_are_decided_is_not_shown(house: House) -> None:
    story = house.files("aiko", ACME)
    house.poll()
    house.app.watch.hand_over()
    comment = house.box.jira_people.comment("erin", story.key, "for engineers only, please")

    def meanwhile() -> None:
        house.time_passes(seconds=5)
        house.box.jira_people.restrict(story.key, comment, "Service Desk Team")

    house.polls(watch_of(house, "slow", SlowDetails(house, meanwhile)))
    house.settle()
    assert house.thread("chen", ACME, story.root)[1:] == []
