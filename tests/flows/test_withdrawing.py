"""A comment that was shown and is public no more is taken away from the chat."""

from house import ACME, GLOBEX, House, Story


def answered(house: House, person: str, chat: str, words: str) -> tuple[Story, str]:
    story = house.files(person, chat)
    comment = house.box.jira_people.comment("erin", story.key, words)
    house.poll()
    return story, comment


def reread(house: House) -> None:
    house.app.rereader.run_once()
    house.settle()


def test_a_comment_made_internal_is_withdrawn_within_the_hour(house: House) -> None:
    """Hiding a comment does not move its ticket, so no poll would ever notice."""
    story, comment = answered(house, "aiko", ACME, "too much said")
    assert len(house.thread("chen", ACME, story.root)) == 2
    house.box.jira_people.flip(story.key, comment, public=False)
    house.poll()
    reread(house)
    shown = [m for m in house.thread("chen", ACME, story.root) if not m.recalled]
    assert ["too much said" in m.text for m in shown] == [False]
    assert house.undelivered() == []


def test_a_deleted_comment_is_withdrawn_from_the_group(house: House) -> None:
    story, comment = answered(house, "ben", GLOBEX, "wrong customer")
    house.box.jira_people.delete(story.key, comment)
    reread(house)
    assert [m for m in house.posts("dora", GLOBEX) if not m.recalled] == []


def test_the_next_poll_withdraws_when_the_ticket_moved(house: House) -> None:
    story, comment = answered(house, "aiko", ACME, "too much said")
    house.box.jira_people.flip(story.key, comment, public=False)
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    assert all("too much" not in m.text for m in house.thread("chen", ACME, story.root))


def test_where_a_recall_is_refused_a_notice_takes_the_place_of_the_words(house: House) -> None:
    story, comment = answered(house, "aiko", ACME, "too much said")
    house.fail(
        "lark",
        "DELETE /open-apis/im/v1/messages/",
        "refuse",
        status=400,
        body='{"code":230020000,"msg":"no"}',
    )
    house.box.jira_people.delete(story.key, comment)
    reread(house)
    _, notice = house.thread("chen", ACME, story.root)
    assert "too much said" not in notice.text
    assert "取り下げ" in notice.text


def test_what_was_withdrawn_is_not_shown_again(house: House) -> None:
    story, comment = answered(house, "aiko", ACME, "now you see me")
    house.box.jira_people.flip(story.key, comment, public=False)
    reread(house)
    house.box.jira_people.flip(story.key, comment, public=True)
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    reread(house)
    assert all("now you see me" not in m.text for m in house.thread("chen", ACME, story.root))


def test_a_lost_permission_is_not_a_deletion(house: House) -> None:
    story, _ = answered(house, "aiko", ACME, "still here")
    house.box.jira_state.switches.bot_sees_project = False
    reread(house)
    house.box.jira_state.switches.bot_sees_project = True
    reread(house)
    _, answer = house.thread("chen", ACME, story.root)
    assert "still here" in answer.text
    assert not answer.recalled


def test_a_withheld_comment_comes_back_when_the_portal_shows_it(house: House) -> None:
    story = house.files("aiko", ACME)
    comment = house.box.jira_people.comment("erin", story.key, "a moment")
    house.app.poller.run_once()
    house.box.jira_people.flip(story.key, comment, public=False)
    house.settle()
    house.box.jira_people.flip(story.key, comment, public=True)
    reread(house)
    house.poll()
    _, answer = house.thread("chen", ACME, story.root)
    assert "a moment" in answer.text


def test_a_comment_corrected_while_it_waited_is_shown_corrected(house: House) -> None:
    story = house.files("aiko", ACME)
    house.fail("lark", "POST /open-apis/im/v1/messages/.*/reply", "refuse", times=-1, status=429)
    comment = house.box.jira_people.comment("erin", story.key, "the password is CANARY")
    house.poll()
    house.box.jira_people.edit(story.key, comment, "ask me for the password")
    before = house.sent_to_lark().count("CANARY")
    house.box.world.faults.clear()
    house.time_passes(seconds=300)
    house.settle()
    _, answer = house.thread("chen", ACME, story.root)
    assert "ask me for the password" in answer.text
    assert house.sent_to_lark().count("CANARY") == before


def test_a_list_that_leaves_comments_out_withdraws_nothing(house: House) -> None:
    story, _ = answered(house, "aiko", ACME, "still here")
    house.fail(
        "jsm",
        "POST /rest/api/3/comment/list",
        "refuse",
        status=200,
        body='{"values": [], "total": 0, "startAt": 0, "maxResults": 1000, "isLast": true}',
        headers={"content-type": "application/json", "x-aaccountid": "712020:bot"},
    )
    reread(house)
    _, answer = house.thread("chen", ACME, story.root)
    assert "still here" in answer.text
    assert not answer.recalled


def test_an_author_who_leaves_takes_no_comment_along(house: House) -> None:
    story, comment = answered(house, "aiko", ACME, "still here")
    ticket = house.box.jira_state.by_id[house.box.jira_people.ticket(story.key).id]
    next(c for c in ticket.comments if str(c.id) == comment).author_can_see_request = False
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    reread(house)
    _, answer = house.thread("chen", ACME, story.root)
    assert "still here" in answer.text
    assert not answer.recalled


def test_an_outage_of_hours_does_not_keep_a_withdrawal_from_happening(house: House) -> None:
    story, comment = answered(house, "aiko", ACME, "too much said")
    house.fail("lark", "(DELETE|PATCH) /open-apis/im/v1/messages/", "drop_before", times=-1)
    house.box.jira_people.delete(story.key, comment)
    reread(house)
    house.time_passes(seconds=2 * 3600)
    house.settle()
    house.box.world.faults.clear()
    house.time_passes(seconds=600)
    house.settle()
    shown = [m for m in house.thread("chen", ACME, story.root) if not m.recalled]
    assert all("too much said" not in m.text for m in shown)
    assert house.undelivered() == []


def test_what_was_internal_first_and_public_later_is_shown(house: House) -> None:
    story = house.files("aiko", ACME)
    comment = house.box.jira_people.comment("erin", story.key, "now for you", public=False)
    house.poll()
    house.box.jira_people.flip(story.key, comment, public=True)
    house.poll()
    assert len(house.thread("chen", ACME, story.root)) == 1
    reread(house)
    house.poll()
    assert "now for you" in house.thread("chen", ACME, story.root)[-1].text
