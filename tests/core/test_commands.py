"""Words that are answered, and everything else, which opens a form as ever."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stories import (
    ACME,
    ANN,
    BEN,
    NOW,
    PREMIUM,
    STRANGERS,
    asked,
    happens,
    knowing,
    linked,
    only,
    ordered,
    said,
    told,
)

from syncd.core import text
from syncd.core.decide import MEANINGS
from syncd.core.decide.wishes.commands import ASKING, PHRASES, WORDS, Asked, Word, heard
from syncd.core.events import ChatMessage
from syncd.core.files.found import InMessage
from syncd.core.kinds import AddComment, AnswerStatus, GiveHelp, ShowForm, TellPerson
from syncd.core.known import HOUR_MS, replies_of
from syncd.core.model import (
    Chat,
    ChatId,
    Link,
    MessageId,
    Ms,
    RequestState,
    Thread,
    TicketId,
    TicketKey,
)
from syncd.core.prose.plain import plain
from syncd.core.ticket_card.listed import MOST, Listed, Search

FORMS = ("{w} {m}", "{m} {w}", "{w}, {m}", "{w}\n{m}")
ELSEWHERE = linked(thread=Thread(ChatId("oc_globex"), linked().thread.root))
FILED = {"request": asked(RequestState.FILED), "link": linked()}


def directly(message: str, **more: object) -> ChatMessage:
    return replace(said(message, **more), direct=True)


def searched(event: ChatMessage, chat: Chat = ACME) -> Search | None:
    return MEANINGS[ChatMessage].asks(event, knowing(chat))


def listed(*links: Link) -> tuple[Listed, ...]:
    return tuple(Listed(link, f"title of {link.ticket_key}") for link in links)


@pytest.mark.parametrize("spelt", WORDS)
@pytest.mark.parametrize("around", ["{}", "/{}", " {}! ", "{}。"])
def test_a_word_is_known_however_it_is_written(spelt: str, around: str) -> None:
    for written in (spelt, spelt.upper(), spelt.title()):
        assert heard(around.format(written)) == Asked(WORDS[spelt])


@pytest.mark.parametrize("spelt", WORDS)
@pytest.mark.parametrize("around", ["{}?", "{}？", "{} ?", "/{}?!"])
def test_a_question_is_answered_and_does_nothing_to_a_ticket(spelt: str, around: str) -> None:
    word = WORDS[spelt]
    known = Asked(word) if word in (*ASKING, Word.HELP) else None
    assert heard(around.format(spelt)) == known


@pytest.mark.parametrize("written", ["close?", "解决？", "关闭工单？"])
def test_in_a_tickets_thread_a_question_goes_on_to_the_ticket(written: str) -> None:
    decision = happens(said(f"@bot {written}", inside="om_root"), knowing(PREMIUM, **FILED))
    assert only(decision, AddComment)


@pytest.mark.parametrize("written", ["status help-7", "状态　HELP-7", "/status  HELP-7."])
def test_a_ticket_may_be_named_behind_the_word_status(written: str) -> None:
    assert heard(written) == Asked(Word.STATUS, linked().ticket_key)


@pytest.mark.parametrize("written", ["adopt help-7", "关联工单　HELP-7", "/Adopt  HELP-7!"])
def test_or_behind_the_word_that_brings_it_into_a_thread(written: str) -> None:
    assert heard(written) == Asked(Word.ADOPT, linked().ticket_key)


@pytest.mark.parametrize("spelt", PHRASES)
@pytest.mark.parametrize("around", ["{}", "/{}", " {}! ", "{}。"])
def test_a_phrase_opens_an_empty_form_about_its_thread(spelt: str, around: str) -> None:
    written = around.format(spelt)
    request = happens(said(f"@bot {written}", inside="om_root"), knowing()).request
    assert request is not None
    assert (request.said, request.values, request.answers) == ("", {}, "om_root")
    assert request.context_ms > 0


@pytest.mark.parametrize("spelt", PHRASES)
def test_outside_of_threads_and_with_more_words_it_is_what_somebody_says(spelt: str) -> None:
    for written, inside in (
        (spelt, ""),
        (f"{spelt} about tikv", "om_root"),
        (f"{spelt}\nx", "om_root"),
    ):
        event = said(f"@bot {written}", inside=inside)
        request = happens(event, knowing()).request
        assert request is not None
        assert request.said == written
        assert not request.context_ms


@pytest.mark.parametrize(
    "written",
    ["list HELP-7", "status of HELP-7", "status HELP-7 HELP-8", "adopt HELP-7?", "adopt a HELP-7"],
)
def test_and_nowhere_else(written: str) -> None:
    assert heard(written) is None


@given(
    st.sampled_from(sorted(WORDS)),
    st.text(),
    st.sampled_from(FORMS),
)
def test_whoever_says_more_than_a_word_gets_a_form(word: str, more: str, form: str) -> None:
    """A description of a problem is never mistaken for a command."""
    assume(any(letter.isalnum() for letter in more) and "@" not in more)
    written = form.format(w=word, m=more)
    assume(heard(f"status {more}") is None)
    assume(written.strip(" /!.?。").casefold() not in WORDS)
    decision = happens(said(f"@bot {written}"), knowing())
    assert heard(written) is None
    assert decision.request is not None
    assert ordered(decision, ShowForm)


@given(st.text())
def test_whatever_a_sentence_goes_on_with_it_opens_a_form(more: str) -> None:
    assert ordered(happens(said(f"@bot it is down {more}"), knowing()), ShowForm)


@pytest.mark.parametrize(
    "written",
    ["help me, the cluster is down", "list is empty", "status page is down", "mine does not start",
     "一覧が開かない", "状态不对", "printer", "help\n\nit burns", "/etc/hosts is gone"],
)  # fmt: skip
def test_a_sentence_with_a_word_in_it_opens_a_form(written: str) -> None:
    assert ordered(happens(said(f"@bot {written}"), knowing()), ShowForm)


def test_a_word_with_a_file_is_no_command() -> None:
    file = InMessage("file", "file_1", "status.log")
    decision = happens(replace(said("@bot status"), files=(file,), wordless=True), knowing())
    assert ordered(decision, ShowForm)


@pytest.mark.parametrize("written", ["/stauts", "/helpp", "?", "？", "help"])
def test_what_comes_near_to_a_word_gets_help(written: str) -> None:
    assert ordered(happens(said(f"@bot {written}"), knowing()), GiveHelp)


@pytest.mark.parametrize("written", ["/checkout", "/login", "/clone"])
def test_what_a_ticket_may_be_about_is_no_word_misspelt(written: str) -> None:
    assert only(happens(said(f"@bot {written}"), knowing()), ShowForm)


@pytest.mark.parametrize("written", ["/checkout", "/stauts", "?"])
def test_with_a_quoted_message_only_the_word_itself_asks_for_help(written: str) -> None:
    event = replace(said(f"@bot {written}", by=BEN), answers=(MessageId("om_quoted"),))
    decision = happens(event, knowing())
    assert ordered(decision, ShowForm)
    assert decision.request is not None
    assert decision.request.answers == "om_quoted"


@pytest.mark.parametrize("written", ["/checkout", "/login", "close", "resolve?", "/stauts"])
def test_what_the_asker_says_in_the_thread_of_the_form_goes_on_to_the_ticket(written: str) -> None:
    event = said(f"@bot {written}", inside="om_root")
    carried = happens(event, knowing(PREMIUM, request=asked()))
    comments = ordered(carried, AddComment)
    assert [plain(text.load(comment.body)) for comment in comments] == [written]
    hinted = happens(event, knowing(ACME, request=asked()))
    assert ordered(hinted, ShowForm)
    assert ordered(hinted, TellPerson)


def test_a_word_without_mention_is_left_alone() -> None:
    assert happens(said("list"), knowing()).orders == ()


def test_in_a_chat_that_is_not_enabled_no_word_is_answered() -> None:
    known = knowing(STRANGERS, tickets=listed(linked()))
    assert "oc_acme" in told(happens(said("@bot list"), known))
    assert searched(said("@bot list"), STRANGERS) is None
    assert searched(directly("mine"), STRANGERS) == Search(asker=ANN)


@pytest.mark.parametrize("chat", [ACME, PREMIUM])
@pytest.mark.parametrize("inside", [{"inside": "om_root"}, {}])
def test_status_below_a_ticket_tells_its_status(chat: object, inside: dict[str, str]) -> None:
    event = said("@bot status", by=BEN, **inside)
    if not inside:
        event = replace(event, answers=(linked().thread.root,))
    answer = only(happens(event, knowing(chat, **FILED)), AnswerStatus)
    assert (answer.key, answer.person) == ("HELP-7", BEN)


def test_status_before_there_is_a_ticket_says_so_and_writes_no_comment() -> None:
    known = knowing(PREMIUM, request=asked(RequestState.SUBMITTED))
    assert "being created" in told(happens(said("@bot status", inside="om_root"), known))


def test_status_in_the_thread_of_a_form_shows_the_form_again() -> None:
    known = knowing(PREMIUM, request=asked())
    assert only(happens(said("@bot status", inside="om_root"), known), ShowForm)


def test_status_in_the_thread_of_a_request_for_help_is_answered() -> None:
    known = knowing(request=asked(values={}))
    answer = happens(said("@bot status", inside="om_root"), known)
    assert "no open tickets" in told(answer)
    assert answer.request is None


def test_status_of_a_named_ticket_is_told_anywhere_in_its_group() -> None:
    known = knowing(tickets=(Listed(linked()),))
    event = said("@bot status HELP-7", by=BEN)
    assert searched(event) == Search(key=linked().ticket_key)
    assert only(happens(event, known), AnswerStatus).key == "HELP-7"


def test_a_ticket_of_another_group_is_as_unknown_as_one_that_is_none() -> None:
    event = said("@bot status HELP-7")
    none = happens(event, knowing())
    assert "HELP-7" in told(none)
    assert happens(event, knowing(tickets=(Listed(ELSEWHERE),))).orders == none.orders


@pytest.mark.parametrize("word", ["mine", "list"])
def test_no_list_ever_names_a_ticket_of_another_group(word: str) -> None:
    known = knowing(tickets=listed(linked(), replace(ELSEWHERE, ticket_key="OTHER-1")))
    assert "OTHER-1" not in only(happens(said(f"@bot {word}"), known), TellPerson).body


def test_mine_and_list_name_key_title_and_link() -> None:
    answer = only(happens(said("@bot list"), knowing(tickets=listed(linked()))), TellPerson)
    assert answer.word() == "Open tickets of this group:\nHELP-7: title of HELP-7"
    assert "https://help.example/portal/2/HELP-7" in answer.body
    assert answer.waits_in == "om_said"
    nothing = only(happens(said("@bot mine"), knowing()), TellPerson)
    assert "no open tickets" in nothing.word()


def test_each_word_asks_for_its_own_tickets() -> None:
    here = ACME.id
    assert searched(said("@bot mine")) == Search(asker=ANN, chat_id=here)
    assert searched(said("@bot status")) == Search(asker=ANN, chat_id=here)
    assert searched(said("@bot list")) == Search(chat_id=here)
    assert searched(said("@bot help")) is None
    assert searched(said("list")) is None
    assert searched(directly("list")) == searched(directly("mine")) == Search(asker=ANN)


def test_a_long_list_is_cut_and_says_so() -> None:
    many = listed(*(linked(ticket_key=f"HELP-{n}") for n in range(MOST + 1)))
    answer = only(happens(said("@bot list"), knowing(tickets=many)), TellPerson).word()
    assert f"HELP-{MOST - 1}:" in answer
    assert f"HELP-{MOST}:" not in answer
    assert "there are more" in answer


def test_on_premium_a_word_is_no_comment_and_a_sentence_is() -> None:
    known = knowing(PREMIUM, **FILED)
    for word in ("status", "mine", "list", "help"):
        decision = happens(said(f"@bot {word}", inside="om_root"), known)
        assert not ordered(decision, AddComment)
        assert decision.orders
    for sentence in ("@bot any news?", "@bot ?", "status", "@bot list the nodes"):
        assert ordered(happens(said(sentence, inside="om_root"), known), AddComment)


def test_help_in_a_tickets_thread_says_what_can_be_done_and_offers_no_form() -> None:
    decision = happens(said("@bot help", inside="om_root"), knowing(PREMIUM, **FILED))
    assert "“mine”" in told(decision)
    assert decision.request is None


def test_to_the_bot_alone_people_hear_of_their_own_tickets_only() -> None:
    bens = linked(asker=BEN, ticket_key="HELP-8")
    known = knowing(STRANGERS, tickets=listed(ELSEWHERE, bens))
    answer = only(happens(directly("mine"), known), TellPerson)
    assert "HELP-7" in answer.body
    assert "HELP-8" not in answer.body
    named = knowing(STRANGERS, tickets=(Listed(bens),))
    assert "HELP-8" in told(happens(directly("status HELP-8"), named))
    assert only(happens(directly("status HELP-8", by=BEN), named), AnswerStatus).key == "HELP-8"


def test_to_the_bot_alone_each_word_is_answered_once_a_minute() -> None:
    def key(word: str, now: Ms = NOW) -> str:
        return happens(directly(word), knowing(STRANGERS), now).orders[0].dedupe_key

    assert key("mine") == key("mine", Ms(NOW + 30_000)) != key("mine", Ms(NOW + 60_000))
    assert key("status HELP-7") == key("status HELP-8") != key("mine") != key("hello")


def test_to_the_bot_alone_each_of_their_tickets_is_told_of_once_a_minute() -> None:
    def key(number: int, now: Ms = NOW) -> str:
        link = linked(ticket_id=TicketId(f"1000{number}"), ticket_key=TicketKey(f"HELP-{number}"))
        known = knowing(STRANGERS, tickets=listed(link))
        return happens(directly(f"status HELP-{number}"), known, now).orders[0].dedupe_key

    assert key(7) == key(7, Ms(NOW + 30_000)) != key(7, Ms(NOW + 60_000))
    assert key(7) != key(8)


def test_words_are_counted_with_what_somebody_writes() -> None:
    budgets = replies_of(ANN, ACME.id)
    decision = happens(said("@bot list"), knowing())
    assert decision.spends == budgets
    spent = happens(said("@bot list"), knowing(used=dict.fromkeys(budgets, HOUR_MS)))
    assert spent.limited
