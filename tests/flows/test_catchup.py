"""What was said while nobody listened is read from the history."""

from house import ACME, GLOBEX, House


def goes_deaf(house: House) -> None:
    assert house.box.lark_people.wait_until(lambda: listening(house))
    house.app.catchup.run_once()
    house.app.socket.stop()


def hears_again(house: House) -> None:
    house.app.catchup.run_once()
    house.settle()


def listening(house: House) -> bool:
    return house.app.socket.state().connected_since is not None


def reopened(house: House, reopen) -> House:
    """Start a new process on the same database, as after a night without power."""
    again: House = reopen()
    assert again.box.lark_people.wait_until(lambda: listening(again))
    hears_again(again)
    return again


def test_a_mention_that_was_missed_gets_its_form_with_an_apology(house: House, make_house) -> None:
    house.files("ben", GLOBEX)
    goes_deaf(house)
    house.box.lark_people.say("dora", GLOBEX, "@Support Bot is anybody there?")
    house.time_passes(seconds=3600)
    again = reopened(house, make_house)
    card = again.form("dora", GLOBEX)
    assert card.private
    # A server's clock cannot be moved, so there the message is not old.
    assert ("found late" in card.text) is again.app.store.alone
    hears_again(again)
    assert len([m for m in again.box.lark_people.view("dora", GLOBEX) if m.fields]) == 1


def test_a_reply_that_was_missed_reaches_the_ticket_once(house: House, make_house) -> None:
    story = house.files("aiko", ACME)
    goes_deaf(house)
    house.box.lark_people.say("chen", ACME, "有人吗", thread=story.root)
    house.time_passes(seconds=600)
    again = reopened(house, make_house)
    (comment,) = again.box.jira_people.comments(story.key)
    assert "有人吗" in str(comment.body)


def test_without_the_scope_it_goes_on_listening(house: House, make_house) -> None:
    house.files("ben", GLOBEX)
    goes_deaf(house)
    house.box.lark_state.switches.scopes.discard("im:message.group_msg")
    house.box.lark_people.say("dora", GLOBEX, "@Support Bot hello")
    again = reopened(house, make_house)
    again.asks("dora", GLOBEX)
    assert again.form("dora", GLOBEX).private
