"""A comment that was shown and is public no more is taken away from the chat."""

from collections.abc import Callable

import pytest
from house import ACME, GLOBEX, LOBBY, House, Story

from syncd.core.kinds import Withdraw
from syncd.core.model import DeliveryState
from syncd.core.watching import Reason

REPLY = "POST /open-apis/im/v1/messages/[^/]+/reply"


def answered(house: House, person: str, chat: str, words: str) -> tuple[Story, str]:
    story = house.files(person, chat)
    comment = house.box.jira_people.comment("erin", story.key, words)
    house.poll()
    return story, comment


def still_shown(house: House, story: Story) -> str:
    """Return all that the thread says and that was not taken back."""
    return "\n".join(m.text for m in house.thread("chen", ACME, story.root) if not m.recalled)


def reread(house: House) -> None:
    house.rereads()


def test_what_is_read_as_internal_while_its_post_is_in_doubt_is_withdrawn_within_minutes(
    house: House,
) -> None:
    story = house.files("aiko", ACME)
    comment = house.box.jira_people.comment("erin", story.key, "too much said")
    house.fail("lark", REPLY, "drop_after")
    house.poll()
    assert "too much said" in still_shown(house, story)
    house.box.jira_people.flip(story.key, comment, public=False)
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    assert "too much said" in still_shown(house, story)
    for _ in range(3):
        house.time_passes(seconds=40)
        house.tidy()
        house.poll()
    assert "too much said" not in still_shown(house, story)


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


def test_an_outage_at_the_hour_delays_the_withdrawal_by_minutes(house: House) -> None:
    story, comment = answered(house, "aiko", ACME, "too much said")
    house.box.jira_people.flip(story.key, comment, public=False)
    house.fail("jsm", "POST /rest/api/3/comment/list", "refuse")
    house.comes_due(Reason.SHOWN)
    house.app.watch.run_once()
    assert "too much said" in still_shown(house, story)
    house.time_passes(seconds=60)
    house.app.watch.run_once()
    house.settle()
    assert "too much said" not in still_shown(house, story)


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


def test_what_is_too_old_to_be_recalled_gives_its_place_to_a_notice(house: House) -> None:
    """Lark lets messages be recalled for a day only, where nobody has set it otherwise."""
    story, comment = answered(house, "aiko", ACME, "too much said")
    house.time_passes(seconds=2 * 86_400)
    house.box.jira_people.flip(story.key, comment, public=False)
    reread(house)
    _, notice = house.thread("chen", ACME, story.root)
    assert not notice.recalled
    assert "too much said" not in notice.text
    assert "取り下げ" in notice.text
    house.time_passes(seconds=151)
    house.settle()
    assert house.undelivered() == []


def test_what_can_neither_be_recalled_nor_replaced_is_left_to_a_person(house: House) -> None:
    """A card can be replaced for 14 days; after that only people can take it away."""
    story, comment = answered(house, "aiko", ACME, "too much said")
    house.time_passes(seconds=15 * 86_400)
    house.box.jira_people.flip(story.key, comment, public=False)
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    (dead,) = house.deliveries(DeliveryState.DEAD)
    assert isinstance(dead.command, Withdraw)


def test_what_was_withdrawn_is_shown_again_when_it_is_public_again(house: House) -> None:
    story, comment = answered(house, "aiko", ACME, "now you see me")
    house.box.jira_people.flip(story.key, comment, public=False)
    reread(house)
    house.box.jira_people.flip(story.key, comment, public=True)
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    reread(house)
    shown = [m for m in house.thread("chen", ACME, story.root) if "now you see me" in m.text]
    assert [m.recalled for m in shown] == [False]
    assert house.undelivered() == []


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
    comment = house.hides_before_the_post(story.key, "a moment")
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
    house.until(lambda: house.thread("chen", ACME, story.root)[1:], step=30)
    _, answer = house.thread("chen", ACME, story.root)
    assert "ask me for the password" in answer.text
    assert house.sent_to_lark().count("CANARY") == before


def test_a_comment_restricted_to_a_role_while_it_waited_is_not_shown(house: House) -> None:
    """The portal's view has no member that would tell of the restriction."""
    story = house.files("aiko", ACME)
    comment = house.box.jira_people.comment("erin", story.key, "too much said")
    house.polls()
    house.box.jira_people.restrict(story.key, comment, "Service Desk Team")
    house.time_passes(seconds=3)
    house.settle()
    assert len(house.thread("chen", ACME, story.root)) == 1
    (kept,) = house.undelivered()
    assert (kept.state, kept.reason) == (DeliveryState.WITHHELD, "restricted to a role or group")


def test_what_becomes_public_again_is_shown_after_what_became_public_before_it(
    house: House,
) -> None:
    story = house.files("aiko", ACME)
    desk = house.box.jira_people
    again = house.hides_before_the_post(story.key, "hidden for a while")
    house.fail("lark", REPLY, "refuse", times=-1, status=429)
    desk.comment("erin", story.key, "public all the time")
    house.poll()
    desk.flip(story.key, again, public=True)
    desk.transition(story.key, "In progress")
    house.poll()
    house.box.world.faults.clear()
    house.until(lambda: not house.undelivered())
    _, first, second = house.thread("chen", ACME, story.root)
    assert "public all the time" in first.text
    assert "hidden for a while" in second.text


def test_of_two_that_are_found_public_at_once_the_older_is_shown_first(house: House) -> None:
    story = house.files("aiko", ACME)
    desk = house.box.jira_people
    older = house.hides_before_the_post(story.key, "hidden for a while")
    desk.flip(story.key, older, public=True)
    house.time_passes(seconds=1)
    desk.comment("erin", story.key, "written later")
    house.poll()
    house.until(lambda: not house.undelivered(), step=1)
    _, first, second = house.thread("chen", ACME, story.root)
    assert "hidden for a while" in first.text
    assert "written later" in second.text


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


def test_many_deleted_notes_do_not_hide_what_has_become_public(house: House) -> None:
    story = house.files("aiko", ACME)
    desk = house.box.jira_people
    late = desk.comment("erin", story.key, "now for you", public=False)
    notes = [desk.comment("erin", story.key, f"note {n}", public=False) for n in range(21)]
    house.poll()
    for note in notes:
        desk.delete(story.key, note)
    house.poll()
    desk.flip(story.key, late, public=True)
    reread(house)
    house.poll()
    assert "now for you" in house.thread("chen", ACME, story.root)[-1].text


def test_a_deleted_ticket_does_not_keep_another_tickets_comment_from_being_withdrawn(
    house: House,
) -> None:
    story, comment = answered(house, "aiko", ACME, "too much said")
    deleted = house.files("ben", GLOBEX)
    for number in range(21):
        house.box.jira_people.comment("erin", deleted.key, f"answer {number}")
    house.poll()
    house.until(lambda: not house.undelivered())
    house.box.jira_people.delete_ticket(deleted.key)
    house.box.jira_people.flip(story.key, comment, public=False)
    reread(house)
    assert "too much said" not in still_shown(house, story)
    assert sum("answer" in m.text and not m.recalled for m in house.posts("dora", GLOBEX)) == 21


def test_of_many_comments_all_that_are_deleted_are_withdrawn(house: House) -> None:
    story = house.files("ben", GLOBEX)
    desk = house.box.jira_people
    written = [desk.comment("erin", story.key, f"answer {number}") for number in range(23)]
    house.poll()
    house.until(lambda: not house.undelivered(), step=1)
    for comment in written[:22]:
        desk.delete(story.key, comment)
    reread(house)
    house.until(lambda: not house.undelivered(), step=1)
    assert [text.splitlines()[-1] for text in answers(house)] == ["answer 22"]


def answers(house: House) -> list[str]:
    return [m.text for m in house.posts("dora", GLOBEX) if "answer" in m.text and not m.recalled]


def test_an_old_note_made_public_today_is_withdrawn_when_it_is_hidden_again(house: House) -> None:
    story = house.files("aiko", ACME)
    comment = house.box.jira_people.comment("erin", story.key, "too much said", public=False)
    house.poll()
    house.time_passes(seconds=15 * 86_400)
    house.box.jira_people.flip(story.key, comment, public=True)
    house.box.jira_people.assign(story.key, "erin")
    house.poll()
    assert "too much said" in house.thread("chen", ACME, story.root)[-1].text
    house.box.jira_people.flip(story.key, comment, public=False)
    reread(house)
    assert "too much said" not in still_shown(house, story)


def test_a_comment_that_the_portal_never_tells_of_alarms_once_and_lets_the_others_pass(
    make_house: Callable[..., House],
) -> None:
    house = make_house(**{"alerts.chat": LOBBY})
    story = house.files("aiko", ACME)
    desk = house.box.jira_people
    odd = desk.comment("erin", story.key, "nobody can tell")
    view = f"GET /rest/servicedeskapi/request/[^/]+/comment/{odd}"
    house.fail("jsm", view, "refuse", times=-1, status=403, body="{}")
    for _ in range(24):
        house.poll()
        house.time_passes(seconds=300)
    desk.comment("erin", story.key, "for you")
    for _ in range(4):
        house.poll()
        house.time_passes(seconds=300)
    assert "for you" in house.thread("chen", ACME, story.root)[-1].text
    alarms = [m for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]
    assert len(alarms) == 1


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
    assert "too much said" not in still_shown(house, story)
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


@pytest.mark.parametrize("moved", [False, True], ids=["seen when posting", "seen when polling"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_what_is_hidden_while_nobody_knows_whether_it_was_posted_does_not_stay(
    house: House, kind: str, moved: bool
) -> None:
    """Found by the crash matrix: killed after the post and before its commit, then hidden."""
    story = house.files("aiko", ACME)
    house.fail("lark", REPLY, kind)
    comment = house.box.jira_people.comment("erin", story.key, "too much said")
    house.poll()
    assert len(house.thread("chen", ACME, story.root)) == (2 if kind == "drop_after" else 1)
    house.box.jira_people.flip(story.key, comment, public=False)
    if moved:
        house.box.jira_people.transition(story.key, "In progress")
        house.poll()
    house.time_passes(seconds=120)
    house.settle()
    for _ in range(2):
        house.tidy()
        house.time_passes(seconds=180)
    house.poll()
    reread(house)
    assert "too much said" not in still_shown(house, story)
    left = [d.state for d in house.undelivered()]
    assert left == ([] if kind == "drop_after" else [DeliveryState.WITHHELD])
