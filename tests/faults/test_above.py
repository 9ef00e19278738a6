"""What was said above a thread whose root is gone, and of which the answer was lost."""

from faults.stories import MESSAGE, engineer_says, wait_and_poll
from house import ACME, House


def test_a_post_above_its_thread_is_found_soon_and_the_conversation_goes_on_below_it(
    house: House,
) -> None:
    story = house.files("aiko", ACME)
    house.box.lark_people.recall("aiko", story.root)
    house.fail("lark", MESSAGE, "drop_after")
    engineer_says(house, story, "found it")
    house.poll()
    wait_and_poll(house, 10, 30, 60, 60, 60)
    (post,) = house.posts("chen", ACME)
    assert "found it" in post.text
    assert house.undelivered() == []

    house.says("aiko", ACME, "still broken", thread=post.message_id)
    assert "still broken" in str(house.box.jira_people.comments(story.key)[-1])
    engineer_says(house, story, "fixed it")
    wait_and_poll(house, 10)
    (post,) = house.posts("chen", ACME)
    assert "fixed it" in post.thread[-1].text
