"""The net for what is internal catches what gets out, whatever it is wrapped in."""

import internal
import pytest
from house import ACME, House


@pytest.mark.parametrize(
    "words", ["the customer *broke* it", 'he said "no" again', "客户自己弄坏了这个系统"]
)
def test_an_internal_comment_that_somebody_repeats_in_the_chat_is_noticed(
    house: House, words: str
) -> None:
    """Only the engineer's own public copy takes it out, which syncd cannot know."""
    story = house.files("aiko", ACME)
    secret = house.box.jira_people.comment("erin", story.key, words, public=False)
    house.poll()
    assert internal.got_out(house.box) == []
    house.box.jira_people.comment("erin", story.key, words)
    house.poll()
    assert internal.got_out(house.box) != []
    house.box.jira_people.flip(story.key, secret, public=True)
    assert internal.got_out(house.box) == []
