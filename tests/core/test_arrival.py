"""The order in which what arrives is handled."""

from syncd.core.arrival import SETTLES_MS, Envelope
from syncd.core.model import MessageId, Ms

NOW = Ms(1_774_004_563_541)


def said(at_ms: int, position: int = 0, root: str = "om_root") -> Envelope:
    return Envelope("e", "message", MessageId(f"om_{at_ms}"), root, Ms(at_ms), position)


def test_what_was_written_earlier_goes_first_whenever_it_arrived() -> None:
    assert said(NOW - 1).turn("01B", NOW) < said(NOW).turn("01A", NOW)
    assert said(999).turn("01B", NOW) < said(1000).turn("01A", NOW)


def test_of_one_moment_the_platforms_count_decides_then_the_arrival() -> None:
    assert said(NOW, position=9).turn("01B", NOW) < said(NOW, position=10).turn("01A", NOW)
    assert said(NOW).turn("01A", NOW) < said(NOW).turn("01B", NOW)


def test_what_does_not_say_when_it_was_written_goes_by_its_arrival() -> None:
    assert (
        said(NOW - 1).turn("01C", NOW) < said(0).turn("01B", NOW) < said(NOW + 1).turn("01A", NOW)
    )


def test_a_time_of_any_length_sorts_last_and_not_first() -> None:
    assert said(10**40, 10**40).turn("01A", NOW) > said(NOW).turn("01B", NOW)
    assert len(said(10**40, 10**40).turn("01A", NOW)) == len(said(NOW).turn("01A", NOW))


def test_only_what_may_follow_something_waits_a_moment() -> None:
    assert said(NOW).ready_ms(NOW) == NOW + SETTLES_MS
    assert said(NOW, root="").ready_ms(NOW) == 0


def test_a_root_and_what_stands_below_it_are_one_conversation() -> None:
    root = Envelope("e1", "message", MessageId("om_root"))
    assert root.conversation == said(NOW).conversation == "om_root"
    assert Envelope("e1", "added").conversation == "e1"
