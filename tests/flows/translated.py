"""Steps of stories in which comments are translated."""

from typing import Any

from house import GLOBEX, House, Story

from syncd.core.model import DeliveryState
from syncd.sandbox.lark.shown import Shown

MARK = "Machine translation"


def translates(house: House) -> None:
    """Let the engine be asked until nothing is left that is due, and show what it said."""
    while house.app.translation.run_once():
        pass
    house.app.watch.run_once()
    house.settle()


def card(house: House) -> Shown:
    """Return the bot's one update in the group of Globex."""
    (found,) = [m for m in house.posts("dora", GLOBEX) if not m.recalled]
    return found


def comments(
    house: House, story: Story, words: str | dict[str, Any], *, public: bool = True
) -> str:
    """Let an engineer write, and syncd post it; nothing is translated yet."""
    comment = house.box.jira_people.comment("erin", story.key, words, public=public)
    house.poll()
    return comment


def reasons(house: House) -> list[str]:
    return [delivery.reason for delivery in house.deliveries(DeliveryState.DEAD)]
