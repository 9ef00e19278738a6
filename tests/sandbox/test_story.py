"""The story cannot pass for nothing."""

import pytest

from syncd.sandbox.box import Sandbox
from syncd.sandbox.story import StepFailed, play


def test_story_without_a_daemon_fails_and_names_the_step() -> None:
    told: list[str] = []
    with Sandbox() as box, pytest.raises(StepFailed) as failed:
        play(box, told.append, patience_seconds=0.1)
    assert failed.value.step_name == "1. The bot comes online"
    assert failed.value.what_was_expected == "a long connection"
    assert "nobody is connected to Lark as the bot" in failed.value.what_was_seen
    assert told == ["1. The bot comes online"]
