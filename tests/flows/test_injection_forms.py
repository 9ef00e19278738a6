"""Hostile words wherever a form, its desks and its people bring some: they stay words.

Labels, choices, explanations and refusals come from Jira, names from another company's Lark, and
answers are typed by anybody.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle

import databases
import hostile
import pytest
from house import GLOBEX, INITECH, LOBBY, House
from test_injection import chunks, is_harmless_in_jira
from test_leak_forms import DESKS, rests

from syncd.config.sections import ChatConfig
from syncd.core.model import FormWay, Plan
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.forms.design import Choice, Form, Question, Section
from syncd.sandbox.lark.shown import Shown

url = databases.fresh_on(databases.SQLITE)

HIGHEST, AREA, INVOICE = site.SEVERITY.id, "question_3", "question_9"
VIEWERS = {INITECH: ("mei", "omar"), GLOBEX: ("ben", "dora"), LOBBY: ("erin", "dora")}
LONG = hostile.LONG[:50_000]


def drawn(words: Iterator[str]) -> site.RequestType:
    """Return a request type whose every word is one of these."""
    choices = tuple(Choice(str(n), f"{next(words)} {n}") for n in (1, 2, 3))
    refusal = {"p": r"INV-\d+", "m": next(words)}
    area = Question("3", "cd", next(words), required=True, choices=choices, description=next(words))
    how_bad = Question("8", "cd", next(words), required=True, linked=HIGHEST)
    told = Question("2", "rt", next(words), linked="description")
    hosts = Question("6", "cl", next(words), choices=choices)
    invoice = Question("9", "ts", next(words), required=True, rules=(("rgx", refusal),))
    attached = Form(
        next(words), (told, area, how_bad, hosts), (Section("3", (invoice,), "3", ("3",)),)
    )
    return site.RequestType("13", next(words), next(words), (site.SUMMARY,), form=attached)


def opens(make_house: Callable[..., House], strings: tuple[str, ...]) -> House:
    """Return a house whose helpdesk and whose strangers speak in these words."""
    words = cycle(strings)
    served = {"plan": Plan.PREMIUM, "desks": ("technical", "billing"), "escalate_to": LOBBY}
    chats = (
        ChatConfig(id=INITECH, name=next(words)[:200], form=FormWay.THREAD, **served),
        ChatConfig(id=GLOBEX, name=next(words)[:200], **served),
    )
    house = make_house(desks=DESKS, chats=chats, **{"severity.field": HIGHEST})
    house.box.lark_state.limits.enforced = False
    people = house.box.world.people
    for person in ("mei", "omar"):
        people[person] = replace(people[person], name=next(words)[:200])
    types = house.box.jira_state.request_types
    severities = tuple(site.Option(str(10_100 + n), f"{next(words)} {n}") for n in range(3))
    severity = replace(site.SEVERITY, options=severities)
    others = [field for field in site.GET_HELP.fields if field.id != HIGHEST]
    types["10"] = replace(site.GET_HELP, fields=(*others, severity))
    types["13"] = drawn(words)
    types["20"] = replace(site.INVOICE, name=next(words), description=next(words))
    house.time_passes(seconds=3_700)
    house.app.basics.run_once()
    return house


def form(house: House, person: str, chat: str, root: str) -> Shown:
    rests(house)
    cards = [m for m in house.thread(person, chat, root) if not m.recalled]
    cards = [m for m in cards if m.fields or any(b.name == "open_form" for b in m.buttons)]
    if cards and not cards[-1].fields:
        house.clicks(person, cards[-1], "open_form")
        rests(house)
    return house.form(person, chat)


def asks(house: House, person: str, chat: str, typed: str) -> list[Shown]:
    """Fill in card after card, with these words where any are taken; return the cards."""
    root, before = house.asks(person, chat, typed), len(house.ticket_keys())
    cards: list[Shown] = []
    invoices = ["INV-7", "INV-7", " ".join(typed.split())[:200]]
    while len(house.ticket_keys()) == before:
        cards.append(card := form(house, person, chat, root))
        assert len(cards) < 7, [c.text for c in cards]
        which = {"request_kind": 0, HIGHEST: 0, AREA: 2}
        asked = {f.name: f for f in card.fields if not f.default}
        told = {n: asked[n].options[at].text for n, at in which.items() if n in asked}
        if any(f.name == INVOICE for f in card.fields):
            told[INVOICE] = invoices.pop()
        if "reporter" in asked and asked["reporter"].required:
            told["reporter"] = f"{person}@initech.example"
        click = house.clicks(person, card, "submit", **told)
        assert click.toast.type in ("info", "success"), click.toast.content
        rests(house)
    return cards


def seen(house: House) -> Iterator[Shown]:
    """Yield everything that anybody sees of the bot, wherever it stands."""
    people = house.box.lark_people
    for chat, viewers in VIEWERS.items():
        for person in viewers:
            for message in (*people.view(person, chat), *people.direct(person)):
                found = (message, *message.thread)
                yield from (one for one in found if one.sender == "Support Bot")


def is_harmless_in_lark(house: House, cards: list[Shown]) -> None:
    """As the client reads it: nobody is mentioned and every link leads to the portal."""
    portal = house.app.config.jsm.portal_base
    for shown in (*seen(house), *cards):
        assert shown.kind == "card"
        assert shown.mentions == []
        assert [url for _, url in shown.links if not url.startswith(portal)] == []
        assert [b.url for b in shown.buttons if b.url and not b.url.startswith(portal)] == []
    sent_back = "the helpdesk would refuse the values"
    assert [d for d in house.undelivered() if d.reason != sent_back] == []


def read(card: Shown) -> str:
    """Return the words of a card, those of its lists included."""
    options = (option.text for field in card.fields for option in field.options)
    labels = (f"{field.label} {field.placeholder}" for field in card.fields)
    return hostile.words("\n".join([card.title, card.text, *options, *labels]))


@pytest.mark.parametrize("strings", chunks((*hostile.ALL, hostile.TOKENS), 24), ids=lambda s: s[0])
@pytest.mark.parametrize(("person", "chat"), [("mei", INITECH), ("ben", GLOBEX)])
def test_a_form_is_only_words_whoever_wrote_it_and_whoever_fills_it_in(
    make_house: Callable[..., House], strings: tuple[str, ...], person: str, chat: str
) -> None:
    house = opens(make_house, strings)
    cards = asks(house, person, chat, "\n".join(strings))
    (ticket,) = house.box.jira_people.tickets()
    other = VIEWERS[chat][1]
    root = house.box.lark_people.view(other, chat)[0].message_id
    house.says(other, chat, strings[0], thread=root)
    house.poll()
    rests(house)
    is_harmless_in_lark(house, cards)

    form_of = house.box.jira_state.request_types["13"].form
    assert form_of is not None
    labels = [question.label for question in form_of.questions.values()]
    choices = [choice.label for choice in form_of.questions["3"].choices]
    told = " ".join(map(read, cards))
    assert [w for w in (*labels, *choices) if hostile.words(w)[:60] not in told] == []
    assert len(house.posts("erin", LOBBY)) == 1, "the boss is told in words as well"

    assert dict(ticket.form or ())[form_of.questions["9"].label] == "INV-7"
    assert hostile.words(strings[0])[:60] in hostile.words(ticket.summary)
    is_harmless_in_jira(ticket.fields.get("description"))
    for comment in house.box.jira_people.comments(ticket.key):
        is_harmless_in_jira(comment.body)


def test_megabytes_of_labels_take_the_form_away_from_nobody(
    make_house: Callable[..., House],
) -> None:
    house = opens(make_house, (LONG,))
    cards = asks(house, "mei", INITECH, "our cluster is down")
    is_harmless_in_lark(house, cards)
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.form is not None
    assert "INV-7" in dict(ticket.form).values()
