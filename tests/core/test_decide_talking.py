"""What somebody writes in a group."""

from dataclasses import replace

import pytest
from stories import (
    ACME,
    ANN,
    BEN,
    BOT,
    DAY,
    NOW,
    PREMIUM,
    STRANGERS,
    THREAD,
    asked,
    happens,
    knowing,
    linked,
    only,
    said,
    told,
)

from syncd.core import text
from syncd.core.delivery import Decision
from syncd.core.events import Named
from syncd.core.kinds import AddComment, GiveHelp, HintReply, ShowForm, TellPerson
from syncd.core.model import Language, MessageId, Ms, PersonId, RequestState, Thread
from syncd.core.prose.said import blocks
from syncd.core.watching import Look, Reason

ENDED = [
    RequestState.REFUSED,
    RequestState.FAILED,
    RequestState.EXPIRED,
    RequestState.CANCELLED,
]


def prefilled(message: str, *naming: Named) -> dict[str, object]:
    request = happens(said(message, naming=naming), knowing()).request
    assert request is not None
    return dict(request.values)


def key_of(decision: Decision) -> str:
    (order,) = decision.orders
    return order.dedupe_key


def test_mention_opens_a_request_and_shows_its_form() -> None:
    decision = happens(said("@bot our cluster is down"), knowing())
    request = decision.request
    assert request is not None
    assert (request.id, request.state, request.asker) == ("r-new", RequestState.ASKED, ANN)
    assert request.thread == Thread(ACME.id, MessageId("om_said"))
    assert request.top_level
    assert request.expires_ms == NOW + DAY
    assert only(decision, ShowForm) == ShowForm(request.id, ACME.id, written_ms=NOW)


def test_form_is_urgent_and_belongs_to_its_request() -> None:
    (order,) = happens(said("@bot it is down"), knowing()).orders
    assert order.command.urgent
    assert (order.chat_id, order.request_id) == (ACME.id, "r-new")


def test_same_mention_twice_orders_one_form() -> None:
    first, second = (happens(said("@bot it is down"), knowing()) for _ in range(2))
    assert key_of(first) == key_of(second)


def test_form_is_prefilled_with_what_was_said() -> None:
    assert prefilled("@bot our cluster is down\nsince  noon") == {
        "summary": "our cluster is down",
        "description": "our cluster is down\nsince  noon",
    }


def test_bare_mention_prefills_nothing() -> None:
    assert prefilled("@bot  ") == {}


def test_others_are_named_and_the_bot_is_not() -> None:
    ten, one = Named("@u10", PersonId("ou_10"), "Zoe"), Named("@u1", PersonId("ou_1"), "Kim")
    assert prefilled("@u1 and @u10 ask @bot for help", one, ten)["summary"] == (
        "@Kim and @Zoe ask for help"
    )


def test_name_that_looks_like_a_token_stays_a_name() -> None:
    ten, one = Named("@u10", PersonId("ou_10"), "u1"), Named("@u1", PersonId("ou_1"), "Kim")
    assert prefilled("@bot ask @u10", one, ten)["summary"] == "ask @u1"


def test_long_first_line_is_cut_in_the_summary_and_whole_in_the_description() -> None:
    line = "x" * 121
    values = prefilled(f"@bot {line}")
    assert values == {"summary": "x" * 119 + "…", "description": line}
    assert prefilled(f"@bot {'x' * 120}")["summary"] == "x" * 120


def test_description_fits_into_the_form() -> None:
    assert len(str(prefilled(f"@bot {'x' * 3000}")["description"])) == 1000


def test_hidden_characters_do_not_reach_the_form() -> None:
    assert prefilled("@bot pay\u202e now\u200b\x07")["summary"] == "pay now"


def test_talk_without_mention_is_left_alone() -> None:
    decision = happens(said("lunch?"), knowing())
    assert (decision.request, decision.orders) == (None, ())


def test_mention_of_somebody_else_is_left_alone() -> None:
    ben = Named("@u1", BEN, "Ben")
    assert happens(said("@u1 lunch?", naming=(ben,)), knowing()).orders == ()


@pytest.mark.parametrize("chat", [ACME, PREMIUM])
def test_bots_own_message_is_nobodys_reply(chat: object) -> None:
    known = knowing(chat, request=asked(RequestState.FILED), link=linked())
    assert happens(said("@bot hello", by=BOT, inside="om_root"), known).orders == ()
    other_bot = replace(said("@bot hello", inside="om_root"), from_person=False)
    assert happens(other_bot, known).orders == ()


def test_chat_that_is_not_enabled_is_told_its_id_once_a_day() -> None:
    decision = happens(said("@bot help"), knowing(STRANGERS))
    assert "oc_acme" in told(decision)
    assert decision.request is None
    later = happens(said("@bot again", id="om_2"), knowing(STRANGERS), Ms(NOW + DAY // 2))
    tomorrow = happens(said("@bot again", id="om_3"), knowing(STRANGERS), Ms(NOW + DAY))
    assert key_of(later) == key_of(decision)
    assert key_of(tomorrow) != key_of(decision)


def test_each_stranger_is_told_for_themselves() -> None:
    ann, ben = (happens(said("@bot help", by=who), knowing(STRANGERS)) for who in (ANN, BEN))
    assert key_of(ann) != key_of(ben)
    assert only(ben, TellPerson).person == BEN


def test_chat_that_is_not_enabled_is_told_nothing_unasked() -> None:
    assert happens(said("hello"), knowing(STRANGERS)).orders == ()


def test_direct_message_is_answered_once_a_minute() -> None:
    moments = (NOW, Ms(NOW + 30_000), Ms(NOW + 60_000))
    direct = replace(said("hello"), direct=True)
    answers = [happens(direct, knowing(STRANGERS), now) for now in moments]
    assert only(answers[0], GiveHelp) == GiveHelp(ACME.id, ANN)
    assert key_of(answers[0]) == key_of(answers[1]) != key_of(answers[2])


def test_answers_come_in_the_language_of_the_chat() -> None:
    known = knowing(replace(STRANGERS, language=Language.JA))
    assert "チャット oc_acme" in told(happens(said("@bot 助けて"), known))


def test_askers_mention_in_an_open_thread_shows_that_form_again() -> None:
    decision = happens(said("@bot help", inside="om_root"), knowing(request=asked()))
    assert only(decision, ShowForm).request_id == "r1"
    assert decision.request is None


def test_what_the_asker_says_with_it_follows_or_is_told_to_stay() -> None:
    again = said("@bot tikv-4 too", inside="om_root")
    kinds = [
        [type(order.command) for order in happens(again, knowing(chat, request=asked())).orders]
        for chat in (ACME, PREMIUM)
    ]
    assert kinds == [[ShowForm, TellPerson], [ShowForm, AddComment]]


def test_mention_by_another_in_an_open_thread_is_answered_with_a_hint() -> None:
    decision = happens(said("@bot me too", by=BEN, inside="om_root"), knowing(request=asked()))
    assert only(decision, TellPerson).person == BEN
    assert "somebody else" in told(decision)


def test_talk_in_an_open_thread_waits_for_the_ticket() -> None:
    known = knowing(PREMIUM, request=asked())
    assert only(happens(said("it was me", inside="om_root"), known), AddComment).early
    corrected = knowing(PREMIUM, request=asked(round=1))
    assert not only(happens(said("it was me", inside="om_root"), corrected), AddComment).early


def test_on_enterprise_talk_in_an_open_thread_is_told_to_stay_there() -> None:
    known = knowing(request=asked())
    assert "form" in told(happens(said("it was me", inside="om_root"), known))
    first, second = (key_of(happens(said(x, inside="om_root"), known)) for x in ("a", "b"))
    assert first == second


@pytest.mark.parametrize("state", ENDED)
def test_mention_in_a_thread_whose_request_ended_opens_a_new_one(state: RequestState) -> None:
    decision = happens(said("@bot again", inside="om_root"), knowing(request=asked(state)))
    request = decision.request
    assert request is not None
    assert (request.id, request.thread, request.top_level) == ("r-new", THREAD, False)


def test_mention_in_a_thread_of_its_own_kind_opens_a_request_for_that_thread() -> None:
    request = happens(said("@bot help", inside="om_talk"), knowing()).request
    assert request is not None
    assert (request.thread.root, request.top_level) == ("om_talk", False)


@pytest.mark.parametrize("state", [RequestState.SUBMITTED, RequestState.FILED])
@pytest.mark.parametrize("message", ["it is back", "@bot it is back"])
def test_reply_on_premium_becomes_a_comment(state: RequestState, message: str) -> None:
    known = knowing(PREMIUM, request=asked(state))
    decision = happens(said(message, by=BEN, inside="om_root"), known)
    assert only(decision, AddComment) == AddComment(
        THREAD, MessageId("om_said"), BEN, NOW, text.dump(blocks("it is back"))
    )


def test_replies_go_behind_the_filing_of_their_ticket() -> None:
    (order,) = happens(
        said("more", inside="om_root"), knowing(PREMIUM, request=asked(RequestState.SUBMITTED))
    ).orders
    assert (order.lane, order.dedupe_key) == ("jsm:om_root", "comment:om_said")


def test_bare_mention_on_premium_writes_no_empty_comment() -> None:
    known = knowing(PREMIUM, request=asked(RequestState.FILED), link=linked())
    assert "HELP-7" in told(happens(said("@bot", inside="om_root"), known))


def test_message_of_nothing_on_premium_writes_no_empty_comment() -> None:
    known = knowing(PREMIUM, request=asked(RequestState.FILED), link=linked())
    assert happens(said(" \u200b", inside="om_root"), known).orders == ()


def test_mention_in_a_filed_thread_on_enterprise_is_told_where_the_ticket_is() -> None:
    known = knowing(ACME, request=asked(RequestState.FILED), link=linked())
    answer = told(happens(said("@bot any news?", by=BEN, inside="om_root"), known))
    assert "HELP-7" in answer
    assert "https://help.example/portal/2/HELP-7" in answer


def test_mention_while_the_ticket_is_being_created_is_told_so_on_enterprise() -> None:
    known = knowing(ACME, request=asked(RequestState.SUBMITTED))
    assert "being created" in told(happens(said("@bot news?", inside="om_root"), known))


def test_talk_in_a_filed_thread_on_enterprise_stays_there_and_its_author_is_told_once() -> None:
    known = knowing(ACME, request=asked(RequestState.FILED), link=linked())
    hint = only(happens(said("thanks", inside="om_root"), known), HintReply)
    assert (hint.person, hint.key) == (ANN, "HELP-7")
    keys = [
        happens(said(word, inside="om_root", by=person), known).orders[0].dedupe_key
        for word, person in (("thanks", ANN), ("and now?", ANN), ("same here", BEN))
    ]
    assert keys[0] == keys[1] != keys[2]


def test_a_reply_while_the_ticket_is_being_created_is_told_not_to_reach_it() -> None:
    known = knowing(ACME, request=asked(RequestState.SUBMITTED))
    assert "do not reach its ticket" in told(happens(said("thanks", inside="om_root"), known))


def test_top_level_mention_is_always_a_new_request() -> None:
    decision = happens(said("@bot another thing"), knowing(PREMIUM, request=asked()))
    assert decision.request is not None
    assert decision.request.id == "r-new"


def test_unmute_has_the_ticket_read_as_if_nothing_of_it_was_settled() -> None:
    link = linked(muted=True, updated_seen="2025")
    decision = happens(said("@bot unmute", inside="om_root"), knowing(request=asked(), link=link))
    assert decision.link == linked(muted=False, updated_seen="")
    assert decision.looks == (Look(link.ticket_id, Reason.READ, NOW),)
