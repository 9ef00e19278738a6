import pytest

from syncd.core.errors import Unauthorized
from syncd.core.model import AccountId
from syncd.helpdesk.jsm.login import Login
from syncd.helpdesk.jsm.wire.call import Answer, Family

OURS = AccountId("712020:bot")


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def said(account: str = "", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(200, named | ({"x-aaccountid": account} if account else {}))


def proven(clock: Clock, *, header: str = "") -> Login:
    login = Login(clock)
    login.prove(OURS, said(header))
    return login


def test_nothing_is_believed_before_the_first_proof() -> None:
    login = Login(Clock())
    assert not login.accepts(said(OURS), Family.PLATFORM)
    assert not login.accepts(said(), Family.DESK)


def test_answer_to_another_account_is_a_login_failure() -> None:
    login = proven(Clock())
    with pytest.raises(Unauthorized):
        login.accepts(said("712020:somebody"), Family.PLATFORM)


def test_account_id_may_be_percent_encoded() -> None:
    assert proven(Clock()).accepts(said("712020%3Abot"), Family.PLATFORM)


@pytest.mark.parametrize("reason", ["AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED"])
def test_failed_login_is_told_by_its_reason_at_once(reason: str) -> None:
    login = proven(Clock())
    with pytest.raises(Unauthorized):
        login.accepts(said(x_seraph_loginreason=reason), Family.DESK)


def test_missing_id_is_a_failure_where_it_has_been_carried() -> None:
    login = proven(Clock())
    assert login.accepts(said(OURS), Family.PLATFORM)
    with pytest.raises(Unauthorized):
        login.accepts(said(), Family.PLATFORM)


def test_id_of_myself_says_that_the_platform_carries_it() -> None:
    login = proven(Clock(), header=OURS)
    with pytest.raises(Unauthorized):
        login.accepts(said(), Family.PLATFORM)


def test_one_family_says_nothing_of_the_other() -> None:
    login = proven(Clock())
    assert login.accepts(said(OURS), Family.PLATFORM)
    assert login.accepts(said(), Family.DESK)
    assert login.accepts(said(OURS), Family.DESK)
    with pytest.raises(Unauthorized):
        login.accepts(said(), Family.DESK)


def test_proof_without_the_header_lasts_a_minute() -> None:
    clock = Clock()
    login = proven(clock)
    clock.seconds = 60.0
    assert login.accepts(said(), Family.DESK)
    clock.seconds = 60.1
    assert not login.accepts(said(), Family.DESK)


def test_answer_that_carries_our_id_is_a_fresh_proof() -> None:
    clock = Clock()
    login = proven(clock)
    clock.seconds = 50.0
    assert login.accepts(said(OURS), Family.PLATFORM)
    clock.seconds = 110.0
    assert login.accepts(said(), Family.DESK)


def test_myself_of_another_account_is_no_proof() -> None:
    login = proven(Clock())
    with pytest.raises(Unauthorized):
        login.prove(AccountId("712020:somebody"), said())
    with pytest.raises(Unauthorized):
        login.prove(OURS, said("712020:somebody"))
