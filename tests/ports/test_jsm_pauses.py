"""What the helpdesk has had too much of is kept back, and nothing else is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from jsm_served import Served, Stopwatch, filing

from syncd.core.errors import Unavailable, Uncertain
from syncd.core.model import CommentId, DeliveryId, Ms, TicketKey
from syncd.core.prose.said import blocks
from syncd.helpdesk.jsm.client import JsmHelpdesk
from syncd.helpdesk.jsm.pauses import Pauses
from syncd.helpdesk.jsm.wire import tickets
from syncd.helpdesk.jsm.wire.call import Answer
from syncd.sandbox.jsm.limits import too_many

CREATE = "POST /rest/servicedeskapi/request$"
SEARCH = "POST /rest/api/3/search/jql"
COMMENT = "POST /rest/api/3/issue/.*/comment$"

Act = Callable[[JsmHelpdesk], object]


@pytest.fixture
def here(here: Served) -> Served:
    here.people.create_ticket("aiko", "The first")
    here.people.create_ticket("aiko", "The second")
    here.people.comment("erin", "HELP-1", "hello")
    return here


def search(helpdesk: JsmHelpdesk) -> object:
    return helpdesk.changed_since(Ms(0), "")


def gate(helpdesk: JsmHelpdesk) -> object:
    return helpdesk.publicity(TicketKey("HELP-1"), CommentId("10000"))


def whoami(helpdesk: JsmHelpdesk) -> object:
    return helpdesk.whoami()


def create(helpdesk: JsmHelpdesk) -> object:
    return helpdesk.create(filing())


def comment_on(key: str) -> Act:
    return lambda helpdesk: helpdesk.add_comment(
        TicketKey(key), "Aiko", blocks("x"), DeliveryId(f"D-{key}")
    )


def limit(here: Served, route: str, reason: str, *, wait: int = 20, times: int = 1) -> None:
    now = here.world.clock.now_ms()
    here.world.faults.add(too_many(route, reason=reason, now_ms=now, retry_after=wait, times=times))


def left(helpdesk: JsmHelpdesk, act: Act) -> float:
    """Return for how long the call is not to be made."""
    with pytest.raises(Unavailable) as refused:
        act(helpdesk)
    assert refused.value.retry_after is not None
    return refused.value.retry_after


@pytest.mark.parametrize(
    "reason", ["jira-quota-tenant-based", "jira-cost-based", "of-tomorrow", ""]
)
def test_a_used_up_quota_stops_every_call_until_it_is_there_again(
    here: Served, reason: str
) -> None:
    helpdesk = here.helpdesk()
    helpdesk.form()
    limit(here, SEARCH, reason)
    left(helpdesk, search)
    before = len(here.calls())
    for act in (search, gate, whoami, create, comment_on("HELP-1")):
        assert left(helpdesk, act) <= 20
    assert len(here.calls()) == before
    here.watch.seconds += 20
    for act in (whoami, search, gate, create, comment_on("HELP-1")):
        act(helpdesk)


def test_a_burst_stops_its_endpoint_alone(here: Served) -> None:
    helpdesk = here.helpdesk()
    helpdesk.whoami()
    limit(here, SEARCH, "jira-burst-based")
    left(helpdesk, search)
    before = len(here.calls("/search/jql"))
    assert 0 < left(helpdesk, search) <= 20
    for act in (gate, comment_on("HELP-1")):
        act(helpdesk)
    assert len(here.calls("/search/jql")) == before
    here.watch.seconds += 20
    search(helpdesk)


def test_too_many_writes_to_one_ticket_stop_only_what_is_written_to_it(here: Served) -> None:
    helpdesk = here.helpdesk()
    helpdesk.whoami()
    limit(here, COMMENT, "jira-per-issue-on-write")
    left(helpdesk, comment_on("HELP-1"))
    assert left(helpdesk, comment_on("HELP-1")) > 0
    comment_on("HELP-2")(helpdesk)
    gate(helpdesk)
    assert [len(here.people.comments(key)) for key in ("HELP-1", "HELP-2")] == [1, 1]
    here.watch.seconds += 20
    comment_on("HELP-1")(helpdesk)


def test_a_server_that_says_how_long_it_is_away_is_left_alone_and_the_write_stays_in_doubt(
    here: Served,
) -> None:
    helpdesk = here.helpdesk()
    helpdesk.form()
    fault = here.fault(CREATE, "refuse", status=503, headers={"Retry-After": "7"}, times=-1)
    with pytest.raises(Uncertain):
        create(helpdesk)
    assert left(helpdesk, create) == 7
    assert fault.hits == 1
    search(helpdesk)


def test_each_refusal_in_a_row_doubles_the_pause_up_to_a_minute(here: Served) -> None:
    helpdesk = here.helpdesk()
    limit(here, SEARCH, "", times=8)
    waits = []
    for _ in range(8):
        waits.append(left(helpdesk, search))
        here.watch.seconds += waits[-1]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    search(helpdesk)
    limit(here, SEARCH, "")
    assert left(helpdesk, search) == 1


def test_chance_adds_up_to_a_third_so_that_not_everybody_comes_back_at_once(here: Served) -> None:
    here.chance = 0.5
    helpdesk = here.helpdesk()
    limit(here, SEARCH, "")
    assert left(helpdesk, search) == pytest.approx(1.15)


def test_calls_that_were_refused_together_count_as_one_refusal() -> None:
    watch, call, refused = Stopwatch(), tickets.changed("HELP", Ms(0), ""), Answer(429)
    pauses = Pauses(watch, chance=lambda: 0.0)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: pauses.learn(call, refused), range(8)))
    assert pauses.left(call) == 1
    watch.seconds += 1
    pauses.learn(call, refused)
    assert pauses.left(call) == 2


def test_an_answer_to_a_call_of_before_ends_no_pause() -> None:
    watch, call = Stopwatch(), tickets.changed("HELP", Ms(0), "")
    pauses = Pauses(watch, chance=lambda: 0.0)
    pauses.learn(call, Answer(429, {"retry-after": "20"}))
    pauses.learn(call, Answer(200))
    assert pauses.left(call) == 20


def test_another_process_learns_the_limit_by_one_refused_call(here: Served) -> None:
    """What a restart forgets."""
    limit(here, SEARCH, "jira-quota-global-based", times=2)
    for helpdesk in (here.helpdesk(), here.helpdesk()):
        with pytest.raises(Unavailable):
            search(helpdesk)
        assert left(helpdesk, whoami) > 0
    assert here.calls("/myself") == []
