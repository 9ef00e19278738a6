"""The daemon is killed with -9 at any commit and any call; after a restart nothing is missing."""

from collections import Counter
from collections.abc import Iterator

import pytest
from faults.crash import matrix, script
from faults.crash.campaign import Report
from faults.crash.daemons import Nursery
from faults.crash.matrix import Run
from faults.crash.play import MOST_DEATHS
from faults.crash.script import SECRETS
from faults.crash.witness import Point
from house import GLOBEX

_POINTS = [
    ("before commit: INSERT history, INSERT inbox", 2),
    ("before ack", 1),
    ("before POST /open-apis/ephemeral/v1/send", 1),
    ("before POST /rest/servicedeskapi/request", 1),
    ("after POST /rest/servicedeskapi/request", 1),
    ("after POST /open-apis/im/v1/messages/ID/reply", 2),
    ("after POST /rest/api/3/issue/ID/comment", 1),
]
"""One for each way of recovering; `make faults` takes all of them."""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as opened:
        yield opened


@pytest.mark.parametrize(("label", "nth"), _POINTS)
def test_a_story_with_one_death_ends_as_if_nothing_had_happened(
    nursery: Nursery, label: str, nth: int
) -> None:
    played = matrix.play(nursery, Run(script.first(), (Point(label, nth),)))
    assert played.verdict.problems() == []
    assert played.died_at == [Point(label, nth)], f"the daemon never came to {label!r}"
    assert played.verdict.markers_received["name of that file"] > 0


_FILE_POINTS = [
    ("after POST /rest/servicedeskapi/servicedesk/ID/attachTemporaryFile", 1),
    ("before POST /rest/servicedeskapi/request/ID/attachment", 1),
    ("after POST /rest/servicedeskapi/request/ID/attachment", 1),
    ("after POST /open-apis/im/v1/files", 1),
    ("after POST /open-apis/im/v1/messages/ID/reply", 3),
]


@pytest.mark.parametrize(("label", "nth"), _FILE_POINTS)
def test_a_file_on_its_way_is_neither_lost_nor_doubled(
    nursery: Nursery, label: str, nth: int
) -> None:
    played = matrix.play(nursery, Run(script.with_files(), (Point(label, nth),)))
    assert played.verdict.problems() == []
    assert played.died_at == [Point(label, nth)], f"the daemon never came to {label!r}"


def test_a_post_in_a_group_with_one_death_is_shown_once(nursery: Nursery) -> None:
    point = Point("after POST /open-apis/im/v1/messages", 1)
    played = matrix.play(nursery, Run(script.first(GLOBEX), (point,)))
    assert played.verdict.problems() == []
    assert played.verdict.deaths == 1


_OF_SEVERAL_CARDS = [
    (script.BILL, "after POST /open-apis/im/v1/messages/ID/reply", 1),
    (script.FORM_IN_THREAD, "after POST /open-apis/im/v1/messages/ID/reply", 2),
    (script.FORM, "after POST /rest/servicedeskapi/request/validate", 1),
]
"""The button that opens a form, the form in the thread, and the answer that refuses it."""


@pytest.mark.parametrize(("cast", "label", "nth"), _OF_SEVERAL_CARDS)
def test_a_request_of_several_cards_ends_as_if_nothing_had_happened(
    nursery: Nursery, cast: str, label: str, nth: int
) -> None:
    played = matrix.play(nursery, Run(script.first(cast), (Point(label, nth),)))
    assert played.verdict.problems() == []
    assert played.died_at == [Point(label, nth)]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_varied_story_with_deaths_by_chance_ends_well(nursery: Nursery, seed: int) -> None:
    played = matrix.play(nursery, matrix.seeded(seed))
    assert played.verdict.problems() == []
    assert played.died_at, "it came to no point that chance chose"


_OF_THE_WATCH = {
    "looks asked": "INSERT looks, UPDATE leases",
    "a ticket read": "DELETE looks, UPDATE leases, UPDATE links",
    "looks taken": "UPDATE leases, UPDATE looks",
    "cursor begun": "INSERT cursors, UPDATE leases",
    "cursor moved": "UPDATE cursors, UPDATE leases",
    "look put aside": "UPDATE leases, UPDATE looks FAILING",
}


def test_each_commit_of_the_watch_is_among_the_crash_points(nursery: Nursery) -> None:
    """A first story comes to each of them, and `make faults` kills at what a first story found."""
    found = matrix.play(nursery, Run(script.first(GLOBEX)))
    assert found.verdict.problems() == []
    missing = [
        what
        for what, commit in _OF_THE_WATCH.items()
        if not {f"before commit: {commit}", f"after commit: {commit}"} <= found.seen.keys()
    ]
    assert missing == []


def test_a_look_that_a_death_kept_from_being_put_aside_is_taken_again(nursery: Nursery) -> None:
    commit = _OF_THE_WATCH["look put aside"]
    points = [Point(f"{when} commit: {commit}", 1) for when in ("before", "after")]
    played = matrix.play(nursery, Run(script.first(GLOBEX), tuple(points)))
    assert played.verdict.problems() == []
    assert played.died_at == points


def test_a_daemon_dies_once_of_each_thing_that_is_not_spared(nursery: Nursery) -> None:
    """What only this play does is not spared either, and there is an end to dying."""
    story = script.first(GLOBEX)
    usual = frozenset(matrix.play(nursery, Run(story)).seen)
    chosen = {"before POST /rest/api/3/search/jql", "after ack"}
    played = matrix.play(nursery, Run(story, spared=usual - chosen))
    assert played.verdict.problems() == []
    died_at = [point.label for point in played.died_at]
    assert len(died_at) == len(set(died_at))
    assert chosen & set(died_at)
    outlived = (set(played.seen) & chosen) - set(died_at)
    assert outlived == set() or len(died_at) >= MOST_DEATHS


def test_a_comment_that_is_hidden_before_its_post_is_on_record_does_not_stay(
    nursery: Nursery,
) -> None:
    """Seed 2 once left it in the chat, and listed it as withheld."""
    post_is_settled = (
        "before commit: INSERT history, INSERT twins, UPDATE outbox DONE SENDING, "
        "UPDATE seen_comments"
    )
    story = script.of(GLOBEX, "ask", "answer", "flipped", "answer")
    played = matrix.play(nursery, Run(story, (Point(post_is_settled, 2),)))
    assert played.verdict.problems() == []
    assert played.died_at == [Point(post_is_settled, 2)]


def test_a_mention_in_a_group_while_it_was_dead_is_answered(nursery: Nursery) -> None:
    """Seed 13 once lost it: replies were read back only where they become comments."""
    story = script.of(GLOBEX, "ask", "killed", "mention", "answer")
    played = matrix.play(nursery, Run(story))
    assert played.verdict.problems() == []
    assert played.verdict.deaths == 1


def test_a_campaign_that_left_something_out_has_failed(nursery: Nursery) -> None:
    """A crash point that nobody died at, or a kind of secret that nobody read, proves nothing."""
    played = matrix.play(nursery, Run(script.first(GLOBEX)))
    report = Report(markers_received=Counter(list(SECRETS)))
    report.add(played)
    assert report.failures == []
    assert not report.good, "it never died"
    report.hit.update(report.found)
    assert report.good
    report.markers_received["name of that file"] = 0
    assert not report.good
