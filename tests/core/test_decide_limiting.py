"""What is decided when one person, or a chat, asks and writes more than honest people do."""

from dataclasses import replace

import pytest
from stories import ACME, ANN, NOW, PREMIUM, asked, happens, knowing, linked, only, ordered, said

from syncd.core.kinds import AddComment, GiveHelp, HintReply, ShowForm, TellPerson
from syncd.core.known import HOUR_MS, Known
from syncd.core.model import Chat, ChatId, Ms, RequestId, RequestState, Thread

ASKS, REPLIES, IN_CHAT = f"asks:{ANN}", f"replies:{ANN}", f"replies:{ACME.id}"


def having(count: int, chat: Chat = ACME) -> Known:
    """Ann has that many open forms, the oldest of them in another group."""
    forms = [
        replace(asked(), id=RequestId(f"r{n}"), thread=Thread(ACME.id, f"om_{n}"))
        for n in range(count)
    ]
    forms[0] = replace(forms[0], thread=Thread(ChatId("oc_other"), "om_0"))
    return knowing(chat, open_forms=tuple(forms))


def test_with_many_open_forms_the_oldest_of_the_group_is_shown_again_and_told_so_once() -> None:
    decision = happens(said("@bot and the printer"), having(3))
    assert decision.request is None
    assert ordered(decision, ShowForm) == [ShowForm(RequestId("r1"), ACME.id)]
    (told,) = ordered(decision, TellPerson)
    assert "3 open forms" in told.text
    assert told.title == "and the printer"
    again = happens(said("@bot and the lamp", id="om_2"), having(3))
    assert again.orders[1].dedupe_key == decision.orders[1].dedupe_key
    assert again.orders[0].dedupe_key != decision.orders[0].dedupe_key


def test_with_fewer_open_forms_a_mention_opens_another() -> None:
    assert happens(said("@bot and the printer"), having(2)).request is not None


def test_what_only_waits_for_the_button_below_the_help_is_no_open_form() -> None:
    known = having(3)
    unused = replace(known.open_forms[0], values={})
    known = replace(known, open_forms=(unused, *known.open_forms[1:]))
    assert happens(said("@bot and the printer"), known).request is not None


def test_each_form_costs_one_of_the_hours_budget() -> None:
    assert happens(said("@bot it is down"), knowing()).spends == (ASKS,)
    assert happens(said("@bot it is down"), having(3)).spends == (ASKS,)
    assert happens(
        said("@bot where is it?", inside="om_root"), knowing(request=asked())
    ).spends == (ASKS,)
    assert happens(said("@bot help"), knowing()).spends == (ASKS,)


@pytest.mark.parametrize("words", ["@bot it is down", "@bot help"])
def test_who_asks_too_often_is_told_once_and_nothing_else_happens(words: str) -> None:
    known = knowing(used={ASKS: 20})
    decision = happens(said(words), known)
    assert (decision.request, decision.spends) == (None, ())
    assert "20 times" in only(decision, TellPerson).text
    later = happens(said(words, id="om_2"), known, Ms(NOW + 1))
    next_hour = happens(said(words, id="om_3"), known, Ms(NOW + HOUR_MS))
    keys = [one.orders[0].dedupe_key for one in (decision, later, next_hour)]
    assert keys[0] == keys[1] != keys[2]


def test_one_below_the_limit_is_served() -> None:
    assert ordered(happens(said("@bot it is down"), knowing(used={ASKS: 19})), ShowForm)


def filed(**used: int) -> Known:
    return knowing(PREMIUM, request=asked(RequestState.FILED), link=linked(), used=used)


def test_each_reply_costs_one_of_the_persons_and_one_of_the_chats_budget() -> None:
    decision = happens(said("more", inside="om_root"), filed())
    assert decision.spends == (REPLIES, IN_CHAT)


@pytest.mark.parametrize("spent", [{REPLIES: 200}, {IN_CHAT: 1000}], ids=["person", "chat"])
def test_who_writes_too_much_is_told_what_did_not_go_and_where_to_write(
    spent: dict[str, int],
) -> None:
    decision = happens(said("and another thing", inside="om_root"), filed(**spent))
    told = only(decision, TellPerson)
    assert told.title == "and another thing"
    assert "https://help.example/portal/2/HELP-7" in told.text
    assert decision.spends == ()


def test_talk_that_costs_nothing_is_never_refused() -> None:
    decision = happens(said("lunch?", inside="om_talk"), knowing(used={REPLIES: 900, ASKS: 90}))
    assert decision.orders == ()


def test_a_reply_one_below_the_limit_reaches_the_ticket() -> None:
    decision = happens(said("more", inside="om_root"), filed(**{REPLIES: 199, IN_CHAT: 999}))
    assert ordered(decision, AddComment)
    assert not ordered(decision, GiveHelp)


def test_talk_in_a_thread_that_reaches_no_ticket_costs_nothing() -> None:
    known = replace(filed(**{REPLIES: 900}), chat=ACME)
    decision = happens(said("lunch?", inside="om_root"), known)
    assert (only(decision, HintReply).person, decision.spends) == (ANN, ())
