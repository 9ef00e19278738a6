"""Lark refuses what we say, or refuses that we speak at all."""

import pytest
from faults.stories import REPLY, answers, engineer_says, lark_refuses, waiting
from house import ACME, GLOBEX, House

from syncd.core.kinds import AnnounceTicket
from syncd.core.model import DeliveryState

SECRETIVE = "write to erin@corp.example or call +49 170 1234567"
HARMLESS = "write to […@…] or call […]"


def mute(house: House, code: int) -> None:
    """Forbid the bot to speak in ACME's group, by its settings or by its owner."""
    if code == 230018:
        house.box.lark_state.chats[ACME].bot_muted = True
    else:
        lark_refuses(house, REPLY, code, times=-1)


def unmute(house: House) -> None:
    house.box.lark_state.chats[ACME].bot_muted = False
    house.box.world.faults.clear()


@pytest.mark.parametrize("code", [230018, 230035, 230027])
def test_what_is_to_be_said_while_the_bot_is_muted_is_said_afterwards(
    house: House, fault_row, code: int
) -> None:
    acme, globex = house.files("aiko", ACME), house.files("ben", GLOBEX)
    mute(house, code)
    engineer_says(house, acme, "first")
    engineer_says(house, globex, "for Globex")
    house.poll()
    assert str(code) in waiting(house, "PostUpdate")[0]
    engineer_says(house, acme, "second")
    for _ in range(24):
        house.time_passes(seconds=3600)
        house.poll()
    assert answers(house, acme) == []
    assert answers(house, globex, GLOBEX) == ["for Globex"]
    assert house.deliveries(DeliveryState.DEAD) == house.deliveries(DeliveryState.DOUBT) == []
    unmute(house)
    house.until(lambda: len(answers(house, acme)) == 2, step=30)
    assert answers(house, acme) == ["first", "second"]
    assert house.undelivered() == []
    fault_row(
        "the bot is muted in a chat, or lacks a permission there (230018, 230035, 230027)",
        "forms come directly; the updates, in order, when it may speak again",
        "`silenced` and an alarm; the updates READY with the code",
    )


def test_who_asks_where_the_bot_is_muted_gets_the_form_directly(house: House) -> None:
    mute(house, 230018)
    house.asks("aiko", ACME)
    assert not [m for m in house.box.lark_people.view("aiko", ACME) if m.fields]
    (form,) = [m for m in house.box.lark_people.direct("aiko") if m.fields]
    house.clicks("aiko", form, "submit", customfield_10041="2-Major")
    assert house.ticket_keys() == ["HELP-1"]
    assert "230018" in waiting(house, "OfferForm")[0], "it goes first, and holds its lane"
    assert len(waiting(house, "AnnounceTicket")) == 1
    unmute(house)
    house.time_passes(seconds=600)
    house.settle()
    assert house.undelivered() == []


def test_who_asked_where_the_bot_stays_muted_is_told_in_the_end_where_the_ticket_is(
    house: House,
) -> None:
    house.asks("aiko", ACME)
    mute(house, 230018)
    house.submits("aiko", ACME)
    house.until(lambda: house.deliveries(DeliveryState.DEAD), step=3 * 3600)
    (dead,) = house.deliveries(DeliveryState.DEAD)
    assert isinstance(dead.command, AnnounceTicket)
    (told,) = house.told("aiko")
    assert "/HELP-1" in told


def test_addresses_and_numbers_that_a_filter_refuses_are_left_out(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    house.box.lark_state.switches.dlp_refuses_emails = True
    engineer_says(house, story, SECRETIVE)
    house.poll()
    assert answers(house, story) == [HARMLESS]
    assert house.undelivered() == []
    fault_row(
        "Lark's filter against leaks refuses an update (230028)",
        "the update in plain words, without addresses and long numbers, with the link",
        "`content_refused`",
    )


def test_words_that_lark_refuses_are_tried_plainly_once_and_then_listed(
    house: House, fault_row
) -> None:
    story = house.files("aiko", ACME)
    refused = lark_refuses(house, REPLY, 230022, times=3)
    engineer_says(house, story, "all of this")
    house.poll()
    assert refused.hits == 2
    (dead,) = house.deliveries(DeliveryState.DEAD)
    assert "230022" in dead.reason
    engineer_says(house, story, SECRETIVE)
    house.time_passes(seconds=60)
    house.poll()
    assert answers(house, story) == [HARMLESS]
    assert house.undelivered() == [dead]
    fault_row(
        "Lark takes an update for sensitive (230022)",
        "the update in plain words; where those are refused too, nothing of it, and the next one",
        "`content_refused`; DEAD with the code, an alarm",
    )
