"""What /metrics counts is what the world saw."""

import re
from collections import Counter

from house import ACME, GLOBEX, House
from scraped import Scraped
from sqlalchemy import NullPool, create_engine, func, select

from syncd.core.model import DeliveryState
from syncd.loops.keep import operating
from syncd.sandbox.journal import Call
from syncd.store import schema

_LARK = {
    "login": "POST .*/tenant_access_token/internal",
    "bot": "GET .*/bot/v3/info",
    "profile": "GET .*/users/[^/]+",
    "chat": "GET .*/chats/[^/]+",
    "members": "GET .*/chats/[^/]+/members",
    "names": "POST .*/contact/v3/users/basic_batch",
    "send": "POST .*/messages",
    "reply": "POST .*/messages/[^/]+/reply",
    "update": "PATCH .*/messages/[^/]+",
    "recall": "DELETE .*/messages/[^/]+",
    "reaction": "(POST|GET|DELETE) .*/messages/[^/]+/reactions.*",
    "history": "GET .*/messages",
    "message": "GET .*/messages/[^/]+",
    "private_card": "POST .*/ephemeral/v1/send",
    "private_card_removal": "POST .*/ephemeral/v1/delete",
}
_JSM = {
    "login": "GET .*/myself",
    "site": "GET /_edge/tenant_info",
    "form": "GET (.*/servicedesk/[^/]+|.*/requesttype/.*|/rest/api/3/(field|priority/search))",
    "search": "POST .*/search/jql",
    "tickets": "POST .*/issue/bulkfetch",
    "comments": "(POST .*/comment/list|GET /rest/api/3/issue/[^/]+/comment)",
    "comment": "POST .*/issue/[^/]+/comment",
    "create": "POST .*/servicedeskapi/request",
    "validation": "POST .*/servicedeskapi/request/validate",
    "portal": "GET .*/servicedeskapi/request/.*",
    "people": "(GET|POST) (.*/customer.*|.*/user/search)",
}
_WORDS = ("Manhattan", "Trinity", "Aiko", "aiko@acme.example", ACME, "HELP-1")


def scrape(house: House) -> Scraped:
    page = house.app.metrics.page()
    assert page.status == 200
    return Scraped(page.body)


def by_feature(calls: list[Call], routes: dict[str, str]) -> Counter[str]:
    """Count the calls that arrived by what they were for; a KeyError names one of no feature."""
    counts: Counter[str] = Counter()
    for call in calls:
        said = f"{call.method} {call.path}"
        (feature,) = [name for name, route in routes.items() if re.fullmatch(route, said)]
        counts[feature] += 1
    return counts


def everything_happens(house: House) -> None:
    """A form, a ticket, an answer, a reply, an edit and a comment that is hidden."""
    people = house.box.jira_people
    story = house.files("aiko", ACME, "project Manhattan is down")
    shown = people.comment("erin", story.key, "Trinity is back")
    house.poll()
    house.says("chen", ACME, "Manhattan says thanks", thread=story.root)
    house.time_passes(seconds=2)
    people.edit(story.key, shown, "Trinity is back again")
    house.poll()
    house.time_passes(seconds=60)
    people.flip(story.key, shown, public=False)
    house.poll()
    house.rereads()
    house.sweeps(3)


def test_the_calls_are_those_that_arrived(house: House) -> None:
    everything_happens(house)
    told, journal = scrape(house), house.box.world.journal
    to_lark = [call for call in journal.calls("lark") if call.path != "/callback/ws/endpoint"]
    for platform, calls, routes in (("lark", to_lark, _LARK), ("jsm", journal.calls("jsm"), _JSM)):
        counted = told.by("feature", "syncd_api_calls_total", platform=platform)
        assert counted == by_feature(calls, routes)
        by_status = Counter(f"{call.status // 100}xx" for call in calls)
        assert told.by("status", "syncd_api_calls_total", platform=platform) == by_status
        assert told.value("syncd_api_call_seconds_count", platform=platform) == len(calls)


def test_the_deliveries_are_those_on_record(house: House) -> None:
    everything_happens(house)
    done = select(schema.outbox.c.kind, func.count()).where(
        schema.outbox.c.state == DeliveryState.DONE
    )
    with create_engine(house.url, poolclass=NullPool).connect() as connection:
        recorded = {kind: n for kind, n in connection.execute(done.group_by(schema.outbox.c.kind))}
    assert recorded.keys() >= {"ShowForm", "FileTicket", "PostUpdate", "AddComment", "Withdraw"}
    told = scrape(house)
    assert told.by("kind", "syncd_deliveries_total", outcome="done") == recorded
    assert told.by("state", "syncd_deliveries_waiting") == {}


def test_a_form_is_timed_from_when_the_mention_was_written(house: House) -> None:
    people = house.box.lark_people
    mention = people.say("aiko", ACME, "@Support Bot it is down")
    assert people.wait_delivered(mention)
    assert house.app.intake.run_once() == 1
    house.time_passes(seconds=90)
    house.settle()
    answered_after(house, "ShowForm", 90)


def test_a_post_is_timed_from_when_the_comment_was_written(house: House) -> None:
    story = house.files("aiko", ACME)
    house.box.jira_people.comment("erin", story.key, "it is back")
    house.polls()
    house.time_passes(seconds=90)
    house.settle()
    answered_after(house, "PostUpdate", 90)


def answered_after(house: House, kind: str, seconds: float) -> None:
    told = scrape(house)
    assert told.value("syncd_answer_seconds_count", kind=kind) == 1
    assert told.value("syncd_answer_seconds_sum", kind=kind) >= seconds - 1
    assert told.value("syncd_answer_seconds_bucket", kind=kind, le="60.0") == 0


def test_events_and_their_acknowledgements_are_counted(house: House) -> None:
    house.files("aiko", ACME)
    house.says("ben", GLOBEX, "hello everybody")
    told = scrape(house)
    events = told.by("kind", "syncd_events_received_total", seen="new")
    assert events == {"im.message.receive_v1": 2, "card.action.trigger": 1}
    assert told.by("frame", "syncd_ack_seconds_count", outcome="ok") == {"event": 2, "click": 1}
    assert told.value("syncd_lark_connections_total") == 1
    assert told.value("syncd_lark_connected") == 1
    assert told.value("syncd_ready") == 1


def test_what_waits_and_what_is_dead_is_told(house: House) -> None:
    house.fail("jsm", "POST /rest/servicedeskapi/request$", "drop_after")
    house.asks("aiko", ACME)
    house.submits("aiko", ACME)
    told = scrape(house)
    in_doubt = {"destination": "jsm", "state": "doubt"}
    assert told.value("syncd_deliveries_waiting", **in_doubt) == 1
    assert told.value("syncd_lanes_held") == 1
    assert told.value("syncd_requests_open", state="submitted") == 1
    refused = {"status": 400, "body": '{"code":230028,"msg":"refused"}'}
    house.fail("lark", "POST /open-apis/im/v1/messages", "refuse", times=-1, **refused)
    house.until(lambda: house.tidy() or house.deliveries(DeliveryState.DEAD))
    dead, told = house.deliveries(DeliveryState.DEAD), scrape(house)
    assert told.value("syncd_deliveries_waiting", state="dead") == len(dead)
    assert told.value("syncd_dead_deliveries_to_act_on") == len(dead)
    assert told.value("syncd_deliveries_total", outcome="dead") == len(dead)
    operating.drop(house.app.records, dead[0].id, "")
    told = scrape(house)
    assert told.value("syncd_deliveries_waiting", state="dead") == len(dead)
    assert told.value("syncd_dead_deliveries_to_act_on") == len(dead) - 1


def test_what_waits_for_its_ticket_does_not_grow_old(house: House) -> None:
    story = house.files("ben", GLOBEX)
    root = house.asks("aiko", ACME)
    house.says("chen", ACME, "and so is mine", thread=root)
    house.fail("jsm", "GET /rest/servicedeskapi/request/.*", "refuse", times=-1, status=503)
    house.box.jira_people.comment("erin", story.key, "it is back")
    house.poll()
    house.time_passes(seconds=600)
    told = scrape(house)
    assert told.value("syncd_deliveries_waiting", destination="jsm", state="ready") == 1
    ages = told.by("destination", "syncd_oldest_ready_delivery_age_seconds")
    assert ages.keys() == {"lark"}
    assert ages["lark"] >= 600


def test_each_limit_is_counted_by_whose_it_is(house: House) -> None:
    burst = {"ratelimit-reason": "jira-burst-based", "retry-after": "1"}
    house.fail("jsm", "POST /rest/api/3/search/jql", "refuse", status=429, headers=burst)
    house.polls()
    limited = {"status": 400, "body": '{"code":230020,"msg":"ext=chat rate limit"}'}
    house.fail("lark", "POST /open-apis/ephemeral/v1/send", "refuse", **limited)
    for number in range(5):
        house.asks("aiko", ACME, f"number {number}")
        house.until(lambda: not house.deliveries(DeliveryState.READY), step=5)
    told = scrape(house)
    assert told.by("limit", "syncd_limits_hit_total", by="jsm") == {"burst": 1}
    assert told.by("limit", "syncd_limits_hit_total", by="lark") == {"chat": 1}
    assert told.value("syncd_limits_hit_total", by="syncd", limit="open_forms_per_person") == 2
    assert told.by("outcome", "syncd_polls_total") == {"ok": 1, "failed": 1}


def test_a_find_of_a_sweep_and_a_trouble_are_told(house: House) -> None:
    story = house.files("aiko", ACME)
    house.poll()
    house.time_passes(seconds=1200)
    house.poll()
    house.box.jira_people.comment("erin", story.key, "long ago")
    with house.app.store.begin() as tx:
        tx.cursors.set("poll", tx.now + 600_000)
    house.time_passes(seconds=900)
    assert house.sweeps(3) == 1
    house.fail("jsm", "POST /rest/api/3/search/jql", "refuse", status=500)
    house.polls()
    told = scrape(house)
    assert told.by("hours", "syncd_sweep_found_tickets_total") == {"3": 1}
    assert told.by("hours", "syncd_sweeps_total", outcome="ok") == {"3": 1}
    assert told.by("trouble", "syncd_trouble") == {"poll": 1}
    assert told.value("syncd_ready") == 0
    assert told.value("syncd_poll_age_seconds") >= 900


def test_neither_a_secret_nor_a_word_of_anybody_stands_there(house: House) -> None:
    everything_happens(house)
    house.fail("jsm", "POST", "refuse", times=3, status=400, body='{"errorMessage":"Manhattan"}')
    house.asks("aiko", ACME, "project Manhattan again")
    text = scrape(house).text
    assert "syncd_deliveries_total" in text
    for word in (*_WORDS, *house.box.environment().values()):
        assert word not in text


def test_an_event_of_an_unknown_kind_makes_no_label(house: House) -> None:
    meter = house.app.metrics.meter
    for number in range(50):
        meter.received(f"im.something.new_v{number}", new=True)
    told = scrape(house)
    assert told.by("kind", "syncd_events_received_total") == {"other": 50}


def test_a_scrape_calls_nobody(house: House) -> None:
    everything_happens(house)
    before = len(house.box.world.journal.calls())
    first, second = scrape(house), scrape(house)
    assert len(house.box.world.journal.calls()) == before
    assert first.by("kind", "syncd_deliveries_total") == second.by("kind", "syncd_deliveries_total")
