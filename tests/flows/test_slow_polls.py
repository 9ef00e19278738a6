"""Reading the helpdesk takes long, and meanwhile the world goes on."""

from collections.abc import Callable

from house import ACME, House, Story, watch_of

from syncd.core.model import Ticket, TicketId
from syncd.loops.watch.watch import Watch

HOUR_MS = 3_600_000


class SlowHelpdesk:
    """The helpdesk, but something happens between each answer on tickets and its arrival."""

    def __init__(self, house: House, meanwhile: Callable[[], object]) -> None:
        self._helpdesk = house.app.helpdesk
        self._meanwhile = meanwhile
        self.changed_since = self._helpdesk.changed_since
        self.comment_details = self._helpdesk.comment_details

    def tickets(self, ids: list[TicketId]) -> list[Ticket]:
        found = self._helpdesk.tickets(ids)
        self._meanwhile()
        return found


def slow_watch(house: House, owner: str, meanwhile: Callable[[], object]) -> Watch:
    return watch_of(house, owner, SlowHelpdesk(house, meanwhile))


def answered_unseen(house: House, text: str) -> Story:
    """Return a ticket with an answer that no poll has read, and that nobody is about to read."""
    story = house.files("aiko", ACME)
    house.poll()
    house.app.watch.hand_over()
    house.box.jira_people.comment("erin", story.key, text)
    return story


def shown(house: House, story: Story) -> list[str]:
    return [m.text.splitlines()[-1] for m in house.thread("chen", ACME, story.root)[1:]]


def test_what_becomes_public_while_a_sweep_reads_is_shown_and_stays(house: House) -> None:
    story = house.files("aiko", ACME)
    house.poll()
    house.app.watch.hand_over()
    comment = house.box.jira_people.comment("erin", story.key, "now for you", public=False)

    def made_public() -> None:
        house.box.jira_people.flip(story.key, comment, public=True)
        house.box.jira_people.transition(story.key, "In progress")

    watch = slow_watch(house, "one process", made_public)
    assert house.sweeps(3, watch) == 1
    house.settle()
    house.polls(watch)
    house.settle()
    (answer,) = house.thread("chen", ACME, story.root)[1:]
    assert "now for you" in answer.text
    assert not answer.recalled
    assert house.undelivered() == []


def test_a_poll_that_takes_longer_than_its_lease_gets_somewhere(house: House) -> None:
    story = answered_unseen(house, "slow but sure")
    watch = slow_watch(house, "slow", lambda: house.time_passes(seconds=150))
    assert house.polls(watch) == 1
    house.settle()
    assert shown(house, story) == ["slow but sure"]


def test_a_long_poll_keeps_its_lease_from_another_process(house: House) -> None:
    story = answered_unseen(house, "said once")
    handled: list[int] = []

    def other_process_polls() -> None:
        for _ in range(3):
            house.time_passes(seconds=15)
            watch.heartbeat()
            handled.append(house.polls())

    watch = slow_watch(house, "slow", other_process_polls)
    assert house.polls(watch) == 1
    assert handled == [0, 0, 0]
    house.settle()
    assert shown(house, story) == ["said once"]


def test_what_was_read_before_another_process_took_over_is_not_decided(house: House) -> None:
    story = answered_unseen(house, "said once")

    def paused_while_another_process_polls() -> None:
        house.time_passes(seconds=150)
        assert house.polls() == 1

    watch = slow_watch(house, "paused", paused_while_another_process_polls)
    assert house.polls(watch) == 0
    house.settle()
    assert shown(house, story) == ["said once"]


def test_what_is_said_while_a_sweep_reads_comes_after_what_it_read(house: House) -> None:
    story = answered_unseen(house, "before the sweep")
    said: list[str] = []

    def engineer_answers() -> None:
        if not said:
            said.append(house.box.jira_people.comment("erin", story.key, "during the sweep"))

    watch = slow_watch(house, "one process", engineer_answers)
    assert house.sweeps(3, watch) == 1
    house.polls(watch)
    house.settle()
    assert shown(house, story) == ["before the sweep", "during the sweep"]
