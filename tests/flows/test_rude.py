"""What one rude or careless person can cause, and what honest people do not notice of it."""

import json

from house import ACME, GLOBEX, TOPIC, House
from sqlalchemy import NullPool, create_engine, func, select

from syncd.core.model import ChatId, DeliveryState, ReporterRule
from syncd.core.operators.serving import ChatDecision
from syncd.store import schema


def invitations(house: House) -> list[str]:
    """The bodies of all invitations that Jira was asked for."""
    calls = house.box.world.journal.calls("jsm")
    return [call.request.decode() for call in calls if call.path.endswith("/customer/invite")]


def test_nobody_has_strangers_invited_where_the_profile_tells_who_asks(house: House) -> None:
    for number in range(8):
        house.asks("ben", GLOBEX, "hello")
        click = house.submits("ben", GLOBEX, reporter=f"ceo{number}@bank{number}.example.org")
        assert "ben@globex.example" in click.toast.content
        house.clicks("ben", house.form("ben", GLOBEX), "cancel")
    assert invitations(house) == []
    assert house.ticket_keys() == []


def test_who_has_no_address_in_the_profile_asks_with_one_and_finds_it_in_the_next_form(
    house: House,
) -> None:
    house.asks("dora", GLOBEX)
    house.submits("dora", GLOBEX, reporter="dora@globex.example")
    assert len(house.ticket_keys()) == 1
    house.asks("dora", GLOBEX, "and the printer")
    reporter = house.form("dora", GLOBEX).field_named("reporter")
    assert reporter.default == "dora@globex.example"
    for number in range(2):
        house.submits("dora", GLOBEX, reporter=f"ceo{number}@bank.example.org")
        house.until(lambda tickets=number + 2: len(house.ticket_keys()) == tickets, step=60)
        house.asks("dora", GLOBEX, "hello")
    click = house.submits("dora", GLOBEX, reporter="ceo9@bank.example.org")
    assert "dora@globex.example" in click.toast.content


def test_a_stranger_is_not_registered_under_the_askers_name(make_house) -> None:
    house: House = make_house(**{"defaults.reporter": ReporterRule.ANY})
    house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX, reporter="someone.else@globex.example")
    (invitation,) = invitations(house)
    assert "someone.else@globex.example" in invitation
    assert "Ben Miller" not in invitation


def test_who_is_invited_with_the_address_of_the_profile_gets_the_name_of_the_profile(
    house: House,
) -> None:
    house.asks("chen", ACME)
    house.submits("chen", ACME)
    (invitation,) = invitations(house)
    assert json.loads(invitation)["displayName"] == "陈伟"


def test_invitations_have_a_daily_budget_which_is_told_once_and_ends_with_the_day(
    make_house,
) -> None:
    house: House = make_house(
        **{
            "defaults.reporter": ReporterRule.ANY,
            "limits.invitations_per_day": 2,
            "alerts.chat": ACME,
        }
    )
    for number in range(4):
        house.asks("ben", GLOBEX)
        house.submits("ben", GLOBEX, reporter=f"new{number}@globex.example", summary=f"no {number}")
        if number < 2:
            house.until(lambda tickets=number + 1: len(house.ticket_keys()) == tickets, step=60)
            continue
        address = f"new{number}@globex.example"
        house.until(lambda told=address: told in house.form("ben", GLOBEX).text, step=60)
        form = house.form("ben", GLOBEX)
        assert address in form.text
        assert form.field_named("summary").default == f"no {number}"
    assert len(invitations(house)) == 2
    assert len(house.ticket_keys()) == 2
    assert len(house.posts("aiko", ACME)) == 1, "operators are told once"
    house.submits("ben", GLOBEX, reporter="ben@globex.example")
    house.until(lambda: len(house.ticket_keys()) == 3, step=60)
    assert len(house.ticket_keys()) == 3, "who is known needs no invitation"
    house.time_passes(seconds=86_401)
    house.tidy()
    house.app.sweeper.run_once()
    house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX, reporter="new3@globex.example")
    house.until(lambda: len(invitations(house)) == 3, step=60)
    assert len(invitations(house)) == 3


def test_a_create_that_is_tried_again_spends_no_second_invitation(make_house) -> None:
    house: House = make_house(
        **{"defaults.reporter": ReporterRule.ANY, "limits.invitations_per_day": 1}
    )
    house.fail("jsm", "POST .*/customer/invite", "refuse", times=2, status=503)
    house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX, reporter="new@globex.example")
    house.until(lambda: house.ticket_keys(), step=60)
    assert house.ticket_keys() == ["HELP-1"]
    assert house.deliveries(DeliveryState.DEAD) == []


def an_hour_begins(house: House) -> None:
    """What is told once an hour must not be told at the end of one and in the next."""
    house.time_passes(seconds=3600 - house.box.world.clock.now_ms() // 1000 % 3600)


def forms(house: House, person: str, chat: str) -> list[str]:
    shown = house.box.lark_people.view(person, chat)
    return [m.field_named("summary").default for m in shown if m.fields and not m.recalled]


def test_who_mentions_the_bot_on_and_on_has_few_forms_and_is_told_once(house: House) -> None:
    an_hour_begins(house)
    for number in range(30):
        house.asks("ben", GLOBEX, f"thing number {number}")
    house.until(lambda: not house.deliveries(DeliveryState.READY), step=5)
    assert sorted(forms(house, "ben", GLOBEX)) == [f"thing number {n}" for n in range(3)]
    few, often = house.told("ben")
    assert "thing number 3" in few + house.box.lark_people.direct("ben")[-2].title
    assert "3 open forms" in few
    assert "20 times" in often
    with house.app.store.read() as tx:
        assert sum(tx.requests.counts().values()) == 3
    house.asks("dora", GLOBEX, "and I?")
    house.until(lambda: forms(house, "dora", GLOBEX), step=5)
    assert forms(house, "dora", GLOBEX) == ["and I?"], "others are served"


def test_who_submits_or_cancels_may_ask_again(house: House) -> None:
    for number in range(3):
        house.asks("ben", GLOBEX, f"thing number {number}")
    house.clicks("ben", house.form("ben", GLOBEX), "cancel")
    house.asks("ben", GLOBEX, "another thing")
    house.until(lambda: "another thing" in forms(house, "ben", GLOBEX), step=5)
    assert "another thing" in forms(house, "ben", GLOBEX)
    assert house.told("ben") == []


def test_forms_of_a_group_that_is_served_no_more_keep_nobody_from_asking(house: House) -> None:
    for number in range(3):
        house.asks("aiko", TOPIC, f"thing number {number}")
    with house.app.store.begin() as tx:
        tx.chats.set(ChatDecision(ChatId(TOPIC), enabled=False))
    house.asks("aiko", ACME, "another thing")
    house.until(lambda: forms(house, "aiko", ACME), step=5)
    assert forms(house, "aiko", ACME) == ["another thing"]


def test_the_budget_of_forms_comes_back_after_the_hour(make_house) -> None:
    house: House = make_house(**{"limits.requests_per_person_per_hour": 2})
    for number in range(3):
        house.asks("ben", GLOBEX, f"thing number {number}")
    assert len(forms(house, "ben", GLOBEX)) == 2
    house.time_passes(seconds=3601)
    house.asks("ben", GLOBEX, "an hour later")
    assert "an hour later" in forms(house, "ben", GLOBEX)


def test_who_submits_one_form_after_another_is_told_once_that_it_is_enough(make_house) -> None:
    house: House = make_house(**{"limits.requests_per_person_per_hour": 3})
    an_hour_begins(house)
    for number in range(3):
        house.files("ben", GLOBEX, f"thing number {number}")
    for number in range(3, 6):
        house.asks("ben", GLOBEX, f"thing number {number}")
    house.settles()
    assert forms(house, "ben", GLOBEX) == []
    assert len(house.ticket_keys()) == 3
    (told,) = house.told("ben")
    assert "3 times" in told


def test_who_writes_too_much_into_a_thread_is_told_what_did_not_reach_the_ticket(
    make_house,
) -> None:
    house: House = make_house(**{"limits.replies_per_person_per_hour": 2})
    story = house.files("aiko", ACME)
    for number in range(4):
        house.says("aiko", ACME, f"line {number}", thread=story.root)
    said = [str(c.body) for c in house.box.jira_people.comments(story.key)]
    assert ["line 0" in said[0], "line 1" in said[1], len(said)] == [True, True, 2]
    (card,) = house.box.lark_people.direct("aiko")
    assert "line 2" in card.title
    assert f"/{story.key}" in card.text
    house.says("chen", ACME, "我也是", thread=story.root)
    assert len(house.box.jira_people.comments(story.key)) == 3, "others still reach it"


def mention(number: int) -> bytes:
    """A frame in which Ben mentions the bot in Globex."""
    bot = {"key": "@_user_1", "id": {"open_id": "ou_bot"}, "name": "Support Bot"}
    message = {
        "message_id": f"om_{number:032}",
        "create_time": "0",
        "chat_id": GLOBEX,
        "chat_type": "group",
        "message_type": "text",
        "content": json.dumps({"text": f"@_user_1 help me with thing {number}"}),
        "mentions": [bot],
    }
    sender = {"sender_id": {"open_id": "ou_ben"}, "sender_type": "user"}
    header = {"event_id": f"ev-{number}", "event_type": "im.message.receive_v1"}
    event = {"sender": sender, "message": message}
    return json.dumps({"schema": "2.0", "header": header, "event": event}).encode()


def stored_bytes(house: House) -> int:
    with create_engine(house.url, poolclass=NullPool).connect() as connection:
        pages, free, size = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


def test_mentions_beyond_the_limit_leave_little_and_order_nothing(house: House) -> None:
    def arrive(numbers: range) -> None:
        house.app.intake.receive([mention(number) for number in numbers])
        while house.app.intake.run_once():
            pass

    def ordered() -> int:
        counted = select(func.count()).select_from(schema.outbox)
        with create_engine(house.url, poolclass=NullPool).connect() as connection:
            return int(connection.scalar(counted) or 0)

    an_hour_begins(house)
    arrive(range(30))
    before, size = ordered(), stored_bytes(house) if house.app.store.alone else 0
    assert before == 20 + 2, "twenty forms, and two words about the limits"
    arrive(range(30, 330))
    assert ordered() == before
    if house.app.store.alone:
        assert stored_bytes(house) - size < 300 * 3000
