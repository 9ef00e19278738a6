"""Logins that end in the middle of things, on both sides."""

import pytest
from faults.stories import REPLY, answers, engineer_says, lark_refuses, wait_and_poll
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState


def test_a_lark_token_that_ends_early_is_renewed_at_once(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    house.box.lark_state.tokens.revoke_all()
    engineer_says(house, story, "with a new token")
    house.poll()
    assert answers(house, story) == ["with a new token"]
    assert house.undelivered() == []
    fault_row("Lark takes the app's token back early", "the update at once", "nothing")


@pytest.mark.parametrize("code", [99991663, 99991661, 99991664])
def test_a_lark_that_accepts_no_token_delays_and_loses_nothing(
    house: House, fault_row, code: int
) -> None:
    story = house.files("aiko", ACME)
    lark_refuses(house, REPLY, code, times=4)
    engineer_says(house, story, "in the end")
    house.poll()
    assert answers(house, story) == []
    wait_and_poll(house, 120, 120, 120, 300)
    assert answers(house, story) == ["in the end"]
    assert house.undelivered() == []
    fault_row(
        "Lark accepts none of our tokens for a while",
        "the update when it does again",
        "the delivery READY with Lark's code as its reason",
    )


def test_a_jira_token_that_ends_between_form_and_submit_makes_one_ticket(
    house: House, fault_row
) -> None:
    house.files("aiko", ACME)
    house.asks("ben", GLOBEX)
    house.box.jira_state.token, good = "expired", house.box.jira_state.token
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]
    assert house.deliveries(DeliveryState.DEAD) == []
    house.time_passes(seconds=61)
    house.tidy()
    assert "longer than usual" in house.told("ben")[0]
    house.box.jira_state.token = good
    wait_and_poll(house, 400, 400)
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert house.undelivered() == []
    fault_row(
        "the Jira token ends between form and Submit",
        "a word that it takes longer, then the ticket, once",
        "FileTicket READY, the login as its reason",
    )


def test_a_bot_that_was_taken_out_of_the_chat_is_told_to_the_operator(
    house: House, fault_row
) -> None:
    acme, globex = house.files("aiko", ACME), house.files("ben", GLOBEX)
    house.box.lark_people.remove_bot(GLOBEX)
    engineer_says(house, globex, "nobody hears")
    engineer_says(house, acme, "heard")
    wait_and_poll(house, 1, 60)
    assert answers(house, acme) == ["heard"]
    (dead,) = house.deliveries(DeliveryState.DEAD)
    assert dead.chat_id == GLOBEX
    assert dead.reason
    fault_row(
        "the bot is taken out of a chat",
        "that chat hears nothing; others do",
        "the update DEAD, listed with the reason; one alarm for the chat",
    )
